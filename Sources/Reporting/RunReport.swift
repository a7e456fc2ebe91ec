public import Foundation
public import Imaging
internal import TensorCore

/// What became of a network, as one HTML page that needs nothing but itself.
public struct RunReport: Sendable {
  /// A table: a title for each column and rows of as many cells.
  public struct Table: Sendable {
    /// What stands above the columns.
    public var columns: [String]
    /// The cells.
    public var rows: [[String]]

    /// A table from its columns and rows.
    public init(columns: [String], rows: [[String]]) { (self.columns, self.rows) = (columns, rows) }
  }

  /// What the page says: plain data. A part that is missing leaves no trace on the page.
  public struct Content: Sendable {
    /// The page's headline.
    public var title: String
    /// What was trained on, chosen on and reported on, and the seed.
    public var protocolLine: String
    /// Remarks on how to take the figures, one paragraph each. What a label means is said anyway.
    public var notes: [String] = []
    /// Name and value of each result.
    public var metrics: [(name: String, value: String)] = []
    /// Learning curves.
    public var curves: CurvesFigure?
    /// The confusion matrix.
    public var confusion: ConfusionFigure?
    /// One row a class: precision, recall, and so on.
    public var perClass = Table(columns: [], rows: [])
    /// How far probabilities can be trusted.
    public var reliability: ReliabilityFigure?
    /// Examples that were answered rightly.
    public var hits: [ReportSample] = []
    /// Examples that were not.
    public var errors: [ReportSample] = []
    /// Name and value of each setting.
    public var settings: [(name: String, value: String)] = []
    /// One row an epoch.
    public var history = Table(columns: [], rows: [])

    /// A page that has only a head; the other parts are added.
    public init(title: String, protocolLine: String) {
      (self.title, self.protocolLine) = (title, protocolLine)
    }
  }

  /// What the page says.
  public var content: Content

  /// A report of that content.
  public init(_ content: Content) { self.content = content }

  /// Writes the page. Throws `ImagingError`, `FileError.cannotWrite`.
  public func write(to file: URL) throws { try writeAtomically(Array(try html().utf8), to: file) }

  /// The page. Throws `ImagingError`.
  public func html() throws(ImagingError) -> String {
    HTML.page(
      title: content.title, HTML.lines(head + (try figures) + (try samples) + background))
  }
}

// The parts of the page, from above.
extension RunReport {
  private var head: [HTML] {
    let metrics = content.metrics.map { name, value in
      HTML.tag("div", .tag("dt", .text(name)), .tag("dd", .text(value)))
    }
    return [
      .tag("h1", .text(content.title)),
      .tag("p", ["class": "protocol"], .text(content.protocolLine)),
      metrics.isEmpty ? .empty : .tag("dl", ["class": "metrics"], metrics),
    ] + (content.notes + [ReportWords.label]).map { .tag("p", ["class": "note"], .text($0)) }
  }

  private var figures: [HTML] {
    get throws(ImagingError) {
      [
        .section(
          "Learning curves", ReportWords.curves, try content.curves.map(HTML.panels) ?? .empty),
        .section(
          "Confusion", ReportWords.confusion,
          try .figure(
            content.confusion, name: "confusion", "how often each class was taken for each")
        ),
        .section("Classes", ReportWords.perClass, .table(content.perClass)),
        .section(
          "Calibration", ReportWords.calibration,
          try .figure(
            content.reliability, name: "reliability", "share that is right by probability")),
      ]
    }
  }

  private var samples: [HTML] {
    get throws(ImagingError) {
      [
        .section("Right answers", hitsLead, try cards(content.hits)),
        .section("Wrong answers", ReportWords.errors, try cards(content.errors)),
      ]
    }
  }

  private var hitsLead: String {
    let isExplained = (content.hits + content.errors).contains { $0.explanation != nil }
    return ReportWords.hits + (isExplained ? " " + ReportWords.explanations : "")
  }

  private var background: [HTML] {
    [
      .section(
        "Settings", nil,
        .table(
          Table(
            columns: ["setting", "value"], rows: content.settings.map { [$0.name, $0.value] }),
          kind: "words")),
      .section("History", nil, .table(content.history)),
    ]
  }

  private func cards(_ samples: [ReportSample]) throws(ImagingError) -> HTML {
    if samples.isEmpty { return .empty }
    var cards: [HTML] = []
    for sample in samples { cards.append(try sample.card()) }
    let isExplained = samples.contains { $0.explanation != nil }
    return .tag("div", ["class": isExplained ? "cards explained" : "cards"], .lines(cards))
  }
}
