internal import Kernels
internal import TensorCore

/// One piece of planned memory, by its number.
struct PlanBuffer: Hashable, Sendable {
  let index: Int
}

/// A part of a training step: forward, and backward from what forward left in its buffers.
///
/// Ops never write to the buffers they read, so that a gradient may have two readers.
protocol TrainingOp {
  /// What it is, for a table of times.
  var name: String { get }
  /// The buffers that forward reads or writes.
  var forwardBuffers: [PlanBuffer] { get }
  /// The buffers that backward reads or writes.
  var backwardBuffers: [PlanBuffer] { get }

  func forward(_ step: TrainingStep)
  func backward(_ step: TrainingStep)
}

extension TrainingOp {
  var backwardBuffers: [PlanBuffer] { [] }
  func backward(_ step: TrainingStep) {}
}

/// Memory as the ops see it during one step.
struct TrainingStep {
  let arena: UnsafeMutablePointer<Float>
  /// Where in it each buffer begins.
  let offsets: [Int]
  /// The model's, in the order of `forEachParameter` and `forEachBuffer`.
  let parameters, buffers: [Tensor]
  /// Where the gradient of each parameter is to be written.
  let gradients: [UnsafeMutablePointer<Float>]
  let random: RandomStream

  subscript(_ buffer: PlanBuffer) -> UnsafeMutablePointer<Float> {
    arena + offsets[buffer.index]
  }

  /// A parameter's weights; the tensor is kept alive by the step.
  func parameter(_ index: Int) -> UnsafePointer<Float> { parameters[index].read { $0 } }

  /// The random stream that `Sequential` would give the layer at a path.
  func random(at path: [Int]) -> RandomStream { path.reduce(random) { $0.substream($1) } }
}

/// What one op hands to the next.
struct Activation {
  /// Of one example.
  var shape: Shape
  /// Its elements; where a normalisation is pending, they are yet to go through it.
  var buffer: PlanBuffer
  /// What the reader has to apply.
  var pending: PlannedNormalisation?
  /// The loss's gradient by it, after a pending normalisation; nil where nobody wants it.
  var gradient: PlanBuffer?
}

/// z = max((y − mean) · factor + shift, floor) with its numbers in planned memory.
struct PlannedNormalisation {
  let mean, factor: PlanBuffer
  let shift: Shift
  let isRectified: Bool

  enum Shift {
    case parameter(Int)
    case buffer(PlanBuffer)
  }

  var planned: [PlanBuffer] {
    if case .buffer(let shift) = shift { [mean, factor, shift] } else { [mean, factor] }
  }

  func channels(_ step: TrainingStep) -> ChannelNormalisation {
    let shift: UnsafePointer<Float> =
      switch shift {
      case .parameter(let index): step.parameter(index)
      case .buffer(let buffer): UnsafePointer(step[buffer])
      }
    return ChannelNormalisation(
      mean: step[mean], factor: step[factor], shift: shift, isRectified: isRectified)
  }
}
