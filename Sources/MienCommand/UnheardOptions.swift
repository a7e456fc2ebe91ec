import Explainers

/// Options of `mien explain` that say nothing to what was asked for: refused, for whoever gives one
/// believes that it counts.
enum UnheardOptions {
  /// Options that only some methods hear, and what they set.
  private static let settings: [(key: any ArgumentKey, setting: ExplainerSetting)] = [
    (ExplainCommand.masks, .masks), (ExplainCommand.kernel, .distance),
    (ExplainCommand.kernelWidth, .kernelWidth), (ExplainCommand.penalty, .penalty),
    (ExplainCommand.baseline, .baseline), (ExplainCommand.noise, .noise),
  ]
  /// The same for how a face is cut, which every method hears where all are judged by the same parts
  /// or a baseline is made from them.
  private static let cuts: [any ArgumentKey] = [ExplainCommand.segments, ExplainCommand.parts]

  /// Throws `UsageError` for the first of them.
  static func check(
    _ arguments: ParsedArguments, methods: [any Explainer], isJudging: Bool
  ) throws {
    func refuse(_ text: String) -> UsageError {
      UsageError(ExplainCommand.declaration.name, .conflict(text))
    }
    var heard = settings
    switch arguments[ExplainCommand.samples] {
    case .fixed: heard.append((ExplainCommand.samples, .samples))
    case .automatic: heard.append((ExplainCommand.samples, .automaticSamples))
    case nil: break
    }
    // Such a filling is made from the parts, whatever the method weighs.
    let fillsFromParts =
      [.partMean, .inpainted].contains(arguments[ExplainCommand.baseline])
      && methods.contains { $0.hears(.baseline) }
    if !isJudging, !fillsFromParts {
      heard += cuts.map { ($0, .parts) }
    }
    for (key, setting) in heard
    where arguments.isGiven(key) && !methods.contains(where: { $0.hears(setting) }) {
      let others = ExplainerRegistry.all.filter { $0.settings.contains(setting) }.map { $0.name }
      let value = setting == .automaticSamples ? " auto" : ""
      throw refuse(
        "\(key.synopsis.name)\(value) says nothing to --method "
          + "\(methods.map { type(of: $0).name }.joined(separator: ", ")), "
          + "only to \(others.joined(separator: ", "))")
    }
    if case .automatic = arguments[ExplainCommand.samples] {
    } else {
      for key in [ExplainCommand.maxError as any ArgumentKey, ExplainCommand.maxSamples]
      where arguments.isGiven(key) {
        throw refuse("\(key.synopsis.name) is for --samples auto")
      }
    }
    guard isJudging else { return }
    for key in [ExplainCommand.classes as any ArgumentKey, ExplainCommand.scale]
    where arguments.isGiven(key) {
      throw refuse(
        "\(key.synopsis.name) is for pictures; --judge judges the predicted class and draws none")
    }
  }
}

extension Explainer {
  fileprivate func hears(_ setting: ExplainerSetting) -> Bool {
    Self.settings.contains(setting)
  }
}
