import TensorCore

/// The manual page mien(1), made from what the commands declare, in the macros of man(7), which groff
/// and mandoc read.
enum ManualPage {
  /// The page's source.
  ///
  /// - Parameter date: the day of the version, YYYY-MM-DD.
  static func page(
    _ commands: [CommandDeclaration], program: [ArgumentSynopsis], version: String, date: String
  ) -> String {
    let lines =
      [
        ".TH MIEN 1 \(date) \(quoted("mien \(version)")) \(quoted("User Commands"))",
        // Neither broken words nor stretched lines: names of files and options stay whole.
        ".nh", ".ad l", ".SH NAME", "mien \\- read emotion from faces, speech and music",
        ".SH SYNOPSIS", ".B mien", ".I COMMAND", ".RI [ ARGUMENTS ]",
        ".SH DESCRIPTION",
      ] + text(HelpText.purpose)
      + [".PP"] + text("The commands, each with its own section below:")
      + commands.flatMap { [".TP", ".B \(quoted(verbatim($0.name)))"] + text($0.summary) }
      + [".SH OPTIONS"] + text("In the place of a command:") + program.flatMap(item)
      + [".PP"] + text("Of every command:") + SharedOptions.all.map(\.synopsis).flatMap(item)
      + [".SH COMMANDS"] + commands.flatMap(section)
      + [".SH EXIT STATUS", ".TP", ".B 0", "Done."]
      + FailureKind.allCases.flatMap { [".TP", ".B \($0.rawValue)"] + text($0.words + ".") }
      + [".SH ENVIRONMENT", ".TP", ".B NO_COLOR"]
      + text("Where it is set and not empty, nothing is coloured.")
    return lines.joined(separator: "\n")
  }

  private static func section(_ command: CommandDeclaration) -> [String] {
    let own = command.arguments.map(\.synopsis)
    let usage = HelpText.usageLine(command.name, own)
    return [".SS \(quoted(verbatim(usage)))"] + text(command.discussion)
      + (own.filter { $0.role == .positional } + own.filter { $0.role != .positional })
      .flatMap(item)
      + command.examples.flatMap { example in
        [".PP"] + text("Example, \(example.purpose):")
          + [".PP", ".nf", ".RS 4", verbatim(example.line).guarded, ".RE", ".fi"]
      }
  }

  private static func item(_ synopsis: ArgumentSynopsis) -> [String] {
    let label =
      switch synopsis.role {
      case .flag: ".B \(quoted(verbatim(synopsis.name)))"
      case .option:
        ".BI \(quoted(verbatim(synopsis.name))) \(quoted(" " + verbatim(synopsis.valueName)))"
      case .positional: ".I \(quoted(verbatim(synopsis.name)))"
      }
    return [".TP", label] + text(HelpText.description(of: synopsis))
  }

  /// A paragraph in lines of the source.
  private static func text(_ words: String) -> [String] {
    // Options in running text are to be copied, so their hyphens are the ASCII ones.
    let escaped = words.split(separator: " ").map { word in
      word.contains("--") ? verbatim(String(word)) : glyphs(String(word))
    }.joined(separator: " ")
    return HelpText.wrap(escaped, indent: 0).split(separator: "\n").map { String($0).guarded }
  }

  /// Text that is typed as it stands.
  private static func verbatim(_ text: String) -> String {
    glyphs(text).split(separator: "-", omittingEmptySubsequences: false).joined(separator: "\\-")
  }

  /// Characters that roff would read otherwise, or that a source in ASCII does not have.
  private static func glyphs(_ text: String) -> String {
    text.map { character in
      switch character {
      case "\\": "\\e"
      case "\"": "\\(dq"
      case "'": "\\(aq"
      case "`": "\\(ga"
      case "^": "\\(ha"
      case "~": "\\(ti"
      default:
        character.isASCII
          ? String(character)
          : character.unicodeScalars.map { "\\[u\(hexadecimal($0.value))]" }.joined()
      }
    }.joined()
  }

  private static func hexadecimal(_ value: UInt32) -> String {
    let digits = String(value, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  private static func quoted(_ text: String) -> String { "\"\(text)\"" }
}

extension String {
  /// A line that is no request, although it begins as one.
  fileprivate var guarded: String { hasPrefix(".") || hasPrefix("'") ? "\\&" + self : self }
}
