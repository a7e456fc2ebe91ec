/// Names for files that must not take each other's place.
struct UniqueNames {
  private var taken: Set<String> = []

  /// The name if it is free, else with the first free number behind it: `a`, `a-2`, `a-3`.
  mutating func take(_ name: String) -> String {
    var (candidate, number) = (name, 1)
    while !taken.insert(candidate).inserted {
      number += 1
      candidate = "\(name)-\(number)"
    }
    return candidate
  }
}

extension String {
  /// The text as part of a file's name: letters, numbers and what is to be kept stay, all else
  /// becomes `-`. Names of classes and splits are text from files, and must not lead elsewhere.
  func asFileName(keeping kept: String = "") -> String {
    String(map { $0.isLetter || $0.isNumber || kept.contains($0) ? $0 : "-" })
  }
}
