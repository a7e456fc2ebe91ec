import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@Suite("Against PyTorch") struct PyTorchTests {
  @Test("20 steps of SGD give the same losses, weights and answers") func training() throws {
    let golden = try PyTorchGolden.load(PyTorchGolden.Training.self, "training.json")
    var model = try Sequential(golden.layers, input: golden.input, random: RandomStream(seed: 1))
    try model.load(
      golden.initial.map { NamedTensor($0.key, $0.value.tensor) }, file: "training.json")
    var (losses, velocities) = ([Double](), [Tensor]())
    var last = Tensor([0])
    for batch in golden.batches {
      last = Tensor(golden.input.prepending(batch.labels.count), batch.inputs)
      let (logits, caches) = model.forward(last, .training(RandomStream(seed: 1)))
      let (loss, gradient) = CrossEntropy().evaluate(logits, labels: batch.labels)
      losses.append(loss)
      let gradients = model.backward(gradient, caches).parameters
      if velocities.isEmpty { velocities = gradients.map { Tensor($0.shape) } }
      var index = 0
      model.forEachParameter { _, parameter in
        step(&parameter, &velocities[index], gradients[index], golden.settings)
        index += 1
      }
      model.commit(caches)
    }
    #expect(golden.losses.count == 20)
    expectClose(losses, golden.losses, absolute: 1e-4, "losses")
    for named in model.namedTensors() {
      expectClose(
        named.tensor.elements, golden.final[named.name]?.values ?? [], absolute: 1e-4, named.name)
    }
    expectClose(
      model.predict(last).elements, golden.final_logits.values, absolute: 2e-4, "final logits")
  }

  /// v = momentum · v + g + decay · w, then w -= rate · (g + decay · w + momentum · v).
  private func step(
    _ weight: inout Tensor, _ velocity: inout Tensor, _ gradient: Tensor,
    _ settings: PyTorchGolden.Training.Settings
  ) {
    weight.write { w in
      velocity.write { v in
        gradient.read { g in
          for i in 0..<gradient.count {
            let slope = g[i] + settings.weight_decay * w[i]
            v[i] = settings.momentum * v[i] + slope
            w[i] -= settings.learning_rate * (slope + settings.momentum * v[i])
          }
        }
      }
    }
  }

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
