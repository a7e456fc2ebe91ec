public import Foundation

/// What looks for faces.
public enum DetectorModel: Sendable, Hashable {
  /// OpenCV's Haar cascades, which Debian's opencv-data brings: faces that look towards the camera.
  case cascades
  /// The network YuNet from an ONNX file: also faces that are turned, tilted or small.
  case yunet(URL)
}

/// Finds faces in pictures.
///
/// The same picture gives the same faces, always. One detector serves one thread at a time; reading
/// its model takes some 50 ms, so a thread keeps its own.
public final class FaceDetector {
  /// The longer side that pictures are brought down to: it bounds the time, whatever their size.
  static let longestSide = 640

  private let finder: any FaceFinder

  /// Reads the model. Throws `ImagingError.unsuitedDetector`, and `FileError` where files are missing, for the cascades unless Debian's
  /// package opencv-data is installed or the variable MIEN_CASCADES names the folder that has them.
  public init(_ model: DetectorModel = .cascades) throws {
    switch model {
    case .cascades: finder = try CascadeDetector()
    case .yunet(let file): finder = try YuNetDetector(file)
    }
  }

  /// The faces, largest first; of equal ones the upper, then the left one first. Throws
  /// `ImagingError.cannotDetect`.
  public func faces(in image: GrayImage) throws -> [DetectedFace] {
    let found = try finder.faces(in: image, reduced: image.reduced(to: Self.longestSide))
    return found.sorted {
      let (one, other) = ($0.box, $1.box)
      return (other.area, one.y, one.x) < (one.area, other.y, other.x)
    }
  }
}

/// One way to find faces.
protocol FaceFinder {
  /// The faces in a picture, in any order, looked for in the picture brought down to a size whose
  /// time is known; in pixels of the picture itself. Throws `ImagingError`.
  func faces(in image: GrayImage, reduced: GrayImage) throws -> [DetectedFace]
}

extension GrayImage {
  /// The picture with a longer side of at most so many pixels.
  fileprivate func reduced(to longestSide: Int) -> GrayImage {
    let scale = max(1, Double(max(width, height)) / Double(longestSide))
    func side(_ length: Int) -> Int { max(1, Int((Double(length) / scale).rounded())) }
    return resized(width: side(width), height: side(height))
  }

  /// A part of the picture, which must lie inside of it.
  func cropped(to box: Box) -> GrayImage {
    precondition(
      box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height,
      "\(box) in an image of \(width)x\(height)")
    var part = [UInt8]()
    part.reserveCapacity(box.area)
    for row in box.y..<box.y + box.height {
      let start = row * width + box.x
      part += pixels[start..<start + box.width]
    }
    return GrayImage(width: box.width, height: box.height, pixels: part)
  }
}
