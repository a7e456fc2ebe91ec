/// One argument of a command as completion scripts look it up: `train --run`, `model 1`.
struct CompletionEntry {
  /// The command, and the option's name or the positional word's place from 1; `predict +` for the
  /// words that are taken by a positional that repeats.
  let key: String
  let synopsis: ArgumentSynopsis

  /// The arguments of a command that take a value, in the order of their declaration.
  static func entries(of command: CommandDeclaration) -> [CompletionEntry] {
    var place = 0
    return command.allArguments.map(\.synopsis).compactMap { synopsis in
      let name: String
      switch synopsis.role {
      case .flag: return nil
      case .option: name = synopsis.name
      case .positional:
        place += 1
        name = synopsis.arity == .repeated ? "+" : "\(place)"
      }
      return CompletionEntry(key: "\(command.name) \(name)", synopsis: synopsis)
    }
  }
}

extension String {
  /// The text as one word of a shell, whatever is in it.
  var shellQuoted: String {
    "'\(split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'"
  }
}
