import Foundation
import Testing
import TestSupport

@testable import Reporting

@Suite struct RunReportTests {
  static func content(_ title: String = "Run 7 on drawn faces") throws -> RunReport.Content {
    try RunReport.Content(
      title: title,
      protocolLine: "Trained on Training (28,709), chosen and reported on PublicTest, seed 1",
      settings: [("model", "vgg10"), ("optimiser.learningRate", "0.01")],
      metrics: [("accuracy", "60.1 %"), ("macro F1", "0.571"), ("log loss", "1.08")],
      history: .init(
        columns: ["epoch", "loss", "accuracy"],
        rows: (1...5).map { ["\($0)", "1.\($0)", "0.5\($0)"] }),
      perClass: .init(
        columns: ["class", "precision", "recall", "F1", "support"],
        rows: [["Angry", "0.5", "0.6", "0.55", "467"], ["<Happy>", "0.8", "0.85", "0.82", "895"]]),
      curves: Examples.curves(12), confusion: Examples.confusion(7, name: "Sad"),
      samplesPNG: Examples.samples.png(), notes: ["Stopped early at \"epoch 5\" & kept 3."])
  }

  @Test("the page holds every part, and loads nothing from elsewhere")
  func selfContained() throws {
    let html = try RunReport(Self.content()).html()
    for part in ["vgg10", "60.1 %", "1.08", "467", "seed 1", "data:image/png;base64,iVBOR"] {
      #expect(html.contains(part), "\(part)")
    }
    #expect(html.components(separatedBy: "<svg").count == 3)
    #expect(!html.contains("<script"))
    for match in html.matches(of: /(?:src|href)="([^"]*)"/) {
      #expect(match.1.hasPrefix("data:") || match.1.hasPrefix("#"), "\(match.1.prefix(60))")
    }
    let ids = html.matches(of: /\sid="([^"]*)"/).map(\.1)
    #expect(Set(ids).count == ids.count)
  }

  @Test("text from outside cannot become markup")
  func escaping() throws {
    let html = try RunReport(Self.content("</title><script>alert('x')</script>")).html()
    #expect(!html.contains("<script"))
    #expect(html.contains("&lt;script&gt;alert(&#39;x&#39;)"))
    #expect(html.contains("<td>&lt;Happy&gt;</td>"))
    #expect(html.contains("&quot;epoch 5&quot; &amp; kept"))
  }

  @Test("parts that are missing leave no empty heading")
  func missingParts() throws {
    let html = try RunReport(.init(title: "Empty", protocolLine: "none")).html()
    #expect(!html.contains("<h2>"))
    #expect(!html.contains("<table"))
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
