/// `mien man`
struct ManCommand: Subcommand {
  static let declaration = CommandDeclaration(
    name: "man", summary: "write the manual page",
    discussion: "Writes the manual page of all commands to stdout, as man reads it: "
      + "mien man > mien.1 && man -l mien.1. make install puts it where man looks for it.",
    arguments: [], examples: [Example("the page's source", "mien man")])

  init(arguments: ParsedArguments) {}

  func run(_ console: Console) throws {
    let page = ManualPage.page(
      CommandRegistry.declarations, program: HelpCommand.programOptions,
      version: MienProgram.version, date: MienProgram.date)
    try console.report(["page": page]) { page }
  }
}
