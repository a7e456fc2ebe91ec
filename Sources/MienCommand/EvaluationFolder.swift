import Foundation
import Training

extension RunFolder {
  /// Where what is found out about the run on another split goes: `evaluation-SPLIT`. Nil where the
  /// folder is a released checkpoint, which is not written to.
  func evaluation(of split: String, suffix: String = "") -> URL? {
    guard holdsRun, FileManager.default.fileExists(atPath: state.path) else { return nil }
    return file("evaluation-\(split.asFileName())\(suffix)")
  }
}
