import Foundation
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@Suite("Weights of a model") struct WeightsTests {
  static func model(_ seed: UInt64) throws -> Sequential {
    try ModelConfiguration.named("resnet", settings: ["widths": [4, 6], "blocks": 1]).build(
      input: [8, 8, 1], classes: 3, random: RandomStream(seed: seed))
  }

  @Test("a file brings them to another model of the same kind") func roundTrip() throws {
    var (model, other) = (try Self.model(1), try Self.model(2))
    let x = randomTensor([4, 8, 8, 1])
    model.commit(model.forward(x, .training(RandomStream(seed: 3))).cache)
    #expect(other.predict(x) != model.predict(x))
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("model.safetensors")
      try SafeTensors.write(
        model.namedTensors(prefix: "model.") + [NamedTensor("optimiser.step", Tensor([]))], to: file
      )
      try other.load(SafeTensors.read(file).tensors, prefix: "model.", file: file.path)
    }
    #expect(other.predict(x) == model.predict(x), "running statistics came along")
    #expect(other.namedTensors() == model.namedTensors())
  }

  @Test("names the tensor that is missing, superfluous or of another shape, and changes nothing")
  func mismatches() throws {
    let stored = try Self.model(1).namedTensors()
    let before = try Self.model(2)
    func expectRefusal(_ tensors: [NamedTensor], naming name: String) {
      var model = before
      #expect {
        try model.load(tensors, file: "m.safetensors")
      } throws: {
        "\($0)".contains("\"\(name)\"") && "\($0)".contains("m.safetensors")
      }
      #expect(model.namedTensors() == before.namedTensors())
    }
    expectRefusal(
      stored.filter { $0.name != "3.body.1.running_mean" }, naming: "3.body.1.running_mean")
    expectRefusal(stored + [NamedTensor("99.weight", Tensor([1]))], naming: "99.weight")
    var reshaped = stored
    let last = reshaped.count - 1
    reshaped[last].tensor = Tensor([1, 2, 3])
    expectRefusal(reshaped, naming: reshaped[last].name)
    expectRefusal([], naming: stored[0].name)
  }
}
