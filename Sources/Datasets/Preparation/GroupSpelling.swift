/// How names of groups are compared: `Miles_Davis` and `miles  davis` are one artist. One who is spelt in two
/// ways would else stand on both sides of a split.
enum GroupSpelling {
  /// Equal for names that differ in case, in the number of blanks, or in underscores for them.
  static func key(_ name: some StringProtocol) -> String {
    name.lowercased().split { $0 == "_" || $0.isWhitespace }.joined(separator: " ")
  }
}

extension [Example] {
  /// The examples with one name for each group that is known, however it is spelt: the first that occurs.
  var withGroupsSpeltAlike: [Example] {
    var first: [String: String] = [:]
    return map { example in
      guard example.groupIsKnown else { return example }
      let key = GroupSpelling.key(example.group)
      let name = first[key] ?? example.group
      first[key] = name
      return Example(
        row: example.row, name: example.name, corpus: example.corpus,
        className: example.className, group: name, groupIsKnown: true,
        attributes: example.attributes)
    }
  }
}
