public import Explainers
public import Imaging
public import TensorCore

/// Explains what a predictor says of a face: `InputExplainer` for pictures.
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

  /// Explains a face cut out as the network takes it. `progress` is told what share is done. Throws
  /// `ExplanationError` and what `progress` throws.
  public func explain(
    _ face: GrayImage, random: RandomStream, progress: (_ share: Double) throws -> Void = { _ in }
  ) throws -> Explanation {
    try inputs().explain(values(face), random: random, progress: progress)
  }

  /// Explains many faces, several at once: each with the numbers that it has alone. `progress` is told
  /// what share of all is done, by one thread at a time. Throws as for one face.
  public func explain(
    _ faces: [GrayImage], random: RandomStream,
    progress: (_ share: Double) throws -> Void = { _ in }
  ) throws -> [Explanation] {
    try inputs().explain(faces.map(values), random: random, progress: progress)
  }

  private func inputs() throws -> InputExplainer {
    try InputExplainer(predictor, method: method, segments: segments, parts: parts)
  }

  private func values(_ face: GrayImage) -> Tensor {
    Predictor.levels(of: [face]).reshaped(predictor.shape)
  }
}
