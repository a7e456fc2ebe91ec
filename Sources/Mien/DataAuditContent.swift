internal import Datasets
internal import Evaluation
internal import Foundation
internal import Reporting
internal import TensorCore

// The audit as words, tables and a file.
extension DataAudit {
  /// Everything a page says about it.
  func content(accuracy: Double, showsFaces: Bool) -> RunReport.Audit {
    var audit = RunReport.Audit(notes: notes(accuracy: accuracy))
    audit.findings = findings
    audit.classes = classes
    audit.examples = showsFaces ? pictures() : []
    return audit
  }

  private func notes(accuracy: Double) -> [String] {
    guard hasReport else {
      return [
        "Beside these data there is no \(QualityReport.fileName), so duplicates and odd rows are "
          + "not known; mien prepare writes one."
      ]
    }
    var notes: [String] = []
    if let withoutCopies {
      let count = withoutCopies.copies
      if count == 0 {
        notes.append("No reported row looks like one that was learnt from.")
      } else if let metrics = withoutCopies.metrics {
        notes.append(
          "\(count) of the reported rows \(count == 1 ? "looks" : "look") like one that was learnt "
            + "from. Without them \(percent(metrics.accuracy)) of \(metrics.n) rows are right, macro "
            + "F1 is \(percent(metrics.macroF1)); with them \(percent(accuracy)) are right.")
      } else {
        notes.append("All reported rows look like rows that were learnt from.")
      }
    } else {
      notes.append(
        "What the network learnt from is not among these data, so copies of it among the reported "
          + "rows are not known.")
    }
    if quality == nil {
      let found =
        manifest.preparation.sound == nil
        ? "equal rows, and whether something beside the features, such as a length, tells the class"
        : "silence, clipping and odd lengths of sounds, and whether length, rate or corpus alone tell the class"
      notes.append(
        "What else mien prepare found is in \(QualityReport.fileName) beside the data: \(found).")
    }
    if let quality, !quality.nearDuplicates.isComplete {
      notes.append(
        "So many pictures look alike that not all pairs were compared: there may be more.")
    }
    return notes
  }

  private var findings: RunReport.Table {
    guard let quality else { return RunReport.Table(columns: [], rows: []) }
    let (exact, near) = (quality.exactDuplicates, quality.nearDuplicates)
    return RunReport.Table(
      columns: ["in all data", "found", "across splits", "labels disagree"],
      rows: [
        [
          "groups of equal pictures", "\(exact.groupsTotal)", "\(exact.acrossSplitsTotal)",
          "\(exact.labelsDisagreeTotal)",
        ],
        ["rows that repeat an earlier one", "\(exact.surplusRows)", "", ""],
        [
          "pairs of nearly equal pictures", "\(near.pairsTotal)", "\(near.acrossSplitsTotal)",
          "\(near.labelsDisagreeTotal)",
        ],
        ["pictures of one grey level", "\(quality.constant.total)", "", ""],
        ["pictures of almost one grey level", "\(quality.nearConstant.total)", "", ""],
        ["rows left out as damaged", "\(quality.rejectedRows)", "", ""],
      ])
  }

  private var classes: RunReport.Table {
    let names = manifest.splitNames
    func counts(_ count: (Manifest.Split) -> Int) -> [String] {
      names.map { manifest.splits[$0].map { "\(count($0))" } ?? "0" }
    }
    return RunReport.Table(
      columns: ["class"] + names,
      rows: manifest.classes.map { name in [name] + counts { $0.perClass[name] ?? 0 } }
        + [["all"] + counts(\.count)])
  }

  /// What `audit.json` holds.
  var json: JSONValue {
    var members: [String: JSONValue] = [
      "classes": .array(manifest.classes.map { .string($0) }),
      "splits": .object(
        manifest.splits.mapValues { split in .object(split.perClass.mapValues { .int($0) }) }),
    ]
    if let quality {
      let (exact, near) = (quality.exactDuplicates, quality.nearDuplicates)
      members["exact_duplicates"] = .object([
        "groups": .int(exact.groupsTotal), "surplus_rows": .int(exact.surplusRows),
        "across_splits": .int(exact.acrossSplitsTotal),
        "labels_disagree": .int(exact.labelsDisagreeTotal),
      ])
      members["near_duplicates"] = .object([
        "pairs": .int(near.pairsTotal), "across_splits": .int(near.acrossSplitsTotal),
        "labels_disagree": .int(near.labelsDisagreeTotal),
      ])
      members["constant"] = .int(quality.constant.total)
      members["near_constant"] = .int(quality.nearConstant.total)
      members["rejected_rows"] = .int(quality.rejectedRows)
    }
    if let withoutCopies {
      var without: [String: JSONValue] = ["copies": .int(withoutCopies.copies)]
      if let metrics = withoutCopies.metrics {
        without["n"] = .int(metrics.n)
        without["accuracy"] = .double(metrics.accuracy)
        without["macro_f1"] = .double(metrics.macroF1)
      }
      members["copies_of_learnt_rows"] = .object(without)
    }
    members["examples"] = .array(
      examples.map { example in
        .object([
          "kind": .string(example.kind.rawValue),
          "rows": .array(example.members.map { .int($0.row) }),
          "splits": .array(example.members.map { .string($0.split) }),
          "classes": .array(example.members.map { .string($0.name) }),
        ])
      })
    return .object(members)
  }
}
