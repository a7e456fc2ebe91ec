internal import Kernels
internal import TensorCore

/// y = x · weight + bias.
struct DenseOp: TrainingOp {
  let name: String
  let batch, inputs, outputs: Int
  let x, y: PlanBuffer
  let dx: PlanBuffer?
  let dy: PlanBuffer
  /// The parameters' places.
  let weight, bias: Int

  var forwardBuffers: [PlanBuffer] { [x, y] }
  var backwardBuffers: [PlanBuffer] { [x, dy] + (dx.map { [$0] } ?? []) }

  func forward(_ step: TrainingStep) {
    denseForward(
      batch: batch, inputs: inputs, outputs: outputs, step[x], step.parameter(weight),
      step.parameter(bias), step[y])
  }

  func backward(_ step: TrainingStep) {
    denseBackward(
      batch: batch, inputs: inputs, outputs: outputs, step[x], step.parameter(weight), step[dy],
      dx: dx.map { step[$0] }, dWeight: step.gradients[weight], dBias: step.gradients[bias])
  }
}

/// A layer without parameters: what its two kernels read and write.
struct MappingOp: TrainingOp {
  let name: String
  let x, y: PlanBuffer
  let dx, dy: PlanBuffer?
  /// What backward reads besides dy.
  var remembered: [PlanBuffer] = []
  let apply: (TrainingStep) -> Void
  let applyGradient: (TrainingStep, _ dy: PlanBuffer, _ dx: PlanBuffer) -> Void

  var forwardBuffers: [PlanBuffer] { [x, y] + remembered }
  var backwardBuffers: [PlanBuffer] {
    guard let dx, let dy else { return [] }
    return [dx, dy] + remembered
  }

  func forward(_ step: TrainingStep) { apply(step) }

  func backward(_ step: TrainingStep) {
    if let dx, let dy { applyGradient(step, dy, dx) }
  }
}

/// One activation for two readers: forward they share it, backward their gradients are added.
struct ForkOp: TrainingOp {
  let name: String
  let count: Int
  let first, second, sum: PlanBuffer

  var forwardBuffers: [PlanBuffer] { [] }
  var backwardBuffers: [PlanBuffer] { [first, second, sum] }

  func forward(_ step: TrainingStep) {}
  func backward(_ step: TrainingStep) {
    add(count: count, step[first], step[second], step[sum])
  }
}

/// The sum of two branches; backward both read its gradient.
struct JoinOp: TrainingOp {
  let name: String
  let count: Int
  let a, b, sum: PlanBuffer

  var forwardBuffers: [PlanBuffer] { [a, b, sum] }

  func forward(_ step: TrainingStep) { add(count: count, step[a], step[b], step[sum]) }
}

/// A layer that the plan knows nothing about: called through tensors, which is right but slower.
final class LayerOp: TrainingOp {
  let name: String
  let inputShape, outputShape: Shape
  let x, y: PlanBuffer
  let dx, dy: PlanBuffer?
  let path: [Int]
  /// The places of its parameters and buffers.
  let parameters, buffers: Range<Int>
  /// A copy with memory of its own: to share the model's would make the optimiser copy it.
  private var layer: any Layer
  private var cache: (any Sendable)?

  init(
    name: String, _ layer: any Layer, inputShape: Shape, outputShape: Shape, x: PlanBuffer,
    y: PlanBuffer, dx: PlanBuffer?, dy: PlanBuffer?, path: [Int], parameters: Range<Int>,
    buffers: Range<Int>
  ) {
    self.name = name
    self.layer = layer
    (self.inputShape, self.outputShape) = (inputShape, outputShape)
    (self.x, self.y, self.dx, self.dy) = (x, y, dx, dy)
    (self.path, self.parameters, self.buffers) = (path, parameters, buffers)
  }

  var forwardBuffers: [PlanBuffer] { [x, y] }
  var backwardBuffers: [PlanBuffer] { [dx, dy].compactMap { $0 } }

  func forward(_ step: TrainingStep) {
    var index = parameters.lowerBound
    layer.forEachParameter {
      copy(step.parameters[index], to: &$1)
      index += 1
    }
    index = buffers.lowerBound
    layer.forEachBuffer {
      copy(step.buffers[index], to: &$1)
      index += 1
    }
    let input = Tensor(uninitialized: inputShape) {
      $0.update(from: step[x], count: inputShape.count)
    }
    let (output, cache) = layer.forwardErased(input, .training(step.random(at: path)))
    precondition(output.shape == outputShape, "\(name): \(output.shape) for \(outputShape)")
    output.read { step[y].update(from: $0, count: output.count) }
    self.cache = cache
  }

  func backward(_ step: TrainingStep) {
    guard let cache, let dy else { return }
    let gradient = Tensor(uninitialized: outputShape) {
      $0.update(from: step[dy], count: outputShape.count)
    }
    let (input, own) = layer.backwardErased(gradient, cache)
    if let dx { input.read { step[dx].update(from: $0, count: input.count) } }
    for (index, gradient) in zip(parameters, own) {
      gradient.read { step.gradients[index].update(from: $0, count: gradient.count) }
    }
  }

  /// Takes over what forward has learnt, and gives the buffer at a place.
  func committed(_ place: Int) -> Tensor? {
    if let cache { layer.commitErased(cache) }
    cache = nil
    var (index, found) = (buffers.lowerBound, Tensor?.none)
    layer.forEachBuffer {
      if index == place { found = $1 }
      index += 1
    }
    return found
  }

  private func copy(_ source: Tensor, to target: inout Tensor) {
    target.write { target in source.read { target.update(from: $0, count: source.count) } }
  }
}
