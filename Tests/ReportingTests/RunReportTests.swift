import Foundation
import Testing
import TestSupport

@testable import Reporting

@Suite struct RunReportTests {
  static func content(_ title: String = "Run 7 on drawn faces") -> RunReport.Content {
    var content = RunReport.Content(
      title: title,
      protocolLine: "Trained on Training (28,709), chosen and reported on PublicTest, seed 1")
    content.notes = ["Stopped early at \"epoch 5\" & kept 3."]
    content.metrics = [
      .init("accuracy", "60.1 %", interval: "95 %: 58.4 % to 61.7 %"), .init("macro F1", "0.571"),
      .init("log loss", "1.08"),
    ]
    content.curves = Examples.curves(12)
    content.confusion = Examples.confusion(7, name: "Sad")
    content.perClass = .init(
      columns: ["class", "precision", "recall", "F1", "support"],
      rows: [["Angry", "0.5", "0.6", "0.55", "467"], ["<Happy>", "0.8", "0.85", "0.82", "895"]])
    content.confusedPairs = .init(
      columns: ["labelled", "answered", "rows"], rows: [["Fear", "<Sad>", "31"]])
    content.rankings = [.roc, .precisionRecall].map { Examples.ranking($0) }
    content.reliabilities = [Examples.reliability(500, tooSure: true), Examples.reliability(500)]
    content.calibrationNote = "Fitted & kept."
    content.robustness = Examples.robustness
    content.robustnessNote = "Measured on 400 of 3589 rows."
    content.quality = Examples.quality
    content.audit = Examples.audit
    content.hits = [1, 2, 4].map { Examples.sample($0, explained: true) }
    content.errors = [0, 5].map { Examples.sample($0, explained: true) }
    content.settings = [("model", "vgg10"), ("optimiser.learningRate", "0.01")]
    content.history = .init(
      columns: ["epoch", "loss", "accuracy"],
      rows: (1...5).map { ["\($0)", "1.\($0)", "0.5\($0)"] })
    return content
  }

  @Test("the page holds every part, and loads nothing from elsewhere")
  func selfContained() throws {
    let html = try RunReport(Self.content()).html()
    for part in [
      "vgg10", "60.1 %", "1.08", "467", "seed 1", "data:image/png;base64,iVBOR", "Learning curves",
      "Confusion", "Calibration", "right: Happy", "wrong: Disgust", "labelled Something with",
      "R² 0.71", "row 105", "width:87%", "not what the person felt", "95 %: 58.4 % to 61.7 %",
      "bootstrap", "Fitted &amp; kept.", "Measured on 400", "the same picture with two labels",
      "must not be used for", "article 5", "Angry, Training",
    ] {
      #expect(html.contains(part), "\(part)")
    }
    // Two curves, a confusion matrix, two rankings, two reliability diagrams, five disturbances and
    // three qualities, and the letters of all; a face and its map a card, and the audit's two.
    #expect(html.components(separatedBy: "<svg").count == 1 + 15 + 1)
    #expect(html.components(separatedBy: "<img").count == 1 + 2 * 5 + 2)
    #expect(html.components(separatedBy: "class=\"card wrong\"").count == 1 + 2)
    expectSelfContained(html)
    expectContents(html)
    let ids = html.matches(of: /\sid="([^"]*)"/).map(\.1)
    #expect(Set(ids).count == ids.count)
  }

  @Test("every element of the page that opens also closes")
  func wellFormed() throws {
    let html = try RunReport(Self.content("a < b & \"c\"")).html()
    let body = try #require(html.firstMatch(of: /(?s)<body>.*<\/body>/)).0
    #expect(isWellFormed(String(body.replacing(/<img [^>]*>/, with: "<img/>"))))
  }

  @Test("text from outside cannot become markup")
  func escaping() throws {
    var content = Self.content("</title><script>alert('x')</script>")
    content.errors[0].truth = "\"><img src=x onerror=alert(1)>"
    content.errors[0].explanation?.caption = "' onload='x"
    let html = try RunReport(content).html()
    #expect(!html.contains("<img src=x"))
    #expect(html.contains("alt=\"a face labelled &quot;&gt;&lt;img src=x onerror=alert(1)&gt;\""))
    #expect(html.contains("why &#39; onload=&#39;x"))
    #expect(!html.contains("<script"))
    #expect(html.contains("&lt;script&gt;alert(&#39;x&#39;)"))
    #expect(html.contains("<td>&lt;Happy&gt;</td>"))
    #expect(html.contains("&quot;epoch 5&quot; &amp; kept"))
  }

  @Test("parts that are missing leave no empty heading")
  func missingParts() throws {
    let html = try RunReport(.init(title: "Empty", protocolLine: "none")).html()
    #expect(html.components(separatedBy: "<h2>").count == 2)
    #expect(html.contains("<h2>What it must not be used for"))
    #expect(!html.contains("<nav") && !html.contains("<h3"))
    #expect(!html.contains("<table"))
    #expect(!html.contains("<img"))
  }

  @Test("letters of all figures are there once, and every letter that is used is there")
  func glyphs() throws {
    let html = try RunReport(Self.content()).html()
    let bodies = html.matches(of: /<symbol [^>]*>([^!]*?)<\/symbol>/).map(\.1)
    #expect(bodies.count > 50 && Set(bodies).count == bodies.count)
    let ids = Set(html.matches(of: /<symbol [^>]*id="([^"]*)"/).map(\.1))
    let used = Set(html.matches(of: /<use xlink:href="#([^"]*)"/).map(\.1))
    #expect(ids.count == bodies.count && used.isSubset(of: ids) && used.count > 50)
    #expect(sharingGlyphs("<p>no letters</p>") == "<p>no letters</p>")
  }

  @Test("the same content gives the same bytes")
  func reproducible() throws {
    #expect(try RunReport(Self.content()).html() == RunReport(Self.content()).html())
  }

  @Test("the file appears whole")
  func writes() throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("report.html")
      try RunReport(Self.content()).write(to: file)
      let page = try String(contentsOf: file, encoding: .utf8)
      #expect(page == (try RunReport(Self.content()).html()))
      #expect(page.hasPrefix("<!DOCTYPE html>") && page.hasSuffix("</html>\n"))
    }
  }
}

/// Expects links to every part of a page, in order, and each to lead there.
func expectContents(_ html: String, sourceLocation: SourceLocation = #_sourceLocation) {
  let links = html.matches(of: /<li><a href="#([a-z]+)">([^<]*)<\/a><\/li>/)
    .map { [String($0.1), String($0.2)] }
  let parts = html.matches(of: /<section id="([a-z]+)"><h2>([^<]*)<\/h2>/)
    .map { [String($0.1), String($0.2)] }
  #expect(parts.count > 1 && links == parts, "\(links) \(parts)", sourceLocation: sourceLocation)
  #expect(
    html.components(separatedBy: "<h2>").count == 1 + parts.count, sourceLocation: sourceLocation)
}

/// Expects a page to name nothing outside itself.
func expectSelfContained(_ html: String, sourceLocation: SourceLocation = #_sourceLocation) {
  #expect(!html.contains("<script"), sourceLocation: sourceLocation)
  #expect(!html.contains("@import") && !html.contains("url(http"), sourceLocation: sourceLocation)
  for match in html.matches(of: /(?:src|href)="([^"]*)"/) {
    #expect(
      match.1.hasPrefix("data:") || match.1.hasPrefix("#"), "\(match.1.prefix(60))",
      sourceLocation: sourceLocation)
  }
  // The names of SVG's namespaces look like addresses and are none.
  for match in html.matches(of: /(\S*)="https?:[^"]*"/) {
    #expect(match.1.hasPrefix("xmlns"), "\(match.0)", sourceLocation: sourceLocation)
  }
}
