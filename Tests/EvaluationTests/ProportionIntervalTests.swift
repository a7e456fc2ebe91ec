import Evaluation
import Foundation
import TestSupport
import Testing

@Suite("Intervals of shares")
struct ProportionIntervalTests {
  @Test("the ends are those that SciPy gives")
  func matchesSciPy() throws {
    struct File: Decodable {
      struct Case: Decodable {
        var successes, n: Int
        var low, high: Double
      }
      var cases: [Case]
    }
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/intervals.json")
    let cases = try JSONDecoder().decode(File.self, from: Data(contentsOf: file)).cases
    #expect(cases.count == 8)
    for golden in cases {
      let interval = ProportionInterval(successes: golden.successes, of: golden.n)
      expectClose(
        [interval.low, interval.high], [golden.low, golden.high], absolute: 1e-12,
        "\(golden.successes) of \(golden.n)")
    }
  }
}
