/// Whether a picture is a photo with faces somewhere, or the face itself.
public enum FaceSearch: String, Codable, CaseIterable, Sendable {
  /// A picture of at most twice the size of the crop is a face already; in others faces are looked
  /// for.
  case auto
  /// Faces are looked for in every picture.
  case detect
  /// Every picture is a face.
  case whole

  func takesWhole(_ image: GrayImage, side: Int) -> Bool {
    switch self {
    case .auto: max(image.width, image.height) <= 2 * side
    case .detect: false
    case .whole: true
    }
  }
}
