internal import Datasets
internal import Foundation
internal import TensorCore

/// Another network's weights that decide a run, pinned by their bytes: those it begins from, or a
/// teacher's.
public struct CheckpointReference: Codable, Hashable, Sendable {
  /// What `--checkpoint` takes: a folder or a file. In a run's own configuration it is the file.
  public var path: String
  /// Of the weight file; filled in when a run starts, and from then on no other will do.
  public var sha256: String?

  /// Whatever is at a path.
  public init(path: String) { self.path = path }

  /// The same with the file and its sum. Throws `RunError.noCheckpoint`, `RunError.unsuited` where
  /// there are other bytes than before, and `FileError`.
  func pinned() throws -> CheckpointReference {
    let file = try Checkpoint.weightFile(at: URL(fileURLWithPath: path))
    let found = try fingerprint(ofFile: file, expected: "a checkpoint's weights")
    if let sha256, sha256 != found {
      throw RunError.unsuited(
        checkpoint: file.path,
        problem: "its SHA-256 is \(found.prefix(12))…, the configuration has \(sha256.prefix(12))…",
        remedy: "restore the file, or start a new run without \"sha256\"")
    }
    var pinned = CheckpointReference(path: file.standardizedFileURL.path)
    pinned.sha256 = found
    return pinned
  }
}
