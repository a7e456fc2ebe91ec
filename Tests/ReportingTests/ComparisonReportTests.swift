import Foundation
import Testing

@testable import Reporting

@Suite("The page of a comparison") struct ComparisonReportTests {
  private static func content() -> ComparisonReport.Content {
    var content = ComparisonReport.Content(
      title: "<a> and b compared", protocolLine: "each measured on PublicTest (28 rows)")
    content.notes = ["a is not finished: 2 of 3 epochs & more."]
    content.runs = .init(columns: ["run", "seed"], rows: [["<a>", "1"], ["b", "2"]])
    content.results = .init(
      columns: ["measure", "<a>", "b"], rows: [["its accuracy", "50 %", "60 %"]])
    content.curves = Examples.compared(2)
    content.scores = Examples.scores(7, runs: 2)
    content.perClass = .init(columns: ["class", "run", "F1"], rows: [["Happy", "<a>", "80 %"]])
    content.settings = .init(columns: ["setting", "<a>", "b"], rows: [["epochs", "2", "3"]])
    content.settingsLead = "60 settings are the same, 1 differ."
    return content
  }

  @Test("the page holds every part, loads nothing, and takes no text for markup") func page() throws
  {
    let html = try ComparisonReport(Self.content()).html()
    for part in [
      "&lt;a&gt; and b compared", "each measured on", "3 epochs &amp; more", "its accuracy", "80 %",
      "60 settings are the same", "not what the person felt",
    ] { #expect(html.contains(part), "\(part)") }
    #expect(!html.contains("<a>"))
    #expect(html.components(separatedBy: "<svg").count == 1 + 4 + 1)
    expectSelfContained(html)
    let body = try #require(html.firstMatch(of: /(?s)<body>.*<\/body>/)).0
    #expect(isWellFormed(String(body)))
    let ids = html.matches(of: /\sid="([^"]*)"/).map(\.1)
    #expect(Set(ids).count == ids.count)
  }

  @Test("parts that are missing leave no heading; equal settings are said") func missingParts()
    throws
  {
    let html = try ComparisonReport(.init(title: "t", protocolLine: "p")).html()
    #expect(html.matches(of: /<h2>/).count == 1)
    #expect(html.contains("<p>None.</p>") && !html.contains("<table"))
  }

  @Test("as many runs as may be compared have strokes that differ") func strokes() {
    let strokes = (0..<ComparisonReport.maximumCount).map(SeriesStroke.init)
    for (index, one) in strokes.enumerated() {
      for other in strokes[..<index] {
        #expect(one.dash != other.dash || one.color != other.color)
      }
    }
  }
}
