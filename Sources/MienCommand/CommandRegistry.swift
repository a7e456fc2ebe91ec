/// All commands, in the order that help lists them.
enum CommandRegistry {
  static let all: [any Subcommand.Type] = [
    SynthesizeCommand.self,
    FeaturesCommand.self,
    PrepareCommand.self,
    TrainCommand.self,
    LearningRateCommand.self,
    TuneCommand.self,
    CalibrateCommand.self,
    EnsembleCommand.self,
    EvaluateCommand.self,
    PredictCommand.self,
    ExplainCommand.self,
    ReportCommand.self,
    ReleaseCommand.self,
    ExportCommand.self,
    ImportCommand.self,
    CompareCommand.self,
    ModelCommand.self,
    BenchCommand.self,
    HelpCommand.self,
    CompletionCommand.self,
    ManCommand.self,
  ]

  /// What they declare, in the same order.
  static var declarations: [CommandDeclaration] { all.map { $0.declaration } }

  /// The command of that name. Throws `UsageError` with the nearest name.
  static func command(named name: String) throws(UsageError) -> any Subcommand.Type {
    if let command = all.first(where: { $0.declaration.name == name }) { return command }
    let names = all.map { $0.declaration.name }
    throw UsageError(nil, .unknownCommand(name: name, nearest: nearestName(to: name, among: names)))
  }
}
