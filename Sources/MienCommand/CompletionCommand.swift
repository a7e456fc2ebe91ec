/// `mien completion bash|zsh`
struct CompletionCommand: Subcommand {
  /// The shells there is completion for.
  enum Shell: String, CaseIterable, ArgumentValue {
    case bash, zsh
  }

  static let shell = Positional<Shell>("SHELL", "the shell that completes")

  static let declaration = CommandDeclaration(
    name: "completion", summary: "write what completes commands in bash or zsh",
    discussion: "Writes a script to stdout that completes commands, options, their values and "
      + "paths. make install puts it where both shells look for it. By hand: source <(mien "
      + "completion bash) in ~/.bashrc; in zsh mien completion zsh > DIR/_mien, DIR being a folder "
      + "of fpath, or source <(mien completion zsh) behind compinit in ~/.zshrc.",
    arguments: [shell],
    examples: [
      Example("for bash", "mien completion bash"),
      Example("for zsh", "mien completion zsh"),
    ])

  private let shell: Shell

  init(arguments: ParsedArguments) { shell = arguments[Self.shell] }

  func run(_ console: Console) throws {
    let script = script
    try console.report(["shell": shell.rawValue, "script": script]) { script }
  }

  private var script: String {
    let (commands, program) = (CommandRegistry.declarations, HelpCommand.programOptions)
    return switch shell {
    case .bash:
      BashCompletion.script(commands, program: program, version: MienProgram.version)
    case .zsh: ZshCompletion.script(commands, program: program, version: MienProgram.version)
    }
  }
}
