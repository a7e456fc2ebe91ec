/// All commands, in the order that help lists them.
enum CommandRegistry {
  static let all: [any Subcommand.Type] = [
    SynthesizeCommand.self,
    PrepareCommand.self,
    TrainCommand.self,
    CalibrateCommand.self,
    EvaluateCommand.self,
    PredictCommand.self,
    ExplainCommand.self,
    ReportCommand.self,
    CompareCommand.self,
    ModelCommand.self,
    BenchCommand.self,
    HelpCommand.self,
  ]

  /// The command of that name. Throws `UsageError` with the nearest name.
  static func command(named name: String) throws(UsageError) -> any Subcommand.Type {
    if let command = all.first(where: { $0.declaration.name == name }) { return command }
    let names = all.map { $0.declaration.name }
    throw UsageError(nil, .unknownCommand(name: name, nearest: nearestName(to: name, among: names)))
  }
}
