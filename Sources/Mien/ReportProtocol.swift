internal import Datasets

/// What a network learnt from, what chose its epoch and what it is judged on, in words; and whether
/// that flatters.
struct ReportProtocol {
  /// `trained on A (n rows), chosen on B (n rows), reported on C (n rows), seed 1`; where there are
  /// speakers or artists, `n rows of m speakers`.
  let line: String
  private static let clean =
    "Nothing was learnt from the rows reported here, and nothing chosen on them."

  /// How to take the figures.
  var notes: [String]
  /// Of these, what is wrong with the sides that speakers or artists stand on.
  private(set) var warnings: [String] = []

  /// Judged on `reported` of the data it was trained on, split as `rows` says, by a run of these settings.
  init(rows: TrainingRows, reported: [Int], name: String, _ configuration: RunConfiguration) {
    let judged = Set(reported)
    let (learnt, chose) = (
      judged.intersection(rows.training).count, judged.intersection(rows.selection).count
    )
    let isSelection = chose == judged.count && chose == rows.selection.count
    // The last epoch is the last whatever rows say of it.
    let isChosen = configuration.selectBy != .epoch
    var groups = rows.groups
    line =
      "trained on \(rows.trainingName) (\(groups.words(rows.training))), "
      + (isSelection
        ? (isChosen ? "chosen and reported on" : "reported on")
          + " \(rows.selectionName) (\(groups.words(rows.selection)))"
        : (isChosen ? "chosen on " : "held out ")
          + "\(rows.selectionName) (\(groups.words(rows.selection))), "
          + "reported on \(name) (\(groups.words(reported)))") + ", seed \(configuration.seed)"
    var notes: [String] = []
    if isSelection, !isChosen {
      notes.append(
        "The last epoch was taken, and nothing chosen on the rows reported here"
          + (configuration.temperature == nil ? "." : " but the temperature."))
    } else if isSelection {
      notes.append(
        "The split that chose the best epoch is the one reported here, so these figures are "
          + "somewhat too good; examine the network with mien evaluate on a split that nothing "
          + "was chosen on.")
    } else if chose > 0, isChosen {
      notes.append(
        "\(chose) of the \(judged.count) rows reported here chose the best epoch, which makes "
          + "these figures somewhat too good.")
    }
    if learnt > 0 {
      notes.append(
        "\(learnt) of the \(judged.count) rows reported here were learnt from: these figures say "
          + "how well the network remembers, not how well it answers rows it has never seen.")
    }
    if let caution = rows.caution {
      warnings.append(caution.prefix(1).uppercased() + caution.dropFirst() + ".")
    }
    let verdict = groups.verdict
    if groups.isShared, let verdict { warnings.append(verdict) }
    notes += warnings
    if notes.isEmpty {
      notes.append(Self.clean)
    }
    if !groups.isShared, let verdict { notes.append(verdict) }
    self.notes = notes
  }

  /// What a network that is yet to be trained will learn from, and what will choose among its
  /// epochs: `trained on A (n rows), chosen on B (n rows), seed 1`; `held out B` where nothing is chosen.
  static func line(before rows: TrainingRows, seed: UInt64, isChosen: Bool = true) -> String {
    var groups = rows.groups
    return "trained on \(rows.trainingName) (\(groups.words(rows.training))), "
      + (isChosen ? "chosen on " : "held out ")
      + "\(rows.selectionName) (\(groups.words(rows.selection))), seed \(seed)"
      + (rows.caution.map { "; \($0)" } ?? "")
  }

  /// Networks that answer together: what is true of each. Where they learnt from the same, the line
  /// says it once.
  init(ensemble members: [ReportProtocol]) {
    func distinct(_ texts: [String]) -> [String] {
      texts.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }
    line = distinct(members.map(\.line)).joined(separator: "; ")
    let isClean = members.allSatisfy { $0.notes.contains(Self.clean) }
    notes = distinct(members.flatMap(\.notes)).filter { isClean || $0 != Self.clean }
    warnings = distinct(members.flatMap(\.warnings))
  }

  /// Judged on data that the configuration does not know.
  init(foreign reported: [Int], name: String, seed: UInt64) {
    line =
      "trained and chosen on other prepared data, "
      + "reported on \(name) (\(reported.count) rows), seed \(seed)"
    notes = [
      "The network was trained on other prepared data than these, or does not say on which. "
        + "Whether it has seen these rows is not known; where it has, the figures are too good."
    ]
  }

  /// Not judged, for the data are gone.
  init(missingData path: String?, folder: String, hasPredictions: Bool, seed: UInt64) {
    line =
      (path.map { "trained on \($0), which is not there any more" }
        ?? "trained on data that its config.json does not name") + ", seed \(seed)"
    notes = [
      "Without the prepared data nothing could be measured anew: the figures are those of "
        + (hasPredictions
          ? "predictions.csv, which an earlier report has left in the folder, on the split that chose the "
            + "best epoch, so they are somewhat too good; examples, worse pictures and the data "
            + "themselves cannot be shown. If "
          : "results.csv, on the split that chose the best epoch. If ")
        + "the data are elsewhere, use "
        + "mien report --checkpoint \(folder) --data DIR --split SPLIT --out FILE.html."
    ]
  }
}
