public import Explainers
public import Imaging

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
