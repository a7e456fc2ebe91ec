import Explainers
import Mien

/// What was chosen of how to explain, until it is known what the network takes.
struct ExplainChoice {
  let method: MethodChoice
  /// All but the baseline, which is another for each kind of inputs.
  let settings: ExplainerSettings
  let baseline: BaselineChoice?
  let segments: SegmentationChoice?
  let parts: Int?
  let isKernelGiven: Bool
  let isJudging: Bool

  /// The methods for inputs of that kind. Throws `UsageError` for what means nothing to them.
  func methods(for input: InputConfiguration) throws -> [any Explainer] {
    func refuse(_ text: String) -> UsageError {
      UsageError(ExplainCommand.declaration.name, .conflict(text))
    }
    let known = input.explainers.map { $0.name }
    let words = "the network takes inputs of kind \(input.kind)"
    guard method == .all || known.contains(method.word) else {
      throw refuse(
        "\(words), about which --method \(method.word) says nothing; choose "
          + known.joined(separator: ", "))
    }
    if let segments, !input.segmentations.contains(segments) {
      let ways = input.segmentations.map(\.rawValue)
      throw refuse(
        "\(words), which \(segments.rawValue) does not cut; "
          + (ways.isEmpty
            ? "its columns are its parts, leave out --segments"
            : "choose --segments \(ways.joined(separator: " or "))"))
    }
    var settings = settings
    if let baseline {
      settings.baseline = baseline.baseline(for: input)
      guard settings.baseline != nil else {
        throw refuse(
          "\(words), in which there is no \(baseline.rawValue); choose another --baseline")
      }
    }
    if input.explainedKind == .table {
      try refuseForTables(words)
    }
    return method.explainers(input.completing(settings)).filter {
      known.contains(type(of: $0).name)
    }
  }

  /// What a row of a table has no use for.
  private func refuseForTables(_ words: String) throws {
    let isLIME = method.word == LIME.name
    let problem: String? =
      if isJudging {
        "\(words); --judge is for pictures and spectrograms"
      } else if parts != nil {
        "\(words), whose columns are the parts; leave out --parts"
      } else if settings.automaticSamples != nil {
        "\(words), of which --samples auto is not known; give a number"
      } else if isLIME, baseline != nil {
        "\(words), of which lime draws rows and hides nothing; leave out --baseline"
      } else if isLIME, isKernelGiven, settings.distance != .euclidean {
        "\(words), whose distance is euclidean, in deviations; leave out --kernel"
      } else {
        nil
      }
    if let problem { throw UsageError(ExplainCommand.declaration.name, .conflict(problem)) }
  }
}
