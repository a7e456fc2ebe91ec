import Foundation
import Mien
import TensorCore

/// `--checkpoint` of the commands that ask a trained network.
enum CheckpointOption {
  /// The network that comes with Mien, where a command is not told another.
  private static let released = "checkpoints/fer2013-vgg10"

  static let key = Option<[URL]>(
    "--checkpoint", "PATH",
    "a run folder, a checkpoint folder or a .safetensors file; several are an ensemble "
      + "(default: \(released))")

  /// The predictor of the checkpoints named. Throws as `Checkpoint(at:)` and `Predictor`.
  static func predictor(_ paths: [URL]) throws -> Predictor {
    guard paths.isEmpty else { return try Predictor(paths.map(Checkpoint.init)) }
    let url = URL(fileURLWithPath: released)
    guard FileManager.default.fileExists(atPath: url.path) else {
      throw FileError.missing(
        path: released, expected: "the checkpoint that is used where none is named",
        remedy: "name one with --checkpoint, such as the folder of a run")
    }
    return try Predictor(Checkpoint(at: url))
  }
}
