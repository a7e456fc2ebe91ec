internal import Kernels
internal import TensorCore

/// A convolution, reading its input and its gradient through the normalisations on both sides.
struct ConvolutionOp: TrainingOp {
  let name: String
  let shape: ConvolutionShape
  let algorithm: ConvolutionAlgorithm
  let input: Activation
  let y: PlanBuffer
  /// The parameters' places; bias nil where there is none, or where a normalisation adds it.
  let weight: Int
  let bias: Int?
  /// Where batch norm follows.
  let moments: PlannedMoments?
  let gradient: PlannedGradient

  var forwardBuffers: [PlanBuffer] {
    [input.buffer, y] + (input.pending?.planned ?? []) + (moments.map { [$0.sums] } ?? [])
  }

  var backwardBuffers: [PlanBuffer] {
    [input.buffer] + (input.pending?.planned ?? []) + (input.gradient.map { [$0] } ?? [])
      + gradient.planned
  }

  func forward(_ step: TrainingStep) {
    convolutionForward(
      shape, algorithm, source(step), step.parameter(weight), bias: bias.map(step.parameter),
      step[y], moments: moments?.channels(step))
  }

  func backward(_ step: TrainingStep) {
    let dy = gradient.channels(step)
    convolutionBackward(
      shape, algorithm, source(step), step.parameter(weight), dy,
      dx: input.gradient.map { step[$0] }, dWeight: step.gradients[weight])
    if let bias, case .plain(let dy) = dy {
      columnSums(
        rows: shape.batch * shape.output.count, columns: shape.filters, dy, step.gradients[bias])
    }
  }

  private func source(_ step: TrainingStep) -> ConvolutionInput {
    guard let pending = input.pending else { return .plain(step[input.buffer]) }
    return .normalised(y: step[input.buffer], pending.channels(step))
  }
}

/// Sums for mean and variance in planned memory.
struct PlannedMoments {
  let sums: PlanBuffer
  let channels, chunks: Int

  func channels(_ step: TrainingStep) -> ChannelMoments {
    ChannelMoments(channels: channels, chunks: chunks, step[sums])
  }
}

/// Where dy is, or what it is made from.
enum PlannedGradient {
  case plain(PlanBuffer)
  case normalised(PlannedNormalisationGradient)

  var planned: [PlanBuffer] {
    switch self {
    case .plain(let dy): [dy]
    case .normalised(let gradient): gradient.planned
    }
  }

  func channels(_ step: TrainingStep) -> ConvolutionGradient {
    switch self {
    case .plain(let dy): .plain(step[dy])
    case .normalised(let gradient): gradient.channels(step)
    }
  }
}

/// dy as a normalisation makes it from dz, with its numbers in planned memory.
struct PlannedNormalisationGradient {
  let normalisation: PlannedNormalisation
  let dz, y, constant, slope: PlanBuffer
  /// Where the maxima were, if they were pooled.
  let places: PlanBuffer?

  var planned: [PlanBuffer] {
    normalisation.planned + [dz, y, constant, slope] + (places.map { [$0] } ?? [])
  }

  func channels(_ step: TrainingStep) -> ConvolutionGradient {
    let gradient = NormalisationGradient(
      normalisation.channels(step), constant: step[constant], slope: step[slope])
    guard let places else { return .normalised(dz: step[dz], y: step[y], gradient) }
    return .pooled(
      dz: step[dz],
      places: UnsafeRawPointer(step[places]).assumingMemoryBound(to: UInt8.self), y: step[y],
      gradient)
  }
}
