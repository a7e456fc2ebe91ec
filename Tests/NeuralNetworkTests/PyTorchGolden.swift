import Foundation
import NeuralNetwork
import TensorCore

/// PyTorch's values; `Golden/make_golden.py` made them.
enum PyTorchGolden {
  struct Layers: Decodable {
    struct BatchNorm: Decodable {
      struct Step: Decodable {
        let x, dy, y, dx, dScale, dShift, runningMean, runningVariance: [Float]
      }
      let channels: Int
      let scale, shift, inference: [Float]
      let steps: [Step]
    }
    struct GELU: Decodable {
      let x, y, dx: [Float]
    }
    struct CrossEntropy: Decodable {
      let smoothing: Float
      let classes: Int
      let logits, gradient: [Float]
      let labels: [Int]?
      let targets: [Float]?
      let loss: Double
      let losses: [Double]
    }
    let batch_norm: [BatchNorm]
    let gelu: GELU
    let cross_entropy: [CrossEntropy]
  }

  static func load<T: Decodable>(_ type: T.Type, _ name: String) throws -> T {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/\(name)")
    return try JSONDecoder().decode(type, from: Data(contentsOf: file))
  }
}
