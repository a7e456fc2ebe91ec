public import Foundation
public import Imaging
internal import Synchronization
internal import TensorCore

/// Whether a picture is a photo with faces somewhere, or the face itself.
public enum FaceSearch: String, CaseIterable, Sendable {
  /// A picture of at most twice the network's size is a face already; in others faces are looked
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

/// A face as the network takes it, and where it was.
public struct FaceInPhoto: Sendable {
  /// The square of the photo that was found to be a face, or all of it.
  public let box: Box
  /// The face, cut out, grey and of the network's size.
  public let crop: GrayImage
}

/// Reads the faces of picture files, several files at once: the largest face first.
public struct FaceReader: Sendable {
  /// How faces are looked for.
  public let search: FaceSearch
  /// The side of the network's inputs.
  public let side: Int
  /// At most so many faces a picture; nil for all.
  public let maxFaces: Int?
  private let detectors = DetectorPool()

  /// A reader of square faces of `side` pixels.
  public init(side: Int, search: FaceSearch = .auto, maxFaces: Int? = nil) {
    (self.search, self.side, self.maxFaces) = (search, side, maxFaces)
  }

  /// The faces in a file, none if there is none. Throws `FileError`, `ImagingError`.
  public func faces(in file: URL) throws -> [FaceInPhoto] {
    try faces(in: try ImageFile.decode(contentsOf: file).grayscale())
  }

  /// The faces in a picture. Throws `ImagingError` where the detector fails.
  public func faces(in image: GrayImage) throws -> [FaceInPhoto] {
    if search.takesWhole(image, side: side) {
      let box = Box(x: 0, y: 0, width: image.width, height: image.height)
      return [FaceInPhoto(box: box, crop: FaceCrop.whole(image, size: side))]
    }
    let found = try detectors.withDetector { try $0.faces(in: image) }
    return found.prefix(maxFaces ?? .max).map {
      FaceInPhoto(box: $0.box, crop: FaceCrop.crop(image, to: $0, size: side))
    }
  }
}

/// Detectors serve one thread each and take a while to load: they are made when they are needed
/// and kept.
private final class DetectorPool: @unchecked Sendable {
  private let lock = NSLock()
  private var idle: [FaceDetector] = []

  func withDetector<R>(_ body: (FaceDetector) throws -> R) throws -> R {
    let kept = lock.withLock { idle.popLast() }
    let detector = try kept ?? FaceDetector()
    defer { lock.withLock { idle.append(detector) } }
    return try body(detector)
  }
}
