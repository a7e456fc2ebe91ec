public import Foundation
internal import TensorCore

/// A face as a network takes it, and where it was.
public struct FaceInPhoto: Sendable {
  /// The part of the photo that was found to be a face, or all of it.
  public let box: Box
  /// The face, cut out, grey and of the network's size.
  public let crop: GrayImage
}

/// The one way from a picture to faces as networks take them: the largest face first. Serves several
/// threads at once.
public struct FaceReader: Sendable {
  /// No detector could be made; `problem` says why. No picture can be answered for then.
  public struct NoDetector: Error {
    /// `FileError`.
    public let problem: any Error
  }

  /// The smallest side of a picture from which anything can be told.
  public static let smallestSide = 8

  /// How faces are looked for.
  public let search: FaceSearch
  /// The side of the crops.
  public let side: Int
  /// At most so many faces a picture; nil for all.
  public let maxFaces: Int?
  /// What looks for them.
  public let detector: DetectorModel

  /// A reader of square faces of `side` pixels.
  public init(
    side: Int, search: FaceSearch = .auto, maxFaces: Int? = nil, detector: DetectorModel = .cascades
  ) {
    (self.search, self.side, self.maxFaces) = (search, side, maxFaces)
    self.detector = detector
  }

  /// The faces in a file, none if there is none. Throws `FileError`, `ImagingError`, `NoDetector`.
  public func faces(in file: URL) throws -> [FaceInPhoto] {
    try faces(in: ImageFile.decode(contentsOf: file).grayscale(), name: file.path)
  }

  /// The faces in a picture; `name` is what errors call it. Throws `ImagingError` where it has too few
  /// pixels or the detector fails, and `NoDetector`.
  public func faces(in image: GrayImage, name: String = "image") throws -> [FaceInPhoto] {
    guard min(image.width, image.height) >= Self.smallestSide else {
      throw ImagingError.tooFewPixels(
        file: name, found: "\(image.width)x\(image.height) pixels")
    }
    if search.takesWhole(image, side: side) {
      let box = Box(x: 0, y: 0, width: image.width, height: image.height)
      return [FaceInPhoto(box: box, crop: FaceCrop.whole(image, size: side))]
    }
    let found = try DetectorPool.shared.withDetector(detector) { try $0.faces(in: image) }
    return found.prefix(maxFaces ?? .max).map {
      FaceInPhoto(box: $0.box, crop: FaceCrop.crop(image, to: $0, size: side))
    }
  }
}

/// Detectors serve one thread each and take a while to load: they are made when they are needed
/// and kept.
private final class DetectorPool: @unchecked Sendable {
  static let shared = DetectorPool()
  private let lock = NSLock()
  private var idle: [DetectorModel: [FaceDetector]] = [:]

  func withDetector<R>(
    _ model: DetectorModel, _ body: (FaceDetector) throws -> R
  ) throws -> R {
    let detector = try lock.withLock { idle[model]?.popLast() } ?? make(model)
    defer { lock.withLock { idle[model, default: []].append(detector) } }
    return try body(detector)
  }

  private func make(_ model: DetectorModel) throws(FaceReader.NoDetector) -> FaceDetector {
    do {
      return try FaceDetector(model)
    } catch {
      throw FaceReader.NoDetector(problem: error)
    }
  }
}
