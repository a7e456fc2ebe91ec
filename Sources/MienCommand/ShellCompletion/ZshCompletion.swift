/// The completion script for zsh, made from what the commands declare: a `_arguments` call a command,
/// with the help of each argument.
enum ZshCompletion {
  /// The script; as a file `_mien` in a folder of `fpath`, or sourced.
  static func script(
    _ commands: [CommandDeclaration], program: [ArgumentSynopsis], version: String
  ) -> String {
    """
    #compdef mien
    # Completion of mien in zsh, written by `mien completion zsh` (mien \(version)).

    # Words that are to be continued: no space behind them.
    _mien_unfinished() { compadd -S '' "$@" }

    \(commands.map(function).joined(separator: "\n\n"))

    _mien() {
      local curcontext="$curcontext" state line ret=1
      typeset -A opt_args
      local -a commands
      commands=(
    \(commands.map { "    \("\($0.name):\($0.summary)".shellQuoted)" }.joined(separator: "\n"))
      )
      _arguments -C \\
    \(program.map { "    \("(- *)\(option($0))".shellQuoted) \\" }.joined(separator: "\n"))
        '1:command:->command' '*::argument:->arguments' && ret=0
      case $state in
        command) _describe -t commands 'command of mien' commands && ret=0 ;;
        arguments) (( $+functions[_mien-$words[1]] )) && _mien-$words[1] && ret=0 ;;
      esac
      return ret
    }

    if [[ $funcstack[1] == _mien ]]; then
      _mien "$@"
    else
      compdef _mien mien
    fi
    """
  }

  /// One command as a function, and the functions that its values need.
  private static func function(_ command: CommandDeclaration) -> String {
    var helpers: [String] = []
    var place = 0
    let lines = command.allArguments.map(\.synopsis).map { synopsis -> String in
      if synopsis.role == .positional { place += 1 }
      let action = action(synopsis) { body in
        let name = "_mien-\(command.name)-\(helpers.count + 1)"
        helpers.append("\(name)() { \(body) }")
        return name
      }
      let value = "\(escaped(synopsis.valueName)):\(action)"
      switch synopsis.role {
      case .flag: return synopsis.name == "--help" ? "(- *)\(option(synopsis))" : option(synopsis)
      case .option: return "\(synopsis.arity == .repeated ? "*" : "")\(option(synopsis)):\(value)"
      case .positional where synopsis.arity == .repeated: return "*:\(value)"
      case .positional: return "\(place):\(synopsis.isRequired ? "" : ":")\(value)"
      }
    }
    return
      (helpers + [
        "_mien-\(command.name)() {",
        "  _arguments -S \\",
        lines.map { "    \($0.shellQuoted)" }.joined(separator: " \\\n"),
        "}",
      ]).joined(separator: "\n")
  }

  /// `--name=[what it is for]`, without `=` for a flag.
  private static func option(_ synopsis: ArgumentSynopsis) -> String {
    "\(synopsis.name)\(synopsis.role == .option ? "=" : "")[\(escaped(synopsis.help))]"
  }

  /// What completes a value; what takes more than a list of words gets a function by `define`.
  private static func action(
    _ synopsis: ArgumentSynopsis, define: (String) -> String
  ) -> String {
    let words = synopsis.suggestions.words().map(\.shellQuoted).joined(separator: " ")
    let files: String? =
      switch synopsis.suggestions.paths {
      case .none: nil
      case .folders: "_files -/"
      case .files(""): "_files"
      case .files(let suffix): "_files -g \("*\(suffix)".shellQuoted)"
      }
    if words.isEmpty { return files ?? "" }
    if let files {
      return define(
        "local ret=1; compadd \"$@\" -- \(words) && ret=0; \(files) && ret=0; return ret")
    }
    return synopsis.suggestions.words().contains { $0.hasSuffix("=") }
      ? define("_mien_unfinished \"$@\" -- \(words)") : "(\(words))"
  }

  /// Text within a specification: what has a meaning there is told apart by a backslash.
  private static func escaped(_ text: String) -> String {
    String(text.flatMap { "\\[]:".contains($0) ? ["\\", $0] : [$0] })
  }
}
