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
    let parts = parts ?? max(2, min(50, face.pixels.count / 16))
    return try method.explain(
      Predictor.levels(of: [face]).reshaped(predictor.shape),
      segments.segmentation(of: face, parts: parts), of: predictor, random: random,
      progress: progress)
  }

  /// Explains many faces, several at once: each with the numbers that it has alone. `progress` is told
  /// what share of all is done, by one thread at a time. Throws as for one face.
  public func explain(
    _ faces: [GrayImage], random: RandomStream,
    progress: (_ share: Double) throws -> Void = { _ in }
  ) throws -> [Explanation] {
    var explanations: [Explanation] = []
    try explain(
      count: faces.count, random: random, face: { faces[$0] }, progress: progress,
      finish: { _, _, explanation in explanation }, deliver: { explanations.append($1) })
    return explanations
  }

  /// The same for faces that are fetched when their turn comes, so that as many are in memory as
  /// threads work.
  ///
  /// Throws as for one face, and what the closures throw; of several faces that fail the first
  /// decides, and those before it have been handed over.
  ///
  /// - Parameters:
  ///   - count: how many faces there are.
  ///   - random: decides everything random, for each face as if it were alone.
  ///   - face: a face by its index, on any thread.
  ///   - progress: told what share of all is done, by one thread at a time.
  ///   - finish: what is made of an explanation (drawn, written), on the thread that found it.
  ///   - deliver: given what `finish` made, by one thread at a time and in order.
  public func explain<Finished>(
    count: Int, random: RandomStream, face: (_ index: Int) throws -> GrayImage,
    progress: (_ share: Double) throws -> Void = { _ in },
    finish: (_ index: Int, GrayImage, Explanation) throws -> Finished,
    deliver: (_ index: Int, Finished) throws -> Void
  ) throws {
    let lock = Mutex(())
    var done = 0.0
    try forEachInOrder(count) { index in
      let image = try face(index)
      var shown = 0.0
      let explanation = try explain(image, random: random) { share in
        try lock.withLock { _ in
          done += share - shown
          shown = share
          try progress(min(1, done / Double(count)))
        }
      }
      return try finish(index, image, explanation)
    } deliver: {
      try deliver($0, $1)
    }
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
