/// Which values of a type an argument accepts, as data for help and errors.
struct Constraint<Value: ArgumentValue>: Sendable {
  /// What is expected in place of the type's own words, nil to keep those.
  let expectation: String?
  /// All words accepted, where they can be listed.
  let choices: [String]
  /// What a shell proposes in place of choices and paths; nil for those.
  let suggestions: Suggestions?
  let accepts: @Sendable (Value) -> Bool

  /// Accepts what `accepts` says; `expectation` describes it: "a power of two".
  init(
    _ expectation: String?, choices: [String] = Value.choices, suggestions: Suggestions? = nil,
    accepts: @escaping @Sendable (Value) -> Bool
  ) {
    self.expectation = expectation
    self.choices = choices
    self.suggestions = suggestions
    self.accepts = accepts
  }

  /// Every value of the type.
  static var any: Constraint { Constraint(nil) { _ in true } }

  /// Every value of the type; a shell proposes words, and files of an ending.
  static func suggesting(
    files suffix: String? = nil, _ words: @escaping @Sendable () -> [String]
  ) -> Constraint {
    let paths: Suggestions.Paths = suffix.map { .files(suffix: $0) } ?? .none
    return Constraint(nil, suggestions: Suggestions(paths: paths, words: words)) { _ in true }
  }
}

extension Constraint where Value: Comparable {
  /// `minimum` and all above it.
  static func atLeast(_ minimum: Value) -> Constraint {
    Constraint("\(Value.expectation) of at least \(minimum.word)") { $0 >= minimum }
  }

  /// A closed range.
  static func between(_ low: Value, _ high: Value) -> Constraint {
    Constraint("\(Value.expectation) from \(low.word) to \(high.word)") { low <= $0 && $0 <= high }
  }
}
