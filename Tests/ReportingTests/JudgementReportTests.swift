import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Explainers
@testable import Reporting

@Suite("The page that judges explainers") struct JudgementReportTests {
  /// A method that is good in all, one that is bad in all, and one that was asked one face and no
  /// forgetful network.
  private static let judgements: [ExplainerJudgement] = {
    func judgement(_ method: String, _ faces: Int, _ level: Double) -> ExplainerJudgement {
      var found = ExplainerJudgement(method: method)
      for face in 0..<faces {
        let wobble = 0.01 * Double(face)
        found.faithfulness.append(level + wobble)
        found.deletion.append(0.5 - 0.3 * level + wobble)
        found.deletionByChance.append(0.5)
        found.insertion.append(0.5 + 0.25 * level + wobble)
        found.insertionByChance.append(0.5)
        found.topOverlap.append(level)
        found.rankAgreement.append(level)
        found.milliseconds += [12, 8, 1000]
      }
      return found
    }
    var good = judgement("good", 4, 0.9)
    good.randomisation = [.init(layer: "9 dense", agreement: [0.4, 0.02])]
    var bad = judgement("bad, \"very\"", 4, -0.2)
    bad.randomisation = [.init(layer: "9 dense", agreement: [-0.9, -0.7])]
    return [good, bad, judgement("short", 1, 0.6)]
  }()

  private static func report(_ judgements: [ExplainerJudgement] = judgements) -> JudgementReport {
    JudgementReport(
      judgements, faces: ["7", "a,b.png", "9", "11"], subject: "PublicTest of <data>",
      network: ["runs/a"], segments: "slic", seed: 3)
  }

  @Test("a row a method: means, gains with their errors, the median time, what fails")
  func table() {
    let table = Self.report().table
    #expect(table.rows.map { $0[0] } == ["good", "bad, \"very\"", "short"])
    #expect(table.rows.allSatisfy { $0.count == table.columns.count })
    // deletion gains 0.27 - 0.01 i for i in 0..<4; their error 0.01 √(5/3) / 2.
    #expect(
      table.rows[0] == [
        "good", "0.92", "+0.255 ± 0.006", "+0.240 ± 0.006", "0.90", "0.90", "0.21", "12", "–",
      ])
    #expect(table.rows[1][6] == "−0.80" && table.rows[1].last == "4")
    #expect(table.rows[2][2] == "+0.180" && table.rows[2][6] == "–")
    let failings = Self.report().failings
    #expect(failings.count == 2 && failings[0].hasPrefix("Few faces"))
    #expect(failings[1].hasPrefix("bad, \"very\": the map hardly changes"))
  }

  @Test("page, table and JSON: whole, escaped, the same numbers") func files() throws {
    try withTemporaryFolder { folder in
      let files = try Self.report().write(to: folder)
      #expect(files.map(\.lastPathComponent) == ["html", "csv", "json"].map { "judgement.\($0)" })
      let page = try String(contentsOf: files[0], encoding: .utf8)
      #expect(page.contains("4 faces, PublicTest of &lt;data&gt;; network runs/a"))
      #expect(page.contains("bad, &quot;very&quot;") && !page.contains("<data>"))
      #expect(page.contains("While the network forgets") && page.contains("9 dense"))
      let lines = try String(contentsOf: files[1], encoding: .utf8).split(separator: "\n")
        .map { CSVLine.cells(of: $0) }
      #expect(lines.count == 1 + 4 + 4 + 1)
      #expect(lines.allSatisfy { $0.count == lines[0].count })
      #expect(lines[0][1] == "face" && lines[2][1] == "a,b.png" && lines[5][0] == "bad, \"very\"")
      #expect(Double(lines[1][3]).map { abs($0 - 0.23) <= 1e-12 } == true)
      struct Summary: Decodable {
        struct Method: Decodable {
          var method: String
          var deletion_gain: [String: Double]
          var changes_with_network: Bool?
          var milliseconds: Double
          var failings: [String]
        }
        var faces: Int
        var seed: UInt64
        var methods: [Method]
      }
      let summary = try JSONDecoder().decode(Summary.self, from: Data(contentsOf: files[2]))
      #expect(summary.faces == 4 && summary.seed == 3 && summary.methods.count == 3)
      let (good, bad) = (summary.methods[0], summary.methods[1])
      #expect(good.changes_with_network == true && bad.changes_with_network == false)
      #expect(summary.methods[2].changes_with_network == nil)
      #expect(good.failings.isEmpty && bad.failings.count == 4 && good.milliseconds == 12)
      expectClose([good.deletion_gain["mean"] ?? 0], [0.255], absolute: 1e-12)
    }
  }
}
