/// The emotions that all corpora of speech are brought to, in the order of their class indices.
public enum Emotion: String, CaseIterable, Codable, Sendable {
  case neutral, calm, happy, sad, angry, fearful, disgust, surprised

  /// The classes of every data set of emotional speech, whichever corpora it is made of: a network that
  /// learnt from one can be examined on another.
  public static let classes = allCases.map(\.rawValue)

  /// The classes of rows of these labels: all eight where each label is an emotion, else the labels, sorted.
  static func classes(of labels: some Sequence<String>) -> [String] {
    let names = Set(labels)
    return names.isSubset(of: classes) && !names.isEmpty ? classes : names.sorted()
  }
}
