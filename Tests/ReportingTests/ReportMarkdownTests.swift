import Foundation
import TestSupport
import Testing

@testable import Reporting

@Suite struct ReportMarkdownTests {
  @Test("it has the protocol, the headline with its interval, classes, pairs and calibration")
  func parts() {
    var content = RunReportTests.content()
    content.calibration = .init(columns: ["answers", "ECE"], rows: [["Temperature 1", "3 %"]])
    content.robustnessTable = .init(
      columns: ["disturbance", "lost"], rows: [["noise", "9 points"]])
    content.robustnessNote = "Measured on 300 of the 3589 rows."
    var markdown = ReportMarkdown(content)
    markdown.pictures = [("a (1)-confusion.png", "who is taken for whom")]
    let text = markdown.markdown
    for part in [
      "## Run 7 on drawn faces", "Trained on Training (28,709), chosen and reported on PublicTest",
      "| accuracy | 60.1 % | 95 %: 58.4 % to 61.7 % |", "| Angry | 0.5 |", "| &lt;Happy&gt; |",
      "Measured on 300 of the 3589 rows.\n\n| disturbance | lost |",
      "| Fear | &lt;Sad&gt; | 31 |", "| Temperature 1 | 3 % |", "not what the person felt",
      "![who is taken for whom](a%20%281%29-confusion.png)",
    ] { #expect(text.contains(part), "\(part)\n\(text)") }
    #expect(!text.contains("<"))
    #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count < 60)
  }

  @Test("of many classes the first are shown, and how many more there are") func short() {
    var content = RunReport.Content(title: "a", protocolLine: "b")
    content.perClass = .init(
      columns: ["class", "F1"], rows: (0..<100).map { ["class \($0)", "0.5"] })
    let text = ReportMarkdown(content).markdown
    #expect(text.contains("class 19") && !text.contains("class 20"))
    #expect(text.contains("… and 80 more."))
    #expect(!text.contains("### Result") && !text.contains("### Calibration"))
  }
}
