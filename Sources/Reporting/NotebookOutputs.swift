internal import Foundation
internal import Imaging

extension RunNotebook {
  /// What the cells show before they are run: the page's figures and tables.
  public struct Outputs: Sendable {
    /// By the ids of the cells, each by MIME type.
    private(set) var byCell: [String: [[String: String]]] = [:]

    /// Nothing.
    public init() {}

    /// The figures and tables of a page. Throws `ImagingError`.
    public init(_ content: RunReport.Content, samples: SamplesFigure?) throws {
      let measures = RunReport.Table(
        columns: ["measure", "value", "interval"],
        rows: content.metrics.map { [$0.name, $0.value, $0.interval ?? ""] })
      add(measures, to: "metrics")
      add(content.perClass, to: "classes")
      try add(content.curves, to: "curves")
      try add(content.confusion, to: "confusion")
      add(content.confusedPairs, to: "pairs")
      for grouping in content.groupings {
        try add(grouping.figure, to: "groups")
        add(grouping.table, to: "groups")
      }
      for figure in content.rankings { try add(figure, to: "ranking") }
      for figure in content.reliabilities { try add(figure, to: "calibration") }
      add(content.calibration, to: "calibration")
      try add(content.robustness, to: "robustness")
      try add(content.quality, to: "quality")
      if let audit = content.audit {
        add(audit.classes, to: "audit")
        add(audit.findings, to: "audit")
      }
      try add(samples, to: "samples")
    }

    private mutating func add(_ figure: (any Figure)?, to cell: String) throws(ImagingError) {
      guard let figure else { return }
      // 1.5 pixels a unit: sharp on most screens, and files of a few hundred kilobytes.
      let png = Data(try figure.png(scale: 1.5)).base64EncodedString()
      byCell[cell, default: []].append(["image/png": png, "text/plain": "<a figure>"])
    }

    private mutating func add(_ table: RunReport.Table, to cell: String) {
      if table.rows.isEmpty { return }
      byCell[cell, default: []].append([
        "text/html": HTML.table(table).markup, "text/plain": Markdown.table(table),
      ])
    }
  }
}
