/// What a shell may propose for a value while it is typed. Other values are accepted all the same.
struct Suggestions: Sendable {
  /// Which files and folders.
  enum Paths: Sendable, Equatable {
    case none
    case folders
    /// Folders, and files whose names end so; all files where it is empty.
    case files(suffix: String)
  }

  /// Words, worked out when they are asked for. One that ends in `=` is to be continued.
  let words: @Sendable () -> [String]
  let paths: Paths

  init(paths: Paths = .none, words: @escaping @Sendable () -> [String] = { [] }) {
    (self.paths, self.words) = (paths, words)
  }

  /// What a path may be, by what help calls it: `DIR` is a folder, `F.csv` a file of that ending, all
  /// else a file or a folder.
  static func paths(called valueName: String) -> Suggestions {
    if valueName == "DIR" { return Suggestions(paths: .folders) }
    let suffix = valueName.firstIndex(of: ".").map { String(valueName[$0...]) }
    return Suggestions(paths: .files(suffix: suffix ?? ""))
  }
}
