import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@testable import Training

@Suite("Optimisers against PyTorch, SAM against NumPy") struct OptimiserGoldenTests {
  @Test(
    "100 steps give the same losses and weights", arguments: ["optimisers.json", "sharpness.json"])
  func weights(file: String) throws {
    let golden = try GoldenNetwork.load(file)
    #expect(golden.cases.count == (file == "optimisers.json" ? 14 : 3) && golden.steps == 100)
    for expected in golden.cases {
      let (losses, model) = try golden.train(expected)
      let comment = expected.testDescription
      expectClose(losses, expected.losses, absolute: 1e-5, "losses, \(comment)")
      let tensors = model.namedTensors()
      #expect(Set(tensors.map(\.name)) == Set(expected.final.keys))
      for named in tensors {
        expectClose(
          named.tensor.elements, expected.final[named.name]?.values ?? [], absolute: 1e-5,
          "\(named.name), \(comment)")
      }
    }
  }

  @Test("what is frozen keeps its bits, running statistics too") func frozen() throws {
    let golden = try GoldenNetwork.load("optimisers.json")
    let expected = try #require(
      golden.cases.first { $0.settings[["rate_factors", "2"]] == .int(0) })
    let (before, after) = (try golden.model(), try golden.train(expected).model)
    let old = Dictionary(
      uniqueKeysWithValues: before.namedTensors().map { ($0.name, $0.tensor.elements) })
    for named in after.namedTensors() {
      let isSame = old[named.name] == named.tensor.elements
      #expect(isSame == named.name.hasPrefix("2."), "\(named.name)")
    }
  }
}
