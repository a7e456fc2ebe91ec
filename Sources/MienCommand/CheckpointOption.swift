import Foundation
import Mien

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
    try Predictor((paths.isEmpty ? [URL(fileURLWithPath: released)] : paths).map(Checkpoint.init))
  }
}
