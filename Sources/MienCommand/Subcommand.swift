/// A command of `mien`: one file that declares its arguments, reads them and runs.
///
///     struct CountCommand: Subcommand {
///       static let source = Positional<URL>("SOURCE", "the file whose rows are counted")
///       static let limit = Option<Int?>("--limit", "N", "stop after N rows", .atLeast(1))
///       static let declaration = CommandDeclaration(
///         name: "count", summary: "count rows", discussion: "Counts the rows of a file.",
///         arguments: [source, limit],
///         examples: [Example("count all rows", "mien count faces.csv")])
///
///       let source: URL
///       let limit: Int?
///
///       init(arguments: ParsedArguments) {
///         source = arguments[Self.source]
///         limit = arguments[Self.limit]
///       }
///
///       func run(_ console: Console) throws { … }
///     }
protocol Subcommand: Sendable {
  /// Name, help and arguments.
  static var declaration: CommandDeclaration { get }
  /// Reads the arguments; throws `UsageError` for combinations that make no sense.
  init(arguments: ParsedArguments) throws
  /// Does the work; results go to `console.print` and `console.report`, remarks to `console.note`.
  func run(_ console: Console) throws
}

/// A command as data.
struct CommandDeclaration: Sendable {
  let name: String
  /// A few words for the list of commands, such as "make shards from a data set".
  let summary: String
  /// A paragraph for the command's own help.
  let discussion: String
  let arguments: [any ArgumentKey]
  let examples: [Example]

  /// The command's own arguments, then those that all commands have.
  var allArguments: [any ArgumentKey] { arguments + SharedOptions.all }
}

/// A command line worth showing, and what it is good for.
struct Example: Sendable {
  let purpose: String
  let line: String

  init(_ purpose: String, _ line: String) {
    self.purpose = purpose
    self.line = line
  }
}
