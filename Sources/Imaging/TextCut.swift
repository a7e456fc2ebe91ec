/// Where a text that is too long loses letters. Names that begin alike are told apart by their ends.
public enum TextCut: Sendable {
  /// The beginning stays.
  case end
  /// Beginning and end stay.
  case middle
}
