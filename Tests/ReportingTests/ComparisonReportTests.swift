import Foundation
import Testing

@testable import Reporting

extension Examples {
  /// A face to which two runs gave different answers.
  static func difference(_ index: Int) -> ComparedSample {
    ComparedSample(
      row: 200 + index, picture: sample(index).picture, truth: "Happy",
      answers: [
        .init(run: "<a>", name: "Happy", probability: 0.61),
        .init(run: "b", name: "Sad", probability: 0.54),
      ])
  }
}

@Suite("The page of a comparison") struct ComparisonReportTests {
  private static func content() -> ComparisonReport.Content {
    var content = ComparisonReport.Content(
      title: "<a> and b compared", protocolLine: "each measured on PublicTest (28 rows)")
    content.notes = ["a is not finished: 2 of 3 epochs & more."]
    content.runs = .init(columns: ["run", "seed"], rows: [["<a>", "1"], ["b", "2"]])
    content.results = .init(
      columns: ["measure", "<a>", "b"], rows: [["its accuracy", "50 %", "60 %"]])
    content.verdicts = ["Of 28 rows <a> alone answered 3 rightly & b alone 5: p = 0.727."]
    content.tests = .init(columns: ["pair", "p"], rows: [["<a>, b", "0.727"]])
    content.disagreements = [
      ("<a> alone is right: 2 rows", [Examples.difference(1), Examples.difference(2)]),
      ("b alone is right: 0 rows", []),
    ]
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
      "60 settings are the same", "not what the person felt", "Is it chance?", "0.727",
      "rightly &amp; b alone", "&lt;a&gt; alone is right: 2 rows",
      "<b>&lt;a&gt;</b> right: Happy, 61\u{A0}%",
      "<b>b</b> wrong: Sad, 54\u{A0}%", "row 201",
    ] { #expect(html.contains(part), "\(part)") }
    #expect(!html.contains("<a>"))
    #expect(html.components(separatedBy: "<svg").count == 1 + 4 + 1 + 1)
    #expect(html.components(separatedBy: "<img").count == 1 + 2)
    // A group without faces has no heading.
    #expect(!html.contains("0 rows"))
    expectSelfContained(html)
    let body = try #require(html.firstMatch(of: /(?s)<body>.*<\/body>/)).0
    #expect(isWellFormed(String(body.replacing(/<img [^>]*>/, with: "<img/>"))))
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
