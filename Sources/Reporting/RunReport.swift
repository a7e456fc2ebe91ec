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

  /// A figure in words: a result with its name and, where it is known, how far chance may have moved
  /// it.
  public struct Measure: Sendable {
    /// What it is called.
    public var name: String
    /// What it is.
    public var value: String
    /// Its interval, such as "95 %: 66.7 % to 69.8 %".
    public var interval: String?

    /// A measure from its name and value.
    public init(_ name: String, _ value: String, interval: String? = nil) {
      (self.name, self.value, self.interval) = (name, value, interval)
    }
  }

  /// Results by what rows have in common.
  public struct Grouping: Sendable {
    /// What that is: `speaker`.
    public var kind: String
    /// The range of the groups, in a sentence.
    public var note: String
    /// A dot a group.
    public var figure: GroupsFigure
    /// A row a group.
    public var table: Table

    /// The results by a kind of group.
    public init(kind: String, note: String, figure: GroupsFigure, table: Table) {
      (self.kind, self.note, self.figure, self.table) = (kind, note, figure, table)
    }

    /// What stands above it.
    var title: String { "By \(kind)" }
  }

  /// What the page says: plain data. A part that is missing leaves no trace on the page.
  public struct Content: Sendable {
    /// What its examples are.
    public var subject = ReportSubject.faces
    /// The page's headline.
    public var title: String
    /// What was trained on, chosen on and reported on, and the seed.
    public var protocolLine: String
    /// Remarks on how to take the figures, one paragraph each. What a label means is said anyway.
    public var notes: [String] = []
    /// The results.
    public var metrics: [Measure] = []
    /// Learning curves.
    public var curves: CurvesFigure?
    /// The confusion matrix.
    public var confusion: ConfusionFigure?
    /// One row a pair of classes that were confused, most often first.
    public var confusedPairs = Table(columns: [], rows: [])
    /// One row a class: precision, recall, and so on.
    public var perClass = Table(columns: [], rows: [])
    /// Results by speaker or artist, by corpus.
    public var groupings: [Grouping] = []
    /// ROC and precision-recall curves.
    public var rankings: [RankingCurvesFigure] = []
    /// How far probabilities can be trusted: before and after calibration, or as they are.
    public var reliabilities: [ReliabilityFigure] = []
    /// One row a temperature.
    public var calibration = Table(columns: [], rows: [])
    /// Whether there is a temperature, and how to come by one.
    public var calibrationNote: String?
    /// What is left on worse pictures.
    public var robustness: RobustnessFigure?
    /// On which rows that was measured.
    public var robustnessNote: String?
    /// One row a disturbance.
    public var robustnessTable = Table(columns: [], rows: [])
    /// Accuracy by brightness, contrast and sharpness.
    public var quality: QualityFigure?
    /// One row a group of pictures.
    public var qualityTable = Table(columns: [], rows: [])
    /// What is doubtful in the data.
    public var audit: Audit?
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
    let parts = try parts.filter { !$0.content.isEmpty }
    let sections = parts.map { HTML.section($0.title, $0.lead, $0.content, id: $0.id) }
    return HTML.page(
      title: content.title,
      HTML.lines(head + [.contents(parts.map { ($0.id, $0.title) })] + sections)
    )
  }
}

// The parts of the page, from above.
extension RunReport {
  private struct Part {
    let id, title: String
    let lead: String?
    let content: HTML

    init(_ id: String, _ title: String, _ lead: String?, _ content: HTML) {
      (self.id, self.title, self.lead, self.content) = (id, title, lead, content)
    }
  }

  private var head: [HTML] {
    let metrics = content.metrics.map { measure in
      HTML.tag(
        "div", .tag("dt", .text(measure.name)), .tag("dd", .text(measure.value)),
        measure.interval.map { .tag("dd", ["class": "interval"], .text($0)) } ?? .empty)
    }
    return [
      .tag("h1", .text(content.title)),
      .tag("p", ["class": "protocol"], .text(content.protocolLine)),
      metrics.isEmpty ? .empty : .tag("dl", ["class": "metrics"], metrics),
      hasInterval ? .remark(ReportWords.interval(subject)) : .empty,
    ] + (content.notes + [subject.label]).map { .tag("p", ["class": "note"], .text($0)) }
  }

  private var subject: ReportSubject { content.subject }

  private var hasInterval: Bool {
    content.metrics.contains { $0.interval?.hasPrefix("95 %") == true }
  }

  private var parts: [Part] {
    get throws(ImagingError) { try measured + sampled + background }
  }

  private var measured: [Part] {
    get throws(ImagingError) {
      [
        Part(
          "learning", "Learning curves", ReportWords.curves(subject),
          try content.curves.map(HTML.panels) ?? .empty),
        Part("classes", "Classes", ReportWords.perClass, .table(content.perClass)),
        Part(
          "confusion", "Confusion", ReportWords.confusion,
          .lines([
            try .figure(
              content.confusion, name: "matrix", "how often each class was taken for each",
              isLarge: true),
            .titled(
              "Confused most often",
              content.confusedPairs.rows.isEmpty
                ? .empty
                : .lines([
                  .remark(ReportWords.confusedPairs), .table(content.confusedPairs, kind: "pairs"),
                ])),
          ])),
      ] + (try groupings) + [
        Part(
          "ranking", "Each class against the rest", ReportWords.ranking,
          try .figures(content.rankings.map { ($0.alternative, $0) }, name: "ranks")),
        Part(
          "calibration", "Calibration", ReportWords.calibration,
          .lines([
            try .figures(
              content.reliabilities.map { ("share that is right by probability", $0) },
              name: "reliability"),
            .table(content.calibration), .remark(content.calibrationNote),
          ])),
        Part(
          "robustness", "Robustness", ReportWords.robustness,
          .lines([
            .remark(content.robustnessNote),
            try .figures(
              content.robustness?.parts.map { ("accuracy by \($0.panels[0].title)", $0) } ?? [],
              name: "disturbed"),
            .table(content.robustnessTable),
          ])),
        Part(
          "quality", "Quality of the pictures", ReportWords.quality,
          .lines([
            try .figures(
              content.quality?.parts.map { ("accuracy by \($0.panels[0].title)", $0) } ?? [],
              name: "quarters"),
            .table(content.qualityTable),
          ])),
      ]
    }
  }

  private var groupings: [Part] {
    get throws(ImagingError) {
      var parts: [Part] = []
      for grouping in content.groupings {
        let id = "by" + grouping.kind.lowercased().filter { $0.isASCII && $0.isLetter }
        parts.append(
          Part(
            id, grouping.title,
            ReportWords.groups(grouping.kind),
            .lines([
              .remark(grouping.note),
              try .figure(
                grouping.figure, name: id, "accuracy by \(grouping.kind)",
                isLarge: true),
              .table(grouping.table),
            ])))
      }
      return parts
    }
  }

  private var sampled: [Part] {
    get throws(ImagingError) {
      [
        Part("right", "Right answers", hitsLead, try cards(content.hits, "right")),
        Part(
          "wrong", "Wrong answers", ReportWords.errors(subject), try cards(content.errors, "wrong")),
        Part(
          "data", "The data", ReportWords.audit(subject),
          try content.audit.map { audit throws(ImagingError) in try audit.html() } ?? .empty),
      ]
    }
  }

  private var hitsLead: String {
    let samples = content.hits + content.errors
    let isExplained = samples.contains { $0.explanation != nil }
    return [
      ReportWords.hits, samples.first?.picture.words,
      isExplained ? ReportWords.explanations(subject) : nil,
    ].compactMap { $0 }.joined(separator: " ")
  }

  private var background: [Part] {
    [
      Part(
        "misuse", "What it must not be used for", nil,
        .tag("ul", subject.misuses.map { .tag("li", .text($0)) })),
      Part(
        "settings", "Settings", nil,
        .table(
          Table(
            columns: ["setting", "value"], rows: content.settings.map { [$0.name, $0.value] }),
          kind: "words")),
      Part("history", "History", nil, .table(content.history)),
    ]
  }

  private func cards(_ samples: [ReportSample], _ name: String) throws(ImagingError) -> HTML {
    if samples.isEmpty { return .empty }
    var cards: [HTML] = []
    for (index, sample) in samples.enumerated() {
      cards.append(try sample.card(subject, id: "\(name)-\(index)"))
    }
    let isExplained = samples.contains { $0.explanation != nil }
    let kind =
      "cards" + (samples[0].picture.isPlot ? " plots" : "") + (isExplained ? " explained" : "")
    return .tag("div", ["class": kind], .lines(cards))
  }
}

extension RobustnessFigure {
  /// A figure a panel.
  var parts: [RobustnessFigure] {
    panels.map { RobustnessFigure(panels: [$0], baseline: baseline) }
  }
}

extension QualityFigure {
  /// A figure a panel.
  var parts: [QualityFigure] { panels.map { QualityFigure(panels: [$0], overall: overall) } }
}
