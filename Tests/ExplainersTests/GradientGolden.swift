import Foundation
import NeuralNetwork
import TensorCore
import Testing

@testable import Explainers

/// What PyTorch says of small networks; `Golden/make_gradients.py` made it.
struct GradientGolden: Decodable {
  struct Named: Decodable {
    let shape: [Int]
    let values: [Float]
  }
  struct Member: Decodable {
    let layers: [LayerSpecification]
    let weights: [String: Named]
    let scale, offset: Float
    let temperature: Double
  }
  struct Case: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let members: [Member]
    let shape: [Int]
    let classes: Int
    let picture: [Float]
    let probabilities: [Double]
    let gradients, cam, early_cam: [[Double]]
    let early_layer: Int
    let baseline: Float
    let baseline_probabilities: [Double]
    let steps: Int
    let integrated: [[Double]]

    var testDescription: String { name }
    var image: Tensor { Tensor(Shape(shape), picture) }
    var parts: Segmentation {
      get throws { try .grid(width: shape[1], height: shape[0], rows: 2, columns: 2) }
    }

    var network: OpenNetwork {
      get throws {
        OpenNetwork(
          members: try members.map { member in
            var model = try Sequential(
              member.layers, input: Shape(shape), random: RandomStream(seed: 1))
            try model.load(
              member.weights.map {
                NamedTensor($0.key, Tensor(Shape($0.value.shape), $0.value.values))
              }, file: "golden")
            return NetworkMember(
              model: model, scale: member.scale, offset: member.offset,
              temperature: member.temperature)
          })
      }
    }
  }
  let cases: [Case]

  static func load() throws -> [Case] {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/gradients.json")
    return try JSONDecoder().decode(Self.self, from: Data(contentsOf: file)).cases
  }
}

extension GradientGolden.Member: Sendable {}
extension GradientGolden.Named: Sendable {}

/// Networks that answer by their layers.
struct OpenNetwork: ExplainedNetwork {
  var members: [NetworkMember]

  func probabilities(of pictures: Tensor) -> Tensor {
    members.gradients(by: pictures).probabilities
  }
}
