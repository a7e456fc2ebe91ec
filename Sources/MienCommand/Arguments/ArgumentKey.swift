/// One argument of a command: its declaration, and the typed key that its value is asked for with.
///
///     static let out = Option<URL>("--out", "DIR", "where the shards go")
///     …
///     let folder = arguments[Self.out]   // a URL
protocol ArgumentKey<Result>: Sendable {
  associatedtype Result: Sendable
  /// The declaration as data.
  var synopsis: ArgumentSynopsis { get }
  /// The value of the words given, in order; for a flag one empty word each time.
  func resolve(_ words: [String]) throws(ArgumentProblem) -> Result
}

/// An argument as data: what parsing, help, a man page and shell completion are made from.
struct ArgumentSynopsis: Sendable {
  enum Role: Sendable {
    case flag, option, positional
  }
  let role: Role
  /// `--out`, or `SOURCE` for a positional argument.
  let name: String
  /// What the help calls the value: `DIR`; empty for a flag.
  let valueName: String
  let help: String
  let arity: Arity
  let defaultWord: String?
  /// All words accepted, where they can be listed.
  let choices: [String]
  /// What a shell proposes for its value.
  let suggestions: Suggestions
  /// Whether a list of words may be empty.
  var mayBeEmpty = false

  /// True where parsing fails without it.
  var isRequired: Bool {
    switch role {
    case .flag: false
    case .option: arity == .once && defaultWord == nil
    case .positional: arity != .optional && defaultWord == nil && !mayBeEmpty
    }
  }
}

/// `--name`: true when given.
struct Flag: ArgumentKey {
  let synopsis: ArgumentSynopsis

  init(_ name: String, _ help: String) {
    synopsis = ArgumentSynopsis(
      role: .flag, name: name, valueName: "", help: help, arity: .optional, defaultWord: nil,
      choices: [], suggestions: Suggestions())
  }

  func resolve(_ words: [String]) -> Bool { !words.isEmpty }
}

/// An argument that carries a value.
protocol ValueKey: ArgumentKey where Result: ArgumentShape {
  var constraint: Constraint<Result.Value> { get }
  var defaultValue: Result? { get }
}

extension ValueKey {
  func resolve(_ words: [String]) throws(ArgumentProblem) -> Result {
    let name = synopsis.name
    if words.count > 1 && Result.arity != .repeated { throw .repeated(name: name) }
    var values: [Result.Value] = []
    for word in words {
      guard let value = Result.Value.parse(word), constraint.accepts(value) else {
        throw .badValue(name: name, found: word, expected: expectation)
      }
      values.append(value)
    }
    if values.isEmpty, let defaultValue { return defaultValue }
    guard !(values.isEmpty && synopsis.isRequired), let result = Result.collect(values) else {
      throw .missing(name: name, expected: "\(synopsis.help) (\(expectation))")
    }
    return result
  }

  var expectation: String { constraint.expectation ?? Result.Value.expectation }

  /// What a shell proposes: what the constraint says, else paths or choices as the type says.
  static func suggestions(
    _ constraint: Constraint<Result.Value>, valueName: String
  ) -> Suggestions {
    if let suggestions = constraint.suggestions { return suggestions }
    return Result.Value.isPath
      ? .paths(called: valueName) : Suggestions(words: { constraint.choices })
  }
}

/// `--name VALUE` or `--name=VALUE`.
struct Option<Result: ArgumentShape>: ValueKey {
  let synopsis: ArgumentSynopsis
  let constraint: Constraint<Result.Value>
  let defaultValue: Result?

  /// Required, optional or repeatable as `Result` says.
  init(
    _ name: String, _ valueName: String, _ help: String,
    _ constraint: Constraint<Result.Value> = .any
  ) {
    self.init(name, valueName, help, constraint, defaultValue: nil, defaultWord: nil)
  }

  /// May be left out, and then has the value `default`.
  init(
    _ name: String, _ valueName: String, _ help: String, default defaultValue: Result,
    _ constraint: Constraint<Result.Value> = .any
  ) where Result: ArgumentValue {
    self.init(
      name, valueName, help, constraint, defaultValue: defaultValue,
      defaultWord: defaultValue.word)
  }

  private init(
    _ name: String, _ valueName: String, _ help: String, _ constraint: Constraint<Result.Value>,
    defaultValue: Result?, defaultWord: String?
  ) {
    synopsis = ArgumentSynopsis(
      role: .option, name: name, valueName: valueName, help: help, arity: Result.arity,
      defaultWord: defaultWord, choices: constraint.choices,
      suggestions: Self.suggestions(constraint, valueName: valueName))
    self.constraint = constraint
    self.defaultValue = defaultValue
  }
}

/// A word without a name, taken by its place. `[URL]` takes all that are left, at least one unless the list
/// may be empty.
struct Positional<Result: ArgumentShape>: ValueKey {
  let synopsis: ArgumentSynopsis
  let constraint: Constraint<Result.Value>
  var defaultValue: Result? { nil }

  init(
    _ name: String, _ help: String, _ constraint: Constraint<Result.Value> = .any,
    mayBeEmpty: Bool = false
  ) {
    synopsis = ArgumentSynopsis(
      role: .positional, name: name, valueName: name, help: help, arity: Result.arity,
      defaultWord: nil, choices: constraint.choices,
      suggestions: Self.suggestions(constraint, valueName: name), mayBeEmpty: mayBeEmpty)
    self.constraint = constraint
  }
}
