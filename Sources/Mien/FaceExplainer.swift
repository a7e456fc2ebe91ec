public import Explainers
public import Imaging
internal import Synchronization
public import TensorCore

/// How a picture is cut into the parts that an explanation weighs.
public enum SegmentationChoice: String, CaseIterable, Sendable {
  /// Equal rectangles.
  case grid
  /// Superpixels that follow the picture's edges.
  case slic
  /// The parts of an upright face that fills the picture: brows, eyes, nose, mouth and so on.
  case regions

  /// A picture's parts, about `count` of them but for `regions`, which are what they are. Throws `ExplanationError` for a count that the
  /// picture does not allow.
  public func segmentation(
    of image: GrayImage, parts count: Int
  ) throws(ExplanationError) -> Segmentation {
    switch self {
    case .grid:
      // As square as the picture allows.
      let shape = Double(image.height) / Double(image.width)
      let columns = max(1, (Double(count) / shape).squareRoot().rounded())
      let rows = max(1, (Double(count) / columns).rounded())
      return try .grid(
        width: image.width, height: image.height, rows: min(image.height, Int(rows)),
        columns: min(image.width, Int(columns)))
    case .slic: return try .slic(of: image, count: count)
    case .regions: return .faceRegions(width: image.width, height: image.height)
    }
  }
}

/// Explains what a predictor says of a face.
public struct FaceExplainer: Sendable {
  /// What is asked, over and over.
  public let predictor: Predictor
  /// The method and its settings.
  public var method: any Explainer
  /// How faces are cut into parts.
  public var segments: SegmentationChoice
  /// About so many parts; nil for 50, or fewer where faces are small: sixteen pixels each.
  public var parts: Int?

  /// An explainer with the defaults of `LIME` and parts that follow the face.
  public init(
    _ predictor: Predictor, method: any Explainer = LIME(), segments: SegmentationChoice = .slic,
    parts: Int? = nil
  ) {
    (self.predictor, self.method) = (predictor, method)
    (self.segments, self.parts) = (segments, parts)
  }

  /// Explains a face cut out as the network takes it. The pictures that are asked about are made in
  /// grey levels, before each network's own normalisation. `progress` is told what share is done.
  /// Throws `ExplanationError` and what `progress` throws.
  public func explain(
    _ face: GrayImage, random: RandomStream, progress: (_ share: Double) throws -> Void = { _ in }
  ) throws -> Explanation {
    try method.explain(
      Predictor.levels(of: [face]).reshaped(predictor.shape), cut(face), of: predictor,
      random: random, progress: progress)
  }

  /// Explains many faces, several at once: each with the numbers that it has alone. `progress` is told
  /// what share of all is done, by one thread at a time. Throws as for one face.
  public func explain(
    _ faces: [GrayImage], random: RandomStream,
    progress: (_ share: Double) throws -> Void = { _ in }
  ) throws -> [Explanation] {
    var explanations: [Explanation] = []
    try Self.explain(
      count: faces.count, by: [self], random: random, face: { faces[$0] }, progress: progress,
      finish: { _, _, explanations in explanations[0] }, deliver: { explanations.append($1) })
    return explanations
  }

  /// The same for faces that are fetched when their turn comes, so that as many are in memory as
  /// threads work, each explained in one or several ways.
  ///
  /// Throws as for one face, and what the closures throw; of several faces that fail the first
  /// decides, and those before it have been handed over.
  ///
  /// - Parameters:
  ///   - count: how many faces there are.
  ///   - explainers: the ways.
  ///   - random: decides everything random, for each face and each way as if it were alone.
  ///   - face: a face by its index, on any thread.
  ///   - progress: told what share of all is done, by one thread at a time.
  ///   - finish: what is made of a face's explanations (drawn, written), one a way, on the thread that
  ///     found them.
  ///   - deliver: given what `finish` made, by one thread at a time and in order.
  public static func explain<Finished>(
    count: Int, by explainers: [FaceExplainer], random: RandomStream,
    face: (_ index: Int) throws -> GrayImage,
    progress: (_ share: Double) throws -> Void = { _ in },
    finish: (_ index: Int, GrayImage, [Explanation]) throws -> Finished,
    deliver: (_ index: Int, Finished) throws -> Void
  ) throws {
    let lock = Mutex(())
    var done = 0.0
    let total = Double(count * explainers.count)
    try forEachInOrder(count) { index in
      let image = try face(index)
      let explanations = try explainers.map { explainer in
        var shown = 0.0
        return try explainer.explain(image, random: random) { share in
          try lock.withLock { _ in
            done += share - shown
            shown = share
            try progress(min(1, done / total))
          }
        }
      }
      return try finish(index, image, explanations)
    } deliver: {
      try deliver($0, $1)
    }
  }

  /// Judges methods on faces, all by the parts into which this explainer cuts them.
  ///
  /// - Parameters:
  ///   - methods: those that are judged; the explainer's own does not matter.
  ///   - judge: the questions.
  ///   - random: decides everything but the times.
  ///   - progress: told what share of the work is done; what it throws ends the work.
  ///
  /// Throws as `ExplainerJudge.judge`.
  public func judge(
    _ methods: [any Explainer], on faces: [GrayImage], by judge: ExplainerJudge = ExplainerJudge(),
    random: RandomStream, progress: (_ share: Double) throws -> Void = { _ in }
  ) throws -> [ExplainerJudgement] {
    let pictures = try faces.map {
      JudgedPicture(
        image: Predictor.levels(of: [$0]).reshaped(predictor.shape), segmentation: try cut($0))
    }
    return try judge.judge(
      methods, on: pictures, of: predictor, random: random, progress: progress)
  }

  /// A face's parts. Throws `ExplanationError`.
  private func cut(_ face: GrayImage) throws(ExplanationError) -> Segmentation {
    let parts = parts ?? max(2, min(50, face.pixels.count / 16))
    return try segments.segmentation(of: face, parts: parts)
  }
}

extension Predictor: ExplainedNetwork {
  /// The probabilities of faces given in grey levels.
  public func probabilities(of pictures: Tensor) -> Tensor { probabilities(ofLevels: pictures) }

  /// The networks as they were loaded; none where views are averaged or faces are preprocessed, for
  /// then a network does not see the face itself.
  public var members: [NetworkMember] {
    guard views == .none, checkpoints.allSatisfy({ $0.input.preprocessing == nil }) else {
      return []
    }
    return checkpoints.map { checkpoint in
      NetworkMember(
        model: checkpoint.model, scale: checkpoint.input.normalisation.scale,
        offset: checkpoint.input.normalisation.offset, temperature: checkpoint.temperature ?? 1)
    }
  }
}
