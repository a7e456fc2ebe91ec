extension RandomAccessCollection where Element: Comparable, Index == Int {
  /// The place of the greatest number, of equals the first: the class that probabilities answer. Expects
  /// at least one number.
  public func argmax() -> Int {
    precondition(!isEmpty, "the greatest of no numbers")
    return indices.dropFirst().reduce(startIndex) { self[$1] > self[$0] ? $1 : $0 }
  }
}
