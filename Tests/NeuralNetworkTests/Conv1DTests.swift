import Foundation
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

/// The sum of the definition, in Double: what the layer is checked against, and what its gradients are
/// finite differences of.
private struct NaiveConvolution {
  let batch, frames, channels, filters, kernel, stride, padding, dilation: Int

  init(_ layer: Conv1D, _ x: Shape) {
    (batch, frames, channels) = (x[0], x[1], x[2])
    (kernel, filters) = (layer.weight.shape[0], layer.weight.shape[2])
    (stride, padding, dilation) = (layer.stride, layer.padding, layer.dilation)
  }

  func callAsFunction(_ x: [Double], _ weight: [Double], _ bias: [Double]?) -> [Double] {
    let length = (frames + 2 * padding - dilation * (kernel - 1) - 1) / stride + 1
    var y: [Double] = []
    for n in 0..<batch {
      for t in 0..<length {
        for f in 0..<filters {
          var sum = bias?[f] ?? 0
          for k in 0..<kernel {
            let frame = t * stride - padding + k * dilation
            guard (0..<frames).contains(frame) else { continue }
            for c in 0..<channels {
              sum +=
                x[(n * frames + frame) * channels + c] * weight[(k * channels + c) * filters + f]
            }
          }
          y.append(sum)
        }
      }
    }
    return y
  }
}

@Suite("Conv1D") struct Conv1DTests {
  /// Strides that do not divide, padding wider than the kernel's reach, a kernel as long as the series,
  /// both ways to the gradient by the input.
  static let descriptions: [([String: JSONValue], Shape)] = [
    (["filters": 4, "kernel": 3, "padding": 1], [9, 3]),
    (["filters": 5, "kernel": 4, "stride": 3, "padding": 2, "bias": false], [10, 2]),
    (["filters": 3, "kernel": 3, "dilation": 2, "padding": "same"], [11, 17]),
    (["filters": 2, "kernel": 5, "padding": 0], [5, 1]),
    (["filters": 3, "kernel": 2, "dilation": 3, "padding": 3], [7, 16]),
    (["filters": 2, "kernel": 1], [4, 3]),
  ]

  private static func layer(
    _ settings: [String: JSONValue], _ input: Shape
  ) throws -> Conv1D {
    var layer = try Conv1D(
      LayerSpecification("conv1d", settings), input: input, random: RandomStream(seed: 3))
    if let bias = layer.bias { layer.bias = randomTensor(bias.shape) }
    return layer
  }

  @Test("keeps the layer contract, one series at a time and three", arguments: [1, 3])
  func contract(_ batch: Int) throws {
    for (settings, input) in Self.descriptions {
      try expectLayerContract(Self.layer(settings, input), input: input, batch: batch)
    }
  }

  @Test("equals its definition, and its gradients the finite differences of that in Double")
  func definition() throws {
    for (settings, input) in Self.descriptions {
      let layer = try Self.layer(settings, input)
      let x = randomTensor(input.prepending(2), seed: 4)
      let naive = NaiveConvolution(layer, x.shape)
      func doubles(_ tensor: Tensor) -> [Double] { tensor.elements.map(Double.init) }
      let (values, weight, bias) = (doubles(x), doubles(layer.weight), layer.bias.map(doubles))
      let (y, cache) = layer.forward(x, .inference)
      expectClose(doubles(y), naive(values, weight, bias), relative: 1e-5, "\(settings)")

      let dy = randomTensor(y.shape, seed: 5)
      let gradients = layer.backward(dy, cache)
      func loss(_ y: [Double]) -> Double { dot(y, doubles(dy)) }
      expectGradient(
        doubles(gradients.input), of: { loss(naive($0, weight, bias)) }, at: values,
        tolerance: 1e-5, "dx, \(settings)")
      expectGradient(
        doubles(gradients.parameters[0]), of: { loss(naive(values, $0, bias)) }, at: weight,
        tolerance: 1e-5, "dWeight, \(settings)")
      if let bias {
        expectGradient(
          doubles(gradients.parameters[1]), of: { loss(naive(values, weight, $0)) }, at: bias,
          tolerance: 1e-5, "dBias, \(settings)")
      }
    }
  }

  @Test("gives what PyTorch gives, forward and backward") func pyTorch() throws {
    let cases = try SeriesGolden.load().convolutions
    #expect(cases.count == 5)
    for golden in cases {
      let layer = Conv1D(
        weight: golden.weight.tensor, bias: golden.bias?.tensor, stride: golden.stride,
        padding: golden.padding, dilation: golden.dilation)
      let (y, cache) = layer.forward(golden.x.tensor, .inference)
      #expect(y.shape.dimensions == golden.y.shape)
      expectClose(y.elements, golden.y.values, relative: 1e-5, "y")
      let gradients = layer.backward(golden.dy.tensor, cache)
      expectClose(gradients.input.elements, golden.dx.values, relative: 1e-5, "dx")
      expectClose(
        gradients.parameters[0].elements, golden.dWeight.values, relative: 1e-5, "dWeight")
      if let dBias = golden.dBias {
        expectClose(gradients.parameters[1].elements, dBias.values, relative: 1e-5, "dBias")
      }
    }
  }

  @Test("\"same\" keeps the length at stride 1, and halves it rounding up at stride 2")
  func same() throws {
    for (stride, length) in [(1, 7), (2, 4)] {
      let layer = try Self.layer(
        ["filters": 2, "kernel": 5, "stride": .int(stride), "padding": "same"], [7, 1])
      #expect(try layer.outputShape(for: [7, 1]) == [length, 2])
      #expect(try layer.multiplyAdds(for: [7, 1]) == length * 5 * 2)
    }
  }

  @Test("begins with He's deviation and no bias") func initialWeights() throws {
    let layer = try Conv1D(
      LayerSpecification("conv1d", ["filters": 128, "kernel": 5]), input: [8, 32],
      random: RandomStream(seed: 3))
    let square = layer.weight.elements.reduce(0) { $0 + Double($1 * $1) }
    expectClose([square / Double(layer.weight.count)], [2.0 / (5 * 32)], relative: 0.05)
    #expect(layer.bias == Tensor([128]) && layer.weight.shape == [5, 32, 128])
  }

  @Test("tells a rise from a fall wherever it is, with batch norm, maximum and mean over time")
  func toy() throws {
    var random = RandomStream(seed: 8)
    func batch() -> (Tensor, [Int]) {
      var x = randomTensor([32, 16, 2], seed: random.next())
      let labels = (0..<32).map { _ in random.integer(below: 2) }
      // A rise in one class, a fall in the other, at a random place: only the order tells them apart.
      for (n, label) in labels.enumerated() {
        let place = random.integer(below: 14)
        for frame in 0..<3 {
          x[n, place + frame, 0] = Float(label == 0 ? frame : 2 - frame) * 3 - 3
        }
      }
      return (x, labels)
    }
    var model = try Sequential(
      [
        LayerSpecification("conv1d", ["filters": 8, "kernel": 3, "padding": "same"]),
        LayerSpecification("batch_norm"), LayerSpecification("relu"),
        LayerSpecification("max_pool1d", ["size": 2]),
        LayerSpecification("conv1d", ["filters": 8, "kernel": 3]),
        LayerSpecification("relu"), LayerSpecification("global_average_pool"),
        LayerSpecification("dense", ["units": 2]),
      ], input: [16, 2], random: RandomStream(seed: 1))
    let plan = try TrainingPlan(model, input: [16, 2], batchSize: 32)
    for step in 0..<300 {
      let (x, labels) = batch()
      _ = plan.step(
        &model, inputs: x, labels: labels, random: RandomStream(seed: UInt64(step)))
      plan.commit(to: &model)
      var index = 0
      model.forEachParameter { _, tensor in
        let gradient = plan.gradients[index].elements
        tensor.write { for i in gradient.indices { $0[i] -= 0.1 * gradient[i] } }
        index += 1
      }
    }
    let (x, labels) = batch()
    let hits = zip(model.predict(x).argmax(), labels).count { $0 == $1 }
    #expect(hits >= 30, "\(hits) of 32")
  }

  @Test(
    "refuses what does not make sense",
    arguments: [
      (["filters": 4, "kernel": 7], [6, 1], "reaches over 7 frames"),
      (["filters": 4, "kernel": 3, "dilation": 3], [6, 1], "reaches over 7 frames"),
      (["filters": 4000, "kernel": 50000], [6, 1000], "reaches over 50000 frames"),
      (["filters": 4, "kernel": 3], [6, 6, 1], "frames x numbers"),
      (["filters": 4, "kernel": 3], [36], "frames x numbers"),
      (["filters": 4, "kernel": 4, "padding": "same"], [6, 1], "even size"),
      (["filters": 4, "kernel": .array([3, 3])], [6, 1], "\"kernel\""),
      (["filters": 4, "kernel": 3, "stride": 0], [6, 1], "\"stride\""),
      (["filters": 4, "kernel": 3, "padding": -1], [6, 1], "\"padding\""),
      (["filters": 4], [6, 1], "\"kernel\" is missing"),
      (["filters": 4, "kernel": 3, "pading": 1], [6, 1], "pading"),
    ] as [([String: JSONValue], Shape, String)])
  func refusal(_ settings: [String: JSONValue], _ input: Shape, _ words: String) {
    let error = #expect(throws: ModelError.self) {
      try Conv1D(
        LayerSpecification("conv1d", settings), input: input, random: RandomStream(seed: 3))
    }
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "none")")
  }

  @Test("refuses series of another number of channels") func channels() throws {
    let layer = try Self.layer(["filters": 4, "kernel": 3], [6, 3])
    #expect(throws: ModelError.self) { try layer.outputShape(for: [6, 1]) }
  }
}
