/// The help of a command, made from its declaration; at most 80 columns wide.
struct HelpText {
  private static let width = 80
  /// Where descriptions start; a longer name has its description on the next line.
  private static let column = 24

  /// What the program is for.
  static let purpose =
    "Mien reads emotion from faces and speech, and genres from music. It prepares data, trains convolutional "
    + "networks and judges them."

  /// The page of one command.
  static func page(for command: CommandDeclaration) -> String {
    let synopses = command.allArguments.map(\.synopsis)
    var sections = [usage(command.name, synopses), wrap(command.discussion, indent: 0)]
    sections += section("Arguments", synopses.filter { $0.role == .positional })
    sections += section("Options", synopses.filter { $0.role != .positional })
    if !command.examples.isEmpty {
      let lines = command.examples.flatMap { ["  # \($0.purpose)", "  \($0.line)"] }
      sections.append((["Examples:"] + lines).joined(separator: "\n"))
    }
    return sections.joined(separator: "\n\n")
  }

  /// The page of the whole program.
  static func overview(_ commands: [CommandDeclaration], program: [ArgumentSynopsis]) -> String {
    let rows = commands.map { row($0.name, $0.summary) }
    return [
      "Usage: mien COMMAND [ARGUMENTS]",
      wrap(purpose, indent: 0),
      (["Commands:"] + rows).joined(separator: "\n"),
      (["Options:"] + program.map(row)).joined(separator: "\n"),
      "Run mien help COMMAND for a command's arguments and examples.",
    ].joined(separator: "\n\n")
  }

  private static func usage(_ name: String, _ synopses: [ArgumentSynopsis]) -> String {
    wrap("Usage: \(usageLine(name, synopses))", indent: 2)
  }

  /// `mien evaluate --data DIR --split SPLIT [OPTIONS]`.
  static func usageLine(_ name: String, _ synopses: [ArgumentSynopsis]) -> String {
    var words = synopses.filter { $0.role == .positional }.map { synopsis in
      let word = synopsis.name + (synopsis.arity == .repeated ? "…" : "")
      return synopsis.isRequired ? word : "[\(word)]"
    }
    words += synopses.filter { $0.role == .option && $0.isRequired }.map {
      "\($0.name) \($0.valueName)"
    }
    return (["mien \(name)"] + words + ["[OPTIONS]"]).joined(separator: " ")
  }

  private static func section(_ title: String, _ synopses: [ArgumentSynopsis]) -> [String] {
    synopses.isEmpty ? [] : [(["\(title):"] + synopses.map(row)).joined(separator: "\n")]
  }

  private static func row(_ synopsis: ArgumentSynopsis) -> String {
    row(
      synopsis.role == .option ? "\(synopsis.name) \(synopsis.valueName)" : synopsis.name,
      description(of: synopsis))
  }

  /// What an argument is for, with its choices and default.
  static func description(of synopsis: ArgumentSynopsis) -> String {
    var notes: [String] = []
    if !synopsis.choices.isEmpty { notes.append(synopsis.choices.joined(separator: ", ")) }
    if synopsis.role == .option && synopsis.isRequired { notes.append("required") }
    if let word = synopsis.defaultWord { notes.append("default: \(word)") }
    if synopsis.role == .option && synopsis.arity == .repeated { notes.append("may be repeated") }
    return notes.isEmpty ? synopsis.help : "\(synopsis.help) (\(notes.joined(separator: "; ")))"
  }

  private static func row(_ label: String, _ text: String) -> String {
    let description = wrap(String(repeating: " ", count: column) + text, indent: column)
    let start = "  \(label)"
    if start.count + 2 > column { return "\(start)\n\(description)" }
    return start + description.dropFirst(start.count)
  }

  /// Breaks a paragraph at spaces; lines after the first are indented. Leading space is kept.
  static func wrap(_ text: String, indent: Int) -> String {
    let margin = text.prefix { $0 == " " }
    var lines: [String] = []
    var line = String(margin)
    for word in text.split(separator: " ") {
      let isStart = line.allSatisfy { $0 == " " }
      if !isStart, line.count + 1 + word.count > width {
        lines.append(line)
        line = String(repeating: " ", count: indent) + word
      } else {
        line += (isStart ? "" : " ") + word
      }
    }
    return (lines + [line]).joined(separator: "\n")
  }
}
