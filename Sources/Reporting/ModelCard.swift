public import Foundation
internal import TensorCore

/// What goes with a released network (Mitchell et al. 2019, "Model Cards for Model Reporting",
/// DOI 10.1145/3287560.3287596): what it is, how it was made and judged, what it is bad at, and what
/// it must not be used for.
public struct ModelCard: Sendable {
  /// What its examples are.
  public var subject = ReportSubject.faces
  /// The network's name.
  public var title: String
  /// What it takes and gives, in a sentence or two.
  public var summary: String
  /// What was trained on, chosen on and reported on, and the seed.
  public var protocolLine: String
  /// How to take the figures, one point each.
  public var notes: [String]
  /// Rows of each class in each split.
  public var data: RunReport.Table
  /// The measures by way of asking.
  public var measures: RunReport.Table
  /// The classes one by one, with intervals.
  public var classes: RunReport.Table
  /// Results by speaker or artist, by corpus.
  public var groupings: [RunReport.Grouping] = []
  /// How far the probabilities can be trusted, before and after calibration.
  public var calibration: RunReport.Table
  /// What the figures say it is bad at, one point each.
  public var weaknesses: [String]
  /// Name and value of each setting.
  public var settings: [(name: String, value: String)]
  /// More that its makers have to say, as Markdown with headings of the second level; may be empty.
  public var remarks: String

  /// A card with everything on it.
  public init(
    title: String, summary: String, protocolLine: String, notes: [String], data: RunReport.Table,
    measures: RunReport.Table, classes: RunReport.Table, calibration: RunReport.Table,
    weaknesses: [String], settings: [(name: String, value: String)], remarks: String = ""
  ) {
    (self.title, self.summary) = (title, summary)
    (self.protocolLine, self.notes) = (protocolLine, notes)
    (self.data, self.measures, self.classes) = (data, measures, classes)
    (self.calibration, self.weaknesses) = (calibration, weaknesses)
    (self.settings, self.remarks) = (settings, remarks)
  }

  /// Writes the card. Throws `FileError.cannotWrite`.
  public func write(to file: URL) throws { try writeAtomically(markdown.utf8, to: file) }

  /// The card as Markdown.
  public var markdown: String {
    let remarks = remarks.trimmingCharacters(in: .whitespacesAndNewlines)
    return """
      # \(markdownEscaped(title))

      \(markdownEscaped(summary))

      ## Protocol

      \(markdownEscaped(protocolLine)).

      \(Markdown.list(notes.map(markdownEscaped)))
      ## Data

      Rows of each class in each split:

      \(Markdown.table(data))
      ## Figures

      In brackets: Wilson's interval for the true share, which holds in 95 % of such samples.

      \(Markdown.table(measures))
      \(Markdown.table(classes))
      \(ReportWords.perClass)

      \(groupings.map(Self.part).joined())## Calibration

      \(Markdown.table(calibration))
      The calibration error (ECE) is the mean distance between how sure the network is and how
      often it is right, in 15 bins.

      ## What it is bad at

      \(Markdown.list(weaknesses.map(markdownEscaped)))
      ## What it must not be used for

      \(Markdown.list(subject.misuses))
      \(remarks.isEmpty ? "" : remarks + "\n\n")## Settings

      \(Markdown.table(
        RunReport.Table(columns: ["setting", "value"], rows: settings.map { [$0.name, $0.value] }),
        wordColumns: 2))
      """
  }

  private static func part(_ grouping: RunReport.Grouping) -> String {
    """
    ## \(grouping.title)

    \(markdownEscaped(grouping.note))

    \(Markdown.table(grouping.table))

    """
  }
}
