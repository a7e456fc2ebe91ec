public import Explainers
internal import Imaging
internal import Foundation
internal import Synchronization
public import TensorCore

/// Explains what networks say of their inputs, given as they are stored: pictures, spectrograms, series of
/// numbers, rows of tables.
///
/// Whatever the kind, methods see a picture: a series is one of frames by numbers, a row of a table a line of
/// columns, each of them a part. `LIME` of a row is `TableLIME`.
public struct InputExplainer: Sendable {
  /// Who is asked, over and over.
  public let network: any ExplainedNetwork & Sendable
  /// What the network takes.
  public let input: InputConfiguration
  /// The classes in the order of the probabilities.
  public let classes: [String]
  /// The method and its settings.
  public var method: any Explainer
  /// How pictures are cut into parts; nil for the usual way of the kind, `usualSegments`. Columns are parts
  /// as they are.
  public var segments: SegmentationChoice?
  /// About so many parts; nil for the usual number of the kind.
  public var parts: Int?

  /// An explainer of networks that answer together. Throws `RunError.unsuited` where the method can say
  /// nothing about inputs of their kind.
  ///
  /// - Parameter method: with its own choices where it hides something; nil is LIME with the usual baseline of the
  ///   kind.
  public init(
    _ ensemble: Ensemble, method: (any Explainer)? = nil, segments: SegmentationChoice? = nil,
    parts: Int? = nil
  ) throws {
    try self.init(
      ensemble, ensemble, method: method, segments: segments, parts: parts)
  }

  /// An explainer of what a predictor says of faces, its views included.
  public init(
    _ predictor: Predictor, method: (any Explainer)? = nil, segments: SegmentationChoice? = nil,
    parts: Int? = nil
  ) throws {
    try self.init(
      predictor, predictor.ensemble, method: method, segments: segments, parts: parts)
  }

  private init(
    _ network: any ExplainedNetwork & Sendable, _ ensemble: Ensemble, method: (any Explainer)?,
    segments: SegmentationChoice?, parts: Int?
  ) throws {
    let input = ensemble.checkpoints[0].input
    self.method = method ?? LIME(input.completing(ExplainerSettings()))
    (self.network, self.input, self.classes) = (network, input, ensemble.classes)
    (self.segments, self.parts) = (segments, parts)
    let known = input.explainers.map { $0.name }
    let name = type(of: self.method).name
    guard known.contains(name) else {
      throw RunError.unsuited(
        checkpoint: ensemble.checkpoints[0].weights.path,
        problem: "\(name) says nothing about inputs of kind \(input.kind) and shape \(input.shape)",
        remedy: "choose \(known.joined(separator: ", "))")
    }
  }

  /// Explains an input of the network's shape, in stored values. The inputs that are asked about are made
  /// of stored values, too, before each network's own normalisation. `progress` is told what share is done.
  /// Throws `ExplanationError` and what `progress` throws.
  public func explain(
    _ values: Tensor, random: RandomStream, progress: (_ share: Double) throws -> Void = { _ in }
  ) throws -> Explanation {
    if input.explainedKind == .table, let lime = method as? LIME {
      return try explainRow(values, by: TableLIME(lime), random: random, progress: progress)
    }
    return try method.explain(
      values.reshaped(input.pictureShape), cut(values), of: picturesNetwork, random: random,
      progress: progress)
  }

  /// Explains many inputs, several at once: each with the numbers that it has alone. `progress` is told
  /// what share of all is done, by one thread at a time. Throws as for one.
  public func explain(
    _ inputs: [Tensor], random: RandomStream,
    progress: (_ share: Double) throws -> Void = { _ in }
  ) throws -> [Explanation] {
    var explanations: [Explanation] = []
    try Self.explain(
      count: inputs.count, by: [self], random: random, values: { inputs[$0] }, progress: progress,
      finish: { _, _, explanations in explanations[0] }, deliver: { explanations.append($1) })
    return explanations
  }

  /// The same for inputs that are fetched when their turn comes, so that as many are in memory as
  /// threads work, each explained in one or several ways.
  ///
  /// Throws as for one input, and what the closures throw; of several inputs that fail the first
  /// decides, and those before it have been handed over.
  ///
  /// - Parameters:
  ///   - count: how many inputs there are.
  ///   - explainers: the ways.
  ///   - random: decides everything random, for each input and each way as if it were alone.
  ///   - values: an input by its index, on any thread.
  ///   - progress: told what share of all is done, by one thread at a time.
  ///   - finish: what is made of an input's explanations (drawn, written), one a way, on the thread that
  ///     found them.
  ///   - deliver: given what `finish` made, by one thread at a time and in order.
  public static func explain<Finished>(
    count: Int, by explainers: [InputExplainer], random: RandomStream,
    values: (_ index: Int) throws -> Tensor,
    progress: (_ share: Double) throws -> Void = { _ in },
    finish: (_ index: Int, Tensor, [Explanation]) throws -> Finished,
    deliver: (_ index: Int, Finished) throws -> Void
  ) throws {
    let lock = Mutex(())
    var done = 0.0
    let total = Double(count * explainers.count)
    try forEachInOrder(count) { index in
      let input = try values(index)
      let explanations = try explainers.map { explainer in
        var shown = 0.0
        return try explainer.explain(input, random: random) { share in
          try lock.withLock { _ in
            done += share - shown
            shown = share
            try progress(min(1, done / total))
          }
        }
      }
      return try finish(index, input, explanations)
    } deliver: {
      try deliver($0, $1)
    }
  }

  /// Judges methods on inputs that are pictures, all by the parts into which this explainer cuts them.
  ///
  /// - Parameters:
  ///   - methods: those that are judged; the explainer's own does not matter.
  ///   - judge: the questions.
  ///   - random: decides everything but the times.
  ///   - progress: told what share of the work is done; what it throws ends the work.
  ///
  /// Throws as `ExplainerJudge.judge`.
  public func judge(
    _ methods: [any Explainer], on inputs: [Tensor], by judge: ExplainerJudge = ExplainerJudge(),
    random: RandomStream, progress: (_ share: Double) throws -> Void = { _ in }
  ) throws -> [ExplainerJudgement] {
    let pictures = try inputs.map {
      JudgedPicture(image: $0.reshaped(input.pictureShape), segmentation: try cut($0))
    }
    return try judge.judge(
      methods, on: pictures, of: picturesNetwork, random: random, progress: progress)
  }

  /// The network as one that takes pictures.
  private var picturesNetwork: any ExplainedNetwork {
    input.pictureShape == input.shape
      ? network : ReshapedInputs(network: network, shape: input.shape)
  }

  /// An input's parts. Throws `ExplanationError`.
  private func cut(_ values: Tensor) throws(ExplanationError) -> Segmentation {
    let picture = input.pictureShape
    if input.explainedKind == .table {
      return Segmentation(
        width: picture[1], height: 1, labels: Array(0..<picture[1]), names: input.columnNames)
    }
    let image = input.picture(of: values)
    let parts = parts ?? max(2, min(input.usualParts, image.pixels.count / 16))
    let segments = segments ?? input.usualSegments
    if segments == .grid, input.explainedKind != .picture {
      // As many stretches of time as groups of bands or numbers.
      let side = Int(Double(parts).squareRoot().rounded())
      let rows = max(1, min(side, image.height))
      return try .grid(
        width: image.width, height: image.height, rows: rows,
        columns: max(1, min(image.width, Int((Double(parts) / Double(rows)).rounded()))))
    }
    return try segments.segmentation(of: image, parts: parts)
  }

  /// A row of a table in deviations from the training mean.
  private func explainRow(
    _ values: Tensor, by method: TableLIME, random: RandomStream,
    progress: (_ share: Double) throws -> Void
  ) throws -> Explanation {
    let (normalisation, shape) = (input.normalisation, input.shape)
    return try method.explain(
      normalisation.normalise(values.reshaped(shape.prepending(1))).elements,
      names: input.columnNames,
      isFixed: (0..<shape.count).map { normalisation.standardDeviation[$0] == 0 },
      of: BlackBox { z in
        try network.probabilities(of: Tensor(z.shape, normalisation.levels(of: z)))
      }, random: random, progress: progress)
  }
}

/// A network of inputs that are no pictures, asked about them as if they were.
private struct ReshapedInputs: ExplainedNetwork {
  let network: any ExplainedNetwork
  /// An input's own shape.
  let shape: Shape

  func probabilities(of pictures: Tensor) throws -> Tensor {
    try network.probabilities(of: pictures.reshaped(shape.prepending(pictures.shape[0])))
  }
}

extension Ensemble: ExplainedNetwork {
  /// The probabilities of inputs in stored values.
  public func probabilities(of pictures: Tensor) -> Tensor { probabilities(ofLevels: pictures) }

  /// The networks as they were loaded; none where inputs are preprocessed or normalised a channel at a time,
  /// for then no number and its factor stand for what a network sees.
  public var members: [NetworkMember] {
    guard
      checkpoints.allSatisfy({
        $0.input.preprocessing == nil && $0.input.normalisation.mean.common != nil
          && $0.input.normalisation.standardDeviation.common != nil
      })
    else { return [] }
    return checkpoints.map { checkpoint in
      NetworkMember(
        model: checkpoint.model, scale: checkpoint.input.normalisation.scale,
        offset: checkpoint.input.normalisation.offset, temperature: checkpoint.temperature ?? 1)
    }
  }
}

extension Predictor: ExplainedNetwork {
  /// The probabilities of faces given in grey levels.
  public func probabilities(of pictures: Tensor) -> Tensor { probabilities(ofLevels: pictures) }

  /// Those of the ensemble; none where views are averaged, for then a network does not see the face itself.
  public var members: [NetworkMember] { views == .none ? ensemble.members : [] }
}
