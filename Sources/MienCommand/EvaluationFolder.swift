import Foundation
import Training

extension RunFolder {
  /// Where what is found out about the run on another split goes: `evaluation-SPLIT`. Nil where the
  /// folder is a released checkpoint, which is not written to.
  func evaluation(of split: String, suffix: String = "") -> URL? {
    guard holdsRun, FileManager.default.fileExists(atPath: state.path) else { return nil }
    // A split's name is text from a file: it must not lead elsewhere.
    let name = String(split.map { $0.isLetter || $0.isNumber ? $0 : "-" })
    return file("evaluation-\(name)\(suffix)")
  }
}
