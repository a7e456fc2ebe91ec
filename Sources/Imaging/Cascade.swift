internal import CVision
internal import Foundation
internal import TensorCore

/// One of OpenCV's trained Haar cascades (Viola and Jones 2001, DOI 10.1109/CVPR.2001.990517).
final class Cascade {
  /// Where cascades may lie; the variable MIEN_CASCADES names a folder that comes first.
  private static var folders: [String] {
    let own = ProcessInfo.processInfo.environment["MIEN_CASCADES"].map { [$0] } ?? []
    return own
      + ["/usr", "/usr/local", "/opt/homebrew"].map { "\($0)/share/opencv4/haarcascades" }
  }

  private let cascade: OpaquePointer

  /// Reads `haarcascade_NAME.xml`. Throws `FileError`.
  convenience init(_ name: String) throws {
    let file = "haarcascade_\(name).xml"
    let paths = Self.folders.map { "\($0)/\(file)" }
    guard let path = paths.first(where: FileManager.default.fileExists) else {
      throw FileError.missing(
        path: file, expected: "OpenCV's cascade in \(Self.folders.joined(separator: ", "))",
        remedy: "install opencv-data, or set MIEN_CASCADES to the folder that holds it")
    }
    try self.init(path: path)
  }

  /// Reads a cascade. Throws `FileError.unreadable`.
  init(path: String) throws {
    var opened: OpaquePointer?
    let (status, message) = withMessage(MIEN_VISION_MESSAGE_SIZE) {
      mien_cascade_open(path, &opened, $0)
    }
    guard status == MIEN_VISION_OK, let opened else {
      throw FileError.unreadable(path: path, reason: message)
    }
    cascade = opened
  }

  deinit { mien_cascade_close(cascade) }

  /// Where it responds: largest first, then from the top, then from the left. Throws
  /// `ImagingError.cannotDetect`.
  func boxes(
    in image: GrayImage, scaleFactor: Double, minimumNeighbours: Int, minimumSize: Int
  ) throws(ImagingError) -> [Box] {
    guard let width = Int32(exactly: image.width), let height = Int32(exactly: image.height),
      let size = Int32(exactly: minimumSize)
    else { throw .cannotDetect(problem: "\(image.width)x\(image.height) pixels") }
    var found: UnsafeMutablePointer<mien_box>?
    var count = 0
    let (status, message) = withMessage(MIEN_VISION_MESSAGE_SIZE) {
      mien_cascade_detect(
        cascade, image.pixels, width, height, scaleFactor, Int32(minimumNeighbours), size, &found,
        &count, $0)
    }
    defer { mien_vision_free(found) }
    guard status == MIEN_VISION_OK else { throw .cannotDetect(problem: message) }
    return UnsafeBufferPointer(start: found, count: count).map {
      Box(x: Int($0.x), y: Int($0.y), width: Int($0.width), height: Int($0.height))
    }
  }
}
