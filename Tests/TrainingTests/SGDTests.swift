import Kernels
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@testable import Training

@Suite("SGD") struct SGDTests {
  @Test(
    "follows the formula, step by step, in Double", arguments: [false, true], [Float(0), 0.9])
  func formula(nesterov: Bool, momentum: Float) throws {
    let count = 70_001  // more than one thread's share
    var weight = randomTensor([count, 1], seed: 1)
    var expectedWeight = weight.elements.map(Double.init)
    var velocity = [Double](repeating: 0, count: count)
    var model = Sequential([Dense(weight: weight, bias: Tensor([1]))])
    var sgd = SGD(momentum: momentum, nesterov: nesterov, weightDecay: 0.01, for: model)
    for step in 0..<5 {
      let gradient = randomTensor([count, 1], seed: UInt64(step + 2))
      sgd.update(&model, gradients: [gradient, Tensor([1])], learningRate: 0.1)
      for (i, g) in gradient.elements.enumerated() {
        let g = Double(g) + 0.01 * expectedWeight[i]
        velocity[i] = Double(momentum) * velocity[i] + g
        expectedWeight[i] -= 0.1 * (nesterov ? g + Double(momentum) * velocity[i] : velocity[i])
      }
    }
    model.forEachParameter { if $0 == "0.weight" { weight = $1 } }
    expectClose(weight.elements, expectedWeight, relative: 1e-6)
  }

  @Test("its memory is kept by the parameter's path") func paths() throws {
    let model = Sequential([Dense(weight: Tensor([2, 3]), bias: Tensor([3]))])
    var sgd = SGD(momentum: 0.9, nesterov: false, weightDecay: 0, for: model)
    var names: [String] = []
    sgd.forEachState { name, _ in names.append(name) }
    #expect(names == ["0.weight.velocity", "0.bias.velocity"])
  }

  @Test("impossible settings are refused") func refused() throws {
    var configuration = OptimiserConfiguration()
    configuration.momentum = 1
    #expect(throws: SettingError.self) { try configuration.make(for: Sequential([])) }
  }
}
