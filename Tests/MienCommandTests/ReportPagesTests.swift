import Foundation
import TestSupport
import Testing

/// The page of a run, with what every page has to keep.
private func page(
  _ folder: URL, _ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation
) throws -> String {
  let outcome = try MienProcess.start(["report", "--run", "run"] + arguments, in: folder).finish()
  #expect(outcome.code == 0, "\(outcome.errors)", sourceLocation: sourceLocation)
  let html = try String(
    contentsOf: folder.appendingPathComponent("run/report.html"), encoding: .utf8)
  #expect(html.utf8.count < 3_000_000, "\(html.utf8.count)", sourceLocation: sourceLocation)
  // Every link leads somewhere, and no name is there twice.
  let ids = html.matches(of: /\sid="([^"]*)"/).map { String($0.1) }
  #expect(Set(ids).count == ids.count, sourceLocation: sourceLocation)
  for link in html.matches(of: /href="#([^"]*)"/) {
    #expect(ids.contains(String(link.1)), "\(link.1)", sourceLocation: sourceLocation)
  }
  let titles = html.matches(of: /<section id="[a-z]+"><h2>([^<]*)/).map { String($0.1) }
  let links = html.matches(of: /<li><a href="#[a-z]+">([^<]*)/).map { String($0.1) }
  #expect(titles == links && titles.count >= 10, "\(titles)", sourceLocation: sourceLocation)
  #expect(!html.lowercased().contains(">nan") && !html.contains("inf %"))
  #expect(!html.contains("<script") && !html.contains("src=\"http"))
  return html
}

private func count(_ text: String, _ part: String) -> Int {
  text.components(separatedBy: part).count - 1
}

@Suite("pages of mien report", .serialized) struct ReportPagesTests {
  private static func classes(_ count: Int, _ rows: Int) -> [(name: String, count: Int)] {
    (0..<count).map { ("kind \($0)", rows) }
  }

  @Test(
    "a good run: every part is there, and the figures are those of the files beside the notebook")
  func good() throws {
    try PatternFaces(classes: Self.classes(5, 40)).withRun(
      epochs: 4,
      then: """
        mien calibrate --checkpoint run
        mien evaluate --checkpoint run --data data --split test --json > evaluated.json
        """
    ) { folder in
      let html = try page(
        folder, "--robustness", "full", "--notebook", "a.ipynb", "--markdown", "b/short.md")
      for title in [
        "Learning curves", "Classes", "Confusion", "Each class against the rest", "Calibration",
        "Robustness", "Quality of the pictures", "Right answers", "Wrong answers", "The data",
        "What it must not be used for", "Settings", "History",
      ] where title != "Wrong answers" { #expect(html.contains("<h2>\(title)"), "\(title)") }
      #expect(html.contains("95 %: ") && html.contains("bootstrap"))
      #expect(html.contains("Temperature 1") && html.contains("fitted on test, the rows reported"))
      #expect(html.contains("Measured on all 100 rows"))
      #expect(!html.contains("Never answered") && !html.contains("no better than that"))

      // Calibrated answers are those of mien evaluate, to the last bit.
      func measures(_ name: String) throws -> NSDictionary? {
        try object(String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8))
          as NSDictionary
      }
      #expect(try measures("run/metrics.json") == measures("evaluated.json"))

      // 5 kinds with 5 severities each, of 100 rows; 0 is what predictions.csv says.
      func lines(_ name: String) throws -> [[String]] {
        try String(contentsOf: folder.appendingPathComponent("run/\(name)"), encoding: .utf8)
          .split(separator: "\n").map {
            $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
          }
      }
      let robustness = try lines("robustness.csv")
      #expect(robustness.count == 26)
      let right = try lines("predictions.csv").dropFirst().count { $0[1] == $0[2] }
      #expect(right > 90)
      for line in robustness.dropFirst() {
        #expect(line[3] == "100")
        if line[2] == "0.0" { #expect(line[4] == "\(right)") }
        if line[0] == "occlusion", line[2] == "40.0" { #expect((Int(line[4]) ?? 0) < right) }
      }
      #expect(try lines("quality.csv").count == 101)
      let markdown = try String(
        contentsOf: folder.appendingPathComponent("b/short.md"), encoding: .utf8)
      #expect(markdown.contains("chosen and reported on test (100 rows)"))
      #expect(markdown.contains("| accuracy |") && markdown.contains("95 %: "))
      for link in markdown.matches(of: /\]\((short-[a-z]+\.png)\)/) {
        #expect(
          FileManager.default.fileExists(atPath: folder.path + "/b/\(link.1)"), "\(link.1)")
      }
      #expect(markdown.matches(of: /\]\(short-/).count == 4)
      let audit = try object(
        String(contentsOf: folder.appendingPathComponent("run/audit.json"), encoding: .utf8))
      #expect((audit["splits"] as? [String: [String: Int]])?["test"]?["kind 3"] == 20)
    }
  }

  @Test("a bad run: a class that is never answered is spoken of, and has no precision")
  func bad() throws {
    // The rare class looks like a frequent one.
    let faces = PatternFaces(
      classes: [("common", 60), ("other", 60), ("rare", 4)], twins: [2: 0])
    try faces.withRun(epochs: 3) { folder in
      let html = try page(folder, "--no-samples")
      #expect(html.contains("Never answered: rare. All 2 rows with such a label are wrong."))
      let row = try #require(html.firstMatch(of: /<tr><td>rare<\/td>(.*?)<\/tr>/)).1
      #expect(String(row).hasPrefix("<td>–</td><td>0.0 %</td><td>0.0 %</td>"), "\(row)")
      #expect(String(row).hasSuffix("<td>2</td><td>0</td>"), "\(row)")
      #expect(html.contains("No temperature has been fitted"))
      #expect(!html.contains("<img"))
    }
  }

  @Test("a run of one epoch, of two classes, that has learnt nothing") func oneEpoch() throws {
    let faces = PatternFaces(classes: [("a", 12), ("b", 12)], twins: [1: 0])
    try faces.withRun(epochs: 1) { folder in
      let html = try page(folder)
      #expect(html.contains("1 of 1"))
      #expect(html.contains("<h2>Learning curves") && html.contains("<h2>Robustness"))
      #expect(html.contains("Measured on all 12 rows"))
    }
  }

  @Test(
    "a hundred classes: a matrix without text in its cells, pairs in a table, tables that scroll")
  func hundred() throws {
    try PatternFaces(classes: Self.classes(100, 6), noise: 60).withRun(epochs: 3) { folder in
      let html = try page(folder, "--robustness", "none")
      #expect(html.utf8.count < 1_500_000, "\(html.utf8.count)")
      #expect(html.contains("<h3>Confused most often"))
      #expect(!html.contains("<h2>Robustness"))
      #expect(count(html, "class=\"scroll long\"") >= 2)
      #expect(count(html, "<article class=\"card\">") <= 12)
      #expect(html.contains("kind 99"))
    }
  }
}
