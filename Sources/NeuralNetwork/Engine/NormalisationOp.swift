internal import Kernels
internal import TensorCore

/// What follows a convolution or another y: batch norm or a bias, ReLU, 2x2 maximum, all of which
/// are optional. Its output is left as y with the normalisation pending.
struct NormalisationOp: TrainingOp {
  /// The batch norm among them.
  struct BatchStatistics {
    /// The parameters' places.
    let scale, shift: Int
    let epsilon: Float
    let moments: PlannedMoments
    /// Whether the producer of y has gathered them.
    let areGathered: Bool
    let variance: PlanBuffer
  }

  /// The 2x2 maximum among them.
  struct Pooling {
    let shape: PoolingShape
    let maxima, places: PlanBuffer
  }

  let name: String
  let batch: Int
  /// Of y; an image of one row where y has no rows and columns.
  let extent: Extent2D
  let channels: Int
  let y: PlanBuffer
  let normalisation: PlannedNormalisation
  let statistics: BatchStatistics?
  /// The place of the bias, where the shift is one.
  let bias: Int?
  let pooling: Pooling?
  /// By the activation, or by the maxima.
  let dz: PlanBuffer
  let constant, slope: PlanBuffer
  /// Where dy is to be written for a producer that can't make it by itself; nil where nobody wants
  /// it written.
  let dy: PlanBuffer?

  private var rows: Int { batch * extent.count }

  var forwardBuffers: [PlanBuffer] {
    [y] + normalisation.planned + (pooling.map { [$0.maxima, $0.places] } ?? [])
      + (statistics.map { [$0.moments.sums, $0.variance] } ?? [])
  }

  var backwardBuffers: [PlanBuffer] {
    normalisation.planned + [dz, constant, slope] + (pooling.map { [$0.maxima] } ?? [y])
      + (statistics.map { [$0.variance] } ?? [])
      + (dy.map { [$0, y] + (pooling.map { [$0.places] } ?? []) } ?? [])
  }

  func forward(_ step: TrainingStep) {
    if let statistics {
      let moments = statistics.moments.channels(step)
      if !statistics.areGathered { batchMoments(rows: rows, step[y], moments) }
      finishMoments(
        moments, epsilon: statistics.epsilon, scale: step.parameter(statistics.scale),
        mean: step[normalisation.mean], variance: step[statistics.variance],
        factor: step[normalisation.factor])
    } else {
      step[normalisation.mean].update(repeating: 0, count: channels)
      step[normalisation.factor].update(repeating: 1, count: channels)
      if case .buffer(let shift) = normalisation.shift {
        step[shift].update(repeating: 0, count: channels)
      }
    }
    if let pooling {
      poolNormalised(
        pooling.shape, step[y], normalisation.channels(step), maxima: step[pooling.maxima],
        places: UnsafeMutableRawPointer(step[pooling.places]).assumingMemoryBound(to: UInt8.self))
    }
  }

  func backward(_ step: TrainingStep) {
    normalisationSums(
      rows: pooling.map { $0.shape.batch * $0.shape.output.count } ?? rows, channels: channels,
      pixels: statistics == nil ? nil : rows, epsilon: statistics?.epsilon ?? 0,
      dz: step[dz], y: step[pooling?.maxima ?? y], normalisation.channels(step),
      variance: statistics.map { UnsafePointer(step[$0.variance]) },
      dScale: statistics.map { step.gradients[$0.scale] },
      dShift: (statistics?.shift ?? bias).map { step.gradients[$0] },
      constant: step[constant], slope: step[slope])
    guard let dy else { return }
    writeNormalisationGradient(
      batch: batch, output: extent, channels: channels,
      PlannedNormalisationGradient(
        normalisation: normalisation, dz: dz, y: y, constant: constant, slope: slope,
        places: pooling?.places
      ).channels(step), step[dy])
  }
}

/// Writes an activation out for readers that can't normalise.
struct MaterialiseOp: TrainingOp {
  let name: String
  let rows, channels: Int
  let y, z: PlanBuffer
  let normalisation: PlannedNormalisation

  var forwardBuffers: [PlanBuffer] { [y, z] + normalisation.planned }

  func forward(_ step: TrainingStep) {
    normalise(
      rows: rows, channels: channels, step[y], normalisation.channels(step), step[z])
  }
}
