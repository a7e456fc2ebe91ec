public import Explainers
public import Imaging
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
