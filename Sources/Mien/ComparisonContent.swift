internal import Evaluation
internal import Foundation
public import Reporting
internal import TensorCore
internal import Training

// What a comparison says, as plain data for the page and the terminal.
extension RunComparison {
  /// Everything on the page, with up to so many examples of each kind.
  ///
  /// Throws what reading the list of examples throws.
  public func content(samples: Int) throws -> ComparisonReport.Content {
    let names = runs.map(\.name)
    var content = ComparisonReport.Content(
      title: (runs.count == 2 ? names.joined(separator: " and ") : "\(runs.count) runs")
        + " compared",
      protocolLine: protocolLine)
    content.subject = subject
    content.notes = notes
    content.runs = runTable
    content.results = results
    (content.verdicts, content.tests) = (verdicts, testTable)
    content.curves = curves
    content.scores = scores
    content.perClass = perClass
    if let disagreements, samples > 0 {
      content.disagreements = try [Disagreements.Side.first, .second].map { side in
        let count = disagreements.count(side)
        return (
          "\(runs[side == .first ? 0 : 1].name) alone is right: \(counted(count, "row"))",
          try disagreements.samples(side, samples)
        )
      }
    }
    content.settings = settings
    content.settingsLead = settingsLine
    return content
  }

  /// What the examples are, by the data of those runs that have them.
  private var subject: ReportSubject {
    runs.lazy.compactMap { $0.evaluator }.first.map { ReportSubject($0.dataset.manifest) } ?? .faces
  }

  private var protocolLine: String {
    let places = Set(runs.map(\.chosenOn))
    return places.count == 1
      ? "each measured on \(runs[0].chosenOn), which chose its best epoch"
      : "each measured on the rows that chose its best epoch"
  }

  /// How many settings are the same.
  public var settingsLine: String {
    "\(counted(sameCount, "setting")) \(sameCount == 1 ? "is" : "are") the same, "
      + "\(differences.count) \(differences.count == 1 ? "differs" : "differ")."
  }

  private var runTable: RunReport.Table {
    RunReport.Table(
      columns: ["run", "folder", "network", "parameters", "seed", "chosen on"],
      rows: runs.map {
        [
          $0.name, $0.folder.url.relativePath, $0.configuration.model.title,
          grouped($0.parameters),
          "\($0.configuration.seed)", $0.chosenOn,
        ]
      })
  }

  /// A row a setting that differs, a column a run.
  public var settings: RunReport.Table {
    RunReport.Table(
      columns: ["setting"] + runs.map(\.name),
      rows: differences.map { [$0.key] + $0.values.map { $0?.spelled ?? "–" } })
  }

  /// The runs' curves, a series a run.
  public var curves: CurvesFigure {
    func panel(
      _ title: String, cuts: Bool = false, _ value: (EpochRecord) -> Double
    ) -> CurvesFigure.Panel {
      var panel = CurvesFigure.Panel(
        title: title,
        series: runs.map {
          CurvesFigure.Series(
            name: $0.name, values: $0.history.map(value), ringedEpoch: $0.best.epoch)
        })
      panel.cutsOutliers = cuts
      return panel
    }
    return CurvesFigure(panels: [
      panel("Training loss", cuts: true) { $0.trainLoss },
      panel("Choosing loss", cuts: true) { $0.selectLoss },
      panel("Choosing accuracy") { $0.selectAccuracy },
      panel("Choosing macro F1") { $0.selectMacroF1 },
    ])
  }

  private var scores: ClassScoresFigure? {
    let measured = runs.filter { $0.metrics != nil }
    if measured.isEmpty { return nil }
    return ClassScoresFigure(
      title: "F1 by class", classNames: classes,
      series: measured.map { run in
        ClassScoresFigure.Series(
          name: run.name, values: classes.map { ClassShares(run.metrics, $0)?.f1 })
      })
  }
}

// What the runs reached.
extension RunComparison {
  /// A row a measure, a column a run; of two runs the difference, too.
  public var results: RunReport.Table {
    var table = RunReport.Table(
      columns: ["measure"] + runs.map(\.name) + (runs.count == 2 ? ["difference"] : []), rows: [])
    func add(_ name: String, _ cells: [String], difference: String = "") {
      table.rows.append([name] + cells + (runs.count == 2 ? [difference] : []))
    }
    func share(_ name: String, _ value: (ComparedRun) -> Double?) {
      let values = runs.map(value)
      if values.allSatisfy({ $0 == nil }) { return }
      add(
        name, values.map { $0.map(percent) ?? "–" },
        difference: Self.difference(values, scale: 100, "%+.1f points"))
    }
    func number(_ name: String, _ value: (ComparedRun) -> Double?) {
      let values = runs.map(value)
      add(
        name, values.map { $0.map { String(format: "%.4f", $0) } ?? "–" },
        difference: Self.difference(values, scale: 1, "%+.4f"))
    }
    add(
      "epochs",
      runs.map {
        "\($0.history.count) of \($0.configuration.epochs)"
          + ($0.isStoppedEarly ? ", stopped early" : $0.isComplete ? "" : ", unfinished")
      })
    add("best epoch", runs.map { "\($0.best.epoch)" })
    share("its accuracy") { $0.best.selectAccuracy }
    share("its macro F1") { $0.best.selectMacroF1 }
    share("its balanced accuracy") { $0.best.selectBalancedAccuracy }
    share("its top-2 accuracy") { $0.metrics?.top2Accuracy }
    number("its loss") { $0.best.selectLoss }
    if runs.contains(where: { $0.temperature != nil }) {
      add(
        "its temperature",
        runs.map { $0.temperature.map { String(format: "%.4f", $0) } ?? "none" })
      number("its loss with that") { $0.metrics?.logLoss }
      share("its calibration error (ECE) with that") { $0.metrics?.ece }
    } else {
      share("its calibration error (ECE)") { $0.metrics?.ece }
    }
    share("last epoch's accuracy") { $0.history.last?.selectAccuracy }
    share("last epoch's macro F1") { $0.history.last?.selectMacroF1 }
    number("last epoch's loss") { $0.history.last?.selectLoss }
    share("last epoch's training accuracy") { $0.history.last?.trainAccuracy }
    number("last epoch's training loss") { $0.history.last?.trainLoss }
    add(
      "time of all epochs", runs.map { duration(seconds: $0.history.reduce(0) { $0 + $1.seconds }) }
    )
    add("\(subject.speedUnit), median", runs.map { String(format: "%.0f", $0.medianSpeed) })
    return table
  }

  static func difference(_ values: [Double?], scale: Double, _ format: String) -> String {
    guard values.count == 2, let first = values[0], let second = values[1] else { return "" }
    return signed(scale * (second - first), format)
  }

  /// A number with its sign; what rounds to nothing has none.
  static func signed(_ value: Double, _ format: String) -> String {
    let text = String(format: format, value)
    return text.contains { ("1"..."9").contains($0) }
      ? text : text.replacing("-", with: "").replacing("+", with: "")
  }

  /// A row a class and run that knows it; F1 is set against that of the first run.
  public var perClass: RunReport.Table {
    var rows: [[String]] = []
    for name in classes {
      let first = ClassShares(runs[0].metrics, name)
      for (index, run) in runs.enumerated() {
        guard let shares = ClassShares(run.metrics, name) else { continue }
        // Without a row there is nothing that a run could have found.
        let isComparable = index > 0 && (first?.support ?? 0) > 0 && shares.support > 0
        let change =
          isComparable
          ? Self.difference([first?.f1, shares.f1], scale: 100, "%+.1f points") : ""
        let tested = isComparable && tests.count >= index ? tests[index - 1].findings : nil
        let interval = tested?.perClass.first { $0.name == name }?.f1.map(Self.ends) ?? ""
        rows.append([name, run.name] + shares.cells + [change, interval, "\(shares.support)"])
      }
    }
    let isTested = testedCount > 0
    return RunReport.Table(
      columns: ["class", "run", "precision", "recall", "F1", "against \(runs[0].name)"]
        + (isTested ? ["95 % interval"] : []) + ["rows"],
      rows: isTested ? rows : rows.map { Array($0[..<6] + $0[7...]) })
  }
}

// Whether the differences are more than chance.
extension RunComparison {
  /// A sentence a pair of runs.
  public var verdicts: [String] {
    tests.map { test in
      guard let findings = test.findings else {
        return "\(test.first) and \(test.second) are not tested: \(test.reason ?? "")."
      }
      let (mcnemar, p) = (findings.mcnemar, findings.holmPValue ?? findings.mcnemar.pValue)
      if findings.differing == 0 {
        return "\(test.first) and \(test.second) answered all \(counted(mcnemar.n, "row")) alike."
      }
      let method =
        mcnemar.method == .exact
        ? "McNemar's test, exact" : "McNemar's test, chi-square with continuity correction"
      let correction =
        findings.holmPValue == nil ? "" : "; p by Holm's correction for \(testedCount) tests"
      let meaning =
        p < 0.05
        ? "So uneven a split would be rare if both were equally good."
        : "That may well be chance."
      return "Of \(counted(mcnemar.n, "row")) \(test.first) alone answered "
        + "\(mcnemar.onlyFirst) rightly and \(test.second) alone \(mcnemar.onlySecond): "
        + "\(Self.spelled(p: p)) (\(method)\(correction)). \(meaning)"
    }
  }

  private var testedCount: Int { tests.count { $0.findings != nil } }

  /// A row a measure, a column a run that was tested against the first.
  public var testTable: RunReport.Table {
    let tested = tests.compactMap { test in test.findings.map { (name: test.second, $0) } }
    var table = RunReport.Table(columns: ["against \(runs[0].name)"] + tested.map(\.name), rows: [])
    if tested.isEmpty { return table }
    func add(_ name: String, _ cell: (RunDifference.Findings) -> String) {
      table.rows.append([name] + tested.map { cell($0.1) })
    }
    add("rows") { "\($0.mcnemar.n)" }
    add("\(runs[0].name) alone right") { "\($0.mcnemar.onlyFirst)" }
    add(tested.count == 1 ? "\(tested[0].name) alone right" : "alone right") {
      "\($0.mcnemar.onlySecond)"
    }
    add("p (McNemar)") { Self.short(p: $0.mcnemar.pValue) }
    if tested.count > 1 { add("p by Holm") { $0.holmPValue.map(Self.short) ?? "" } }
    add("difference in accuracy") { Self.signed(100 * $0.accuracy.estimate, "%+.1f points") }
    add("its 95 % interval") { Self.ends($0.accuracy) }
    add("difference in macro F1") { Self.signed(100 * $0.macroF1.estimate, "%+.1f points") }
    add("its 95 % interval") { Self.ends($0.macroF1) }
    return table
  }

  private static func short(p: Double) -> String {
    p < 0.001 ? "< 0.001" : String(format: "%.3f", p)
  }

  private static func spelled(p: Double) -> String {
    p < 0.001 ? "p < 0.001" : "p = " + short(p: p)
  }

  /// An interval of shares in points: `-1.2 to +3.4`.
  private static func ends(_ interval: BootstrapInterval) -> String {
    "\(signed(100 * interval.low, "%+.1f")) to \(signed(100 * interval.high, "%+.1f"))"
  }
}

extension ComparedRun {
  fileprivate var medianSpeed: Double {
    let speeds = history.map(\.imagesPerSecond).sorted()
    return speeds.isEmpty ? 0 : speeds[speeds.count / 2]
  }
}

extension JSONValue {
  /// A setting's value for people.
  fileprivate var spelled: String {
    switch self {
    case .null: "–"
    case .bool(let value): "\(value)"
    case .int(let value): "\(value)"
    case .double(let value): "\(value)"
    case .string(let value): value
    case .array(let values): values.isEmpty ? "none" : values.map(\.spelled).joined(separator: ", ")
    case .object(let members):
      members.isEmpty
        ? "none"
        : members.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value.spelled)" }
          .joined(separator: ", ")
    }
  }
}
