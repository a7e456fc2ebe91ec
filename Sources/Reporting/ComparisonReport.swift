public import Foundation
public import Imaging
internal import TensorCore

/// What tells several runs apart, as one HTML page that needs nothing but itself.
public struct ComparisonReport: Sendable {
  /// How many runs a plot can tell apart.
  public static let maximumCount = SeriesStroke.count

  /// What the page says: plain data. A part that is missing leaves no trace on the page.
  public struct Content: Sendable {
    /// What the runs' examples are.
    public var subject = ReportSubject.faces
    /// The page's headline.
    public var title: String
    /// What was compared, in a line.
    public var protocolLine: String
    /// Remarks on how to take the figures, one paragraph each. What a label means is said anyway.
    public var notes: [String] = []
    /// A row a run.
    public var runs = RunReport.Table(columns: [], rows: [])
    /// A row a measure, a column a run.
    public var results = RunReport.Table(columns: [], rows: [])
    /// Whether the differences are more than chance, a sentence a pair of runs.
    public var verdicts: [String] = []
    /// A row a measure, a column a pair of runs.
    public var tests = RunReport.Table(columns: [], rows: [])
    /// Learning curves, a series a run.
    public var curves: CurvesFigure?
    /// F1 by class.
    public var scores: ClassScoresFigure?
    /// A row a class and run.
    public var perClass = RunReport.Table(columns: [], rows: [])
    /// Examples on which the runs differ, in groups with a title each.
    public var disagreements: [(title: String, samples: [ComparedSample])] = []
    /// What stands above the settings: how many are the same.
    public var settingsLead = ""
    /// A row a setting that differs, a column a run.
    public var settings = RunReport.Table(columns: [], rows: [])

    /// A page that has only a head; the other parts are added.
    public init(title: String, protocolLine: String) {
      (self.title, self.protocolLine) = (title, protocolLine)
    }
  }

  /// What the page says.
  public var content: Content

  /// A page of that content.
  public init(_ content: Content) { self.content = content }

  /// Writes the page. Throws `ImagingError`, `FileError.cannotWrite`.
  public func write(to file: URL) throws { try writeAtomically(Array(try html().utf8), to: file) }

  private var gallery: HTML {
    get throws(ImagingError) {
      var parts: [HTML] = []
      for (group, (title, samples)) in content.disagreements.enumerated() where !samples.isEmpty {
        var cards: [HTML] = []
        for (index, sample) in samples.enumerated() {
          cards.append(try sample.card(content.subject, id: "sample-\(group)-\(index)"))
        }
        parts += [
          .tag("h3", .text(title)),
          .tag(
            "div", ["class": samples[0].picture.isPlot ? "cards plots" : "cards"], .lines(cards)),
        ]
      }
      return .lines(parts)
    }
  }

  /// The page. Throws `ImagingError`.
  public func html() throws(ImagingError) -> String {
    let curves = try content.curves.map(HTML.panels) ?? .empty
    let scores = try HTML.figure(content.scores, name: "scores", "F1 by class and run")
    let perClass = HTML.table(content.perClass, kind: "pairs")
    let body: [HTML] =
      [
        .tag("h1", .text(content.title)),
        .tag("p", ["class": "protocol"], .text(content.protocolLine)),
      ]
      + (content.notes + [content.subject.label]).map { .tag("p", ["class": "note"], .text($0)) }
      + [
        .section("Runs", nil, .table(content.runs, kind: "words")),
        .section("Results", ReportWords.comparedResults, .table(content.results)),
        .section(
          "Is it chance?", ReportWords.comparedTests,
          .lines(
            content.verdicts.map { .tag("p", .text($0)) } + [.table(content.tests)])),
        .section("Learning curves", ReportWords.comparedCurves(content.subject), curves),
        .section(
          "Classes", ReportWords.perClass,
          scores.isEmpty && perClass.isEmpty ? .empty : .lines([scores, perClass])),
        .section(
          "\(content.subject.many.capitalized) on which they differ", ReportWords.disagreements,
          try gallery),
        .section(
          "Settings that differ", content.settingsLead,
          content.settings.rows.isEmpty
            ? .tag("p", .text("None.")) : .table(content.settings, kind: "words")),
      ]
    return HTML.page(title: content.title, .lines(body))
  }
}
