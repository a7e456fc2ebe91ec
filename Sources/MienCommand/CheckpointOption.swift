import Foundation
import Kernels
import Mien
import TensorCore

/// `--checkpoint` of the commands that ask a trained network.
enum CheckpointOption {
  static let key = Option<[URL]>(
    "--checkpoint", "PATH",
    "a run folder, a checkpoint folder or a .safetensors file; several are an ensemble "
      + "(default: \(Checkpoint.released))")

  /// `--tta` of the commands that average over views.
  static let views = Option<TestTimeAugmentation>(
    "--tta", "VIEWS", "views over which probabilities are averaged", default: .none)

  /// The predictor of the checkpoints named. Throws as `Checkpoint(at:)` and `Predictor`.
  static func predictor(
    _ paths: [URL], views: TestTimeAugmentation = .none, precision: InferencePrecision = .float32
  ) throws -> Predictor {
    try Predictor(checkpoints(paths), views: views, precision: precision)
  }

  /// The checkpoints named, or the one that comes with Mien. Throws as `Checkpoint(at:)`.
  static func checkpoints(_ paths: [URL]) throws -> [Checkpoint] {
    guard paths.isEmpty else { return try paths.map { try Checkpoint(at: $0) } }
    return [try Checkpoint(at: Checkpoint.releasedFolder())]
  }
}

extension TestTimeAugmentation: ArgumentValue {}
