import Foundation
import Testing

@testable import Reporting

@Suite("The page of many runs") struct RunIndexPageTests {
  private static func page(_ count: Int) -> RunIndexPage {
    var page = RunIndexPage(title: "Runs in <b>", protocolLine: "\(count) runs & 1 folder")
    page.notes = ["somewhat too good"]
    page.damaged = [("old/<x>", "results.csv: line 2 is \"a\"")]
    page.rows = (0..<count).map { index in
      var row = RunIndexPage.Row(
        name: "tune/trial \(index): 50% & more", network: "vgg10<", seed: Double(index),
        epochs: index % 12, plannedEpochs: 12)
      if index % 12 > 0 {
        row.bestEpoch = index % 12
        row.accuracies = (0..<index % 12).map { Double($0 + index % 5) / 20 }
        row.accuracy = row.accuracies.last
        row.macroF1 = index == 3 ? .nan : 0.4
      }
      row.chosenOn = index == 1 ? "" : "PublicTest"
      (row.seconds, row.duration) = (Double(index), "\(index) s")
      row.links = [("report", "tune/trial \(index): 50% & more/report.html")]
      return row
    }
    return page
  }

  @Test("a row a run with its figures, curve and links, and no text becomes markup") func page()
    throws
  {
    let html = Self.page(13).html()
    for part in [
      "Runs in &lt;b&gt;", "13 runs &amp; 1 folder", "somewhat too good", "vgg10&lt;",
      "tune/trial 3: 50% &amp; more", "old/&lt;x&gt;</b>: results.csv: line 2 is &quot;a&quot;",
      "<td data-value=\"0.15\">15.0\u{A0}%</td>", "3 of 12",
      "href=\"./tune/trial%203%3A%2050%25%20%26%20more/report.html\"",
      "aria-sort=\"descending\">accuracy", "from 0.0\u{A0}% below to 60.0\u{A0}% above",
    ] { #expect(html.contains(part), "\(part)") }
    #expect(html.components(separatedBy: "class=\"spark\"").count == 1 + 11)
    #expect(html.components(separatedBy: "<script>").count == 1 + 1)
    #expect(!html.contains("nan") && !html.contains("http"))
    let body = try #require(html.firstMatch(of: /(?s)<main>.*<script>/)).0
    #expect(isWellFormed(String(body.dropFirst(6).dropLast(8))))
  }

  @Test("a page of one run has nothing to sort, one of damaged runs alone no table") func small() {
    #expect(!Self.page(1).html().contains("<script"))
    let none = Self.page(0).html()
    #expect(!none.contains("<table") && none.contains("Could not be read"))
  }

  @Test("200 runs make a page below 400 kB") func many() {
    #expect(Self.page(200).html().utf8.count < 400_000)
  }
}
