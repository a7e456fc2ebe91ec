import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@testable import Explainers

@Suite("Gradients by the picture") struct NetworkGradientsTests {
  @Test("probabilities and their gradients are PyTorch's", arguments: try GradientGolden.load())
  func pyTorch(golden: GradientGolden.Case) throws {
    let picture = golden.image.reshaped(golden.image.shape.prepending(1))
    let found = try golden.network.members.gradients(by: picture)
    expectClose(found.probabilities.elements, golden.probabilities, absolute: 1e-5)
    #expect(found.byPicture.count == golden.classes)
    for (gradient, expected) in zip(found.byPicture, golden.gradients) {
      expectClose(gradient.elements, expected, relative: 1e-4, golden.name)
    }
  }

  /// Smooth throughout, so that finite differences are good in Float, too.
  static func smoothNetwork(seed: UInt64) throws -> Sequential {
    let conv = LayerSpecification("conv2d", ["filters": 3, "kernel": 3, "padding": "same"])
    let body: [JSONValue] = [conv.json, LayerSpecification("batch_norm").json]
    return try Sequential(
      [
        conv, LayerSpecification("batch_norm"), LayerSpecification("tanh"),
        LayerSpecification("residual", ["body": .array(body)]), LayerSpecification("gelu"),
        LayerSpecification("average_pool2d", ["size": 2]), LayerSpecification("dropout"),
        LayerSpecification("flatten"), LayerSpecification("dense", ["units": 4]),
      ], input: [6, 4, 2], random: RandomStream(seed: seed))
  }

  @Test("gradients are the slopes of the probabilities, through scale, temperature and mean")
  func finiteDifferences() throws {
    let members = [
      NetworkMember(
        model: try Self.smoothNetwork(seed: 1), scale: 1 / 64, offset: -2, temperature: 0.8),
      NetworkMember(
        model: try Self.smoothNetwork(seed: 2), scale: 1 / 90, offset: -1, temperature: 2),
    ]
    let picture = Tensor([1, 6, 4, 2], randomNumbers(48, seed: 4).map { 128 + 100 * $0 })
    let found = members.gradients(by: picture)
    #expect(found.byPicture.count == 4)
    let step: Float = 2
    for index in 0..<4 {
      let numeric = (0..<48).map { pixel in
        var (low, high) = (picture, picture)
        low.write { $0[pixel] -= step }
        high.write { $0[pixel] += step }
        func answer(_ picture: Tensor) -> Double {
          Double(members.gradients(by: picture).probabilities.elements[index])
        }
        return (answer(high) - answer(low)) / (2 * Double(step))
      }
      let analytic = found.byPicture[index].elements.map { Double($0) }
      #expect(analytic.contains { abs($0) > 1e-4 })
      expectClose(analytic, numeric, relative: 3e-3, "class \(index)")
    }
  }

  @Test("many pictures at once are as one by one") func batches() throws {
    let members = [NetworkMember(model: try Self.smoothNetwork(seed: 3))]
    let pictures = randomTensor([5, 6, 4, 2], seed: 8)
    let all = members.gradients(by: pictures)
    for row in 0..<5 {
      let one = members.gradients(by: pictures.rows(row..<row + 1))
      expectClose(
        all.probabilities.rows(row..<row + 1).elements, one.probabilities.elements, absolute: 1e-6)
      for index in 0..<4 {
        expectClose(
          all.byPicture[index].rows(row..<row + 1).elements, one.byPicture[index].elements,
          relative: 1e-5)
      }
    }
  }

  @Test("chains inside a chain are laid open, to the same answers") func nested() throws {
    let flat = try Self.smoothNetwork(seed: 5)
    let nested = Sequential([
      Sequential([flat.layers[0], Sequential(Array(flat.layers[1...2]))]),
      Sequential(Array(flat.layers[3...])),
    ])
    let (a, b) = (NetworkMember(model: flat), NetworkMember(model: nested))
    #expect(b.layers.map { type(of: $0).kind } == a.layers.map { type(of: $0).kind })
    let picture = randomTensor([1, 6, 4, 2], seed: 9)
    let (x, y) = (
      a.gradients(of: picture, byOutputOf: 4), b.gradients(of: picture, byOutputOf: 4)
    )
    #expect(x.output == y.output && x.byOutput == y.byOutput)
  }
}
