/// `mien help [COMMAND]`
struct HelpCommand: Subcommand {
  static let topic = Positional<String?>("COMMAND", "the command to explain", .commandName)
  static let declaration = CommandDeclaration(
    name: "help", summary: "explain a command",
    discussion: "Shows what a command does, its arguments and examples; or all commands.",
    arguments: [topic],
    examples: [Example("how to get help", "mien help help")])

  let topic: String?

  init(arguments: ParsedArguments) { topic = arguments[Self.topic] }

  func run(_ console: Console) throws {
    if let topic {
      let command = try CommandRegistry.command(named: topic)
      try console.print(HelpText.page(for: command.declaration))
    } else {
      try console.print(Self.overview)
    }
  }

  /// The page that `mien --help` shows.
  static var overview: String {
    HelpText.overview(CommandRegistry.declarations, program: programOptions)
  }

  /// The options that stand in the place of a command.
  static let programOptions = [
    Flag("--help", "show this help").synopsis, Flag("--version", "show the version").synopsis,
  ]
}
