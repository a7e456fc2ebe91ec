internal import CVision
internal import Foundation
internal import TensorCore

/// Finds faces by OpenCV's YuNet (Wu, Peng and Yu 2023, DOI 10.1007/s11633-023-1423-y), a network that
/// also sees faces in profile, upside down or of a few pixels. Its file is not ours to bring.
final class YuNetDetector: FaceFinder {
  /// How sure the network is at least: OpenCV's own choice.
  private static let leastScore: Float = 0.9
  /// What two faces share at most of what both cover: OpenCV's own choice.
  private static let mostOverlap: Float = 0.3

  private let file: URL
  private let yunet: OpaquePointer

  /// Reads the network. Throws `FileError.missing`, and `ImagingError.unsuitedDetector` where the file holds
  /// another network than OpenCV can use.
  init(_ file: URL) throws {
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw FileError.missing(
        path: file.relativePath, expected: "YuNet as ONNX",
        remedy: "get it from OpenCV's model zoo, or leave the detector to the default")
    }
    var opened: OpaquePointer?
    let (status, message) = withMessage(MIEN_VISION_MESSAGE_SIZE) {
      mien_yunet_open(file.path, &opened, $0)
    }
    guard status == MIEN_VISION_OK, let opened else {
      throw ImagingError.unsuitedDetector(file: file.relativePath, problem: message)
    }
    (self.file, yunet) = (file, opened)
  }

  deinit { mien_yunet_close(yunet) }

  func faces(in image: GrayImage, reduced small: GrayImage) throws -> [DetectedFace] {
    var found: UnsafeMutablePointer<mien_yunet_face>?
    var count = 0
    let (status, message) = withMessage(MIEN_VISION_MESSAGE_SIZE) {
      mien_yunet_detect(
        yunet, small.pixels, Int32(small.width), Int32(small.height), Self.leastScore,
        Self.mostOverlap, &found, &count, $0)
    }
    defer { mien_vision_free(found) }
    guard status == MIEN_VISION_OK else {
      throw ImagingError.cannotDetect(problem: "\(file.relativePath): \(message)")
    }
    let (horizontal, vertical) = (
      Double(image.width) / Double(small.width), Double(image.height) / Double(small.height)
    )
    func point(_ place: mien_point) -> Point {
      Point(Double(place.x) * horizontal, Double(place.y) * vertical)
    }
    return UnsafeBufferPointer(start: found, count: count).compactMap { face in
      FaceLandmarks(
        rightEye: point(face.right_eye), leftEye: point(face.left_eye),
        rightMouth: point(face.right_mouth), leftMouth: point(face.left_mouth)
      ).face(width: image.width, height: image.height)
    }
  }
}
