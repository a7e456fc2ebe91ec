/// The values of a command's arguments, all checked; asked for by their keys.
struct ParsedArguments: Sendable {
  private let values: [String: any Sendable]
  private let given: Set<String>

  /// Reads the words that follow a command's name. Throws `UsageError`.
  init(_ words: [String], for command: CommandDeclaration) throws(UsageError) {
    do {
      let given = try ArgumentWords(words, keys: command.allArguments)
      var values: [String: any Sendable] = [:]
      for key in command.allArguments {
        values[key.synopsis.name] = try Self.resolve(key, given.words[key.synopsis.name] ?? [])
      }
      self.values = values
      self.given = Set(given.words.keys)
    } catch {
      throw UsageError(command.name, error)
    }
  }

  /// Whether the argument was there at all, so that a value is not the default.
  func isGiven(_ key: some ArgumentKey) -> Bool { given.contains(key.synopsis.name) }

  private static func resolve(
    _ key: some ArgumentKey, _ words: [String]
  ) throws(ArgumentProblem) -> any Sendable {
    try key.resolve(words)
  }

  /// The value of an argument that the command declares.
  subscript<Result>(_ key: some ArgumentKey<Result>) -> Result {
    guard let value = values[key.synopsis.name] as? Result else {
      preconditionFailure("\(key.synopsis.name) is missing from the command's declaration")
    }
    return value
  }
}

/// Words sorted by the argument they belong to, not yet read as values.
struct ArgumentWords {
  private(set) var words: [String: [String]] = [:]
  private var rest: ArraySlice<String>
  private var openPositionals: [ArgumentSynopsis]

  /// Options and positional words may come in any order; after `--` all words are positional.
  init(_ words: [String], keys: [any ArgumentKey]) throws(ArgumentProblem) {
    let synopses = keys.map(\.synopsis)
    let named = synopses.filter { $0.role != .positional }
    openPositionals = synopses.filter { $0.role == .positional }
    rest = words[...]
    while let word = rest.popFirst() {
      if word == "--" {
        while let word = rest.popFirst() { try takePositional(word) }
      } else if looksLikeOption(word) {
        try takeOption(word, among: named)
      } else {
        try takePositional(word)
      }
    }
  }

  private mutating func takeOption(
    _ word: String, among named: [ArgumentSynopsis]
  ) throws(ArgumentProblem) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts[0])
    guard let option = named.first(where: { $0.name == name }) else {
      throw .unknownOption(
        name: name, nearest: nearestName(to: name, among: named.map(\.name)))
    }
    let joined = parts.count == 2 ? String(parts[1]) : nil
    if option.role == .flag {
      if let joined { throw .unwantedValue(name: name, found: joined) }
      words[name, default: []].append("")
    } else if let joined {
      words[name, default: []].append(joined)
    } else if let next = rest.first, next != "--", !looksLikeOption(next) {
      words[name, default: []].append(rest.removeFirst())
    } else {
      throw .missingValue(name: name, valueName: option.valueName)
    }
  }

  private mutating func takePositional(_ word: String) throws(ArgumentProblem) {
    guard let positional = openPositionals.first else { throw .unexpected(word: word) }
    words[positional.name, default: []].append(word)
    if positional.arity != .repeated { openPositionals.removeFirst() }
  }
}

/// `-x` and `--name` are options; `-` alone (by custom, a stream) and `-0.5` are values.
private func looksLikeOption(_ word: String) -> Bool {
  word.hasPrefix("-") && word != "-" && Double(word) == nil
}
