import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@Suite("Against PyTorch") struct PyTorchTests {
  @Test("batch norm, its running statistics and its answers") func batchNorm() throws {
    let cases = try PyTorchGolden.load(PyTorchGolden.Layers.self, "layers.json").batch_norm
    #expect(cases.count == 2)
    for golden in cases {
      var layer = BatchNorm(channels: golden.channels)
      layer.scale = Tensor([golden.channels], golden.scale)
      layer.shift = Tensor([golden.channels], golden.shift)
      var x = Tensor([0])
      for step in golden.steps {
        let shape: Shape = [step.x.count / golden.channels, golden.channels]
        x = Tensor(shape, step.x)
        let (y, cache) = layer.forward(x, .training(RandomStream(seed: 1)))
        layer.commit(cache)
        let gradients = layer.backward(Tensor(shape, step.dy), cache)
        expectClose(y.elements, step.y, absolute: 1e-5, "y")
        expectClose(gradients.input.elements, step.dx, absolute: 1e-5, "dx")
        expectClose(gradients.parameters[0].elements, step.dScale, relative: 1e-5, "dScale")
        expectClose(gradients.parameters[1].elements, step.dShift, relative: 1e-5, "dShift")
        expectClose(layer.runningMean.elements, step.runningMean, relative: 1e-6, "mean")
        expectClose(
          layer.runningVariance.elements, step.runningVariance, relative: 1e-5, "variance")
      }
      expectClose(
        layer.forward(x, .inference).output.elements, golden.inference, relative: 1e-6, "inference")
    }
  }

  @Test("GELU and its derivative") func gelu() throws {
    let golden = try PyTorchGolden.load(PyTorchGolden.Layers.self, "layers.json").gelu
    let (y, cache) = GELU().forward(Tensor([1, golden.x.count], golden.x), .inference)
    expectClose(y.elements, golden.y, absolute: 1e-6, "y")
    let dx = GELU().backward(Tensor(y.shape, repeating: 1), cache).input
    expectClose(dx.elements, golden.dx, absolute: 1e-6, "dx")
  }

  @Test("cross-entropy with smoothing and soft targets") func crossEntropy() throws {
    let cases = try PyTorchGolden.load(PyTorchGolden.Layers.self, "layers.json").cross_entropy
    #expect(cases.count == 5)
    for golden in cases {
      let logits = Tensor([golden.logits.count / golden.classes, golden.classes], golden.logits)
      let loss = CrossEntropy(labelSmoothing: golden.smoothing)
      let (value, gradient): (Double, Tensor)
      let losses: [Double]
      if let labels = golden.labels {
        (value, gradient) = loss.evaluate(logits, labels: labels)
        losses = loss.losses(logits, labels: labels)
      } else {
        let targets = Tensor(logits.shape, try #require(golden.targets))
        (value, gradient) = loss.evaluate(logits, targets: targets)
        losses = loss.losses(logits, targets: targets)
      }
      expectClose([value], [golden.loss], relative: 1e-6, "loss")
      expectClose(losses, golden.losses, relative: 1e-6, absolute: 1e-6, "losses")
      expectClose(gradient.elements, golden.gradient, absolute: 1e-6, "gradient")
    }
  }
}
