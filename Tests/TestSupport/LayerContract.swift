internal import Foundation
public import NeuralNetwork
public import TensorCore
public import Testing

/// What every layer must keep: the output has the shape it announces; the same input gives the same
/// bytes twice; backward equals central differences of forward (in Float, hence the tolerance); the
/// gradients have the parameters' shapes; its description makes it again, and a file brings its weights
/// there.
///
/// - Parameters:
///   - input: the shape of one example.
///   - batch: how many of them.
///   - tolerance: relative to the largest derivative.
public func expectLayerContract(
  _ layer: some Layer, input: Shape, batch: Int = 3, step: Float = 1e-2,
  tolerance: Double = 2e-2, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let phase = Phase.training(RandomStream(seed: 5))
  let x = randomTensor(input.prepending(batch), seed: 11)
  let (y, cache) = layer.forward(x, phase)
  #expect(
    y.shape == (try layer.outputShape(for: input)).prepending(batch),
    sourceLocation: sourceLocation)
  #expect(layer.forward(x, phase).output == y, sourceLocation: sourceLocation)

  let dy = randomTensor(y.shape, seed: 13)
  let gradients = layer.backward(dy, cache)
  #expect(gradients.input.shape == x.shape, sourceLocation: sourceLocation)
  #expect(layer.backwardInput(dy, cache) == gradients.input, sourceLocation: sourceLocation)
  // In answering, too, where batch norm's statistics are constants and dropout lets all through.
  let answering = layer.forward(x, .inference).cache
  #expect(
    layer.backwardInput(dy, answering) == layer.backward(dy, answering).input,
    sourceLocation: sourceLocation)
  func loss(_ layer: some Layer, _ x: Tensor) -> Double {
    dot(layer.forward(x, phase).output.elements.map(Double.init), dy.elements.map(Double.init))
  }
  expectDerivative(gradients.input, of: x, "\(type(of: layer).kind) input") { loss(layer, $0) }

  var (names, values) = ([String](), [Tensor]())
  var visited = layer
  visited.forEachParameter {
    names.append($0); values.append($1)
  }
  try #require(gradients.parameters.count == values.count, sourceLocation: sourceLocation)
  for (index, value) in values.enumerated() {
    expectDerivative(
      gradients.parameters[index], of: value, "\(type(of: layer).kind) \(names[index])"
    ) {
      changed in
      var other = layer
      other.forEachParameter { if $0 == names[index] { $1 = changed } }
      return loss(other, x)
    }
  }

  let again = try LayerRegistry.make(
    layer.specification, input: input, random: RandomStream(seed: 1))
  #expect(again.specification == layer.specification, sourceLocation: sourceLocation)
  var loaded = Sequential([again])
  try withTemporaryFolder { folder in
    let file = folder.appendingPathComponent("layer.safetensors")
    try SafeTensors.write(Sequential([layer]).namedTensors(), to: file)
    try loaded.load(SafeTensors.read(file).tensors, file: file.path)
  }
  #expect(
    loaded.predict(x) == layer.forward(x, .inference).output, sourceLocation: sourceLocation)

  func expectDerivative(
    _ gradient: Tensor, of value: Tensor, _ comment: String, _ loss: (Tensor) -> Double
  ) {
    guard gradient.shape == value.shape else {
      Issue.record(
        "\(comment): gradient \(gradient.shape) of \(value.shape)", sourceLocation: sourceLocation)
      return
    }
    let analytic = gradient.elements.map(Double.init)
    let indices = Array(stride(from: 0, to: value.count, by: max(1, value.count / 60)))
    let numeric = indices.map { index in
      var (low, high) = (value, value)
      low.write { $0[index] -= step }
      high.write { $0[index] += step }
      return (loss(high) - loss(low)) / (2 * Double(step))
    }
    expectClose(
      indices.map { analytic[$0] }, numeric, relative: tolerance, absolute: 2e-3, comment,
      sourceLocation: sourceLocation)
  }
}
