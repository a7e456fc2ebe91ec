import Foundation
import Imaging

/// `--faces` and `--detector` of the commands that look for faces in pictures.
enum FaceOptions {
  static let search = Option<FaceSearch>(
    "--faces", "HOW",
    "detect looks for faces, whole takes each picture as a face; auto does so with pictures of at "
      + "most twice the network's size and looks for faces in others", default: .auto)
  static let detector = Option<URL?>(
    "--detector", "F.onnx",
    "find faces by OpenCV's network YuNet, which also sees those turned aside, tilted or small; not "
      + "part of Mien (default: OpenCV's cascades)")

  /// What looks for faces.
  static func model(_ arguments: ParsedArguments) -> DetectorModel {
    arguments[detector].map { .yunet($0) } ?? .cascades
  }
}

extension FaceSearch: ArgumentValue {}
