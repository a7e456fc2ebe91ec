internal import Foundation

/// What the classes of the supported face data sets are called.
public enum ClassNames {
  /// FER-2013's seven in the order of its labels 0...6.
  public static let fer2013 = [
    "Angry", "Disgust", "Fear", "Happy", "Sad", "Surprise", "Neutral",
  ]

  /// The classes that folders of these names stand for, and the class index of each name. Where
  /// all are FER-2013's names, in any case, its seven classes in its order, so that a checkpoint
  /// trained on FER-2013 fits; otherwise the names themselves, sorted.
  static func classes(ofFolders names: Set<String>) -> (classes: [String], index: [String: Int]) {
    let known = Dictionary(
      uniqueKeysWithValues: fer2013.enumerated().map { ($1.lowercased(), $0) })
    if names.allSatisfy({ known[$0.lowercased()] != nil }) {
      let index = names.map { ($0, known[$0.lowercased(), default: 0]) }
      return (fer2013, Dictionary(uniqueKeysWithValues: index))
    }
    let sorted = names.sorted()
    return (sorted, Dictionary(uniqueKeysWithValues: zip(sorted, 0...)))
  }
}

/// How splits are recognised by their names.
enum SplitNames {
  /// Names given to the splits that are drawn where a source has none, with their shares.
  static let drawn: [(name: String, share: Double)] = [
    ("Training", 0.8), ("PublicTest", 0.1), ("PrivateTest", 0.1),
  ]

  private static let known: Set<String> = [
    "train", "training", "val", "valid", "validation", "dev", "eval", "test", "testing",
    "publictest", "privatetest",
  ]

  /// Whether a folder of that name holds a split rather than a class.
  static func isSplit(_ name: String) -> Bool { known.contains(name.lowercased()) }

  /// The split that statistics come from: the one for training, or the only one.
  static func training(among names: [String]) -> String? {
    names.first { ["training", "train"].contains($0.lowercased()) }
      ?? (names.count == 1 ? names.first : nil)
  }
}
