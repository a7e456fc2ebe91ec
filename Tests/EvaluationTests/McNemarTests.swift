import Evaluation
import Foundation
import TestSupport
import Testing

@Suite("McNemar's test and Holm's correction")
struct McNemarTests {
  /// Golden/mcnemar.json, made by Golden/make_mcnemar.py.
  private struct Golden: Decodable {
    struct Case: Decodable {
      var only_first, only_second: Int
      var statistic: Double?
      var p_value: Double
    }
    struct Family: Decodable {
      var p_values, adjusted: [Double]
    }
    var cases: [Case]
    var holm: [Family]

    static func load() throws -> Golden {
      let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Golden/mcnemar.json")
      return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    }
  }

  @Test("p-values are SciPy's, exact up to 25 rows and by chi-square above")
  func matchesSciPy() throws {
    let cases = try Golden.load().cases
    #expect(cases.count == 17)
    for golden in cases {
      let (b, c) = (golden.only_first, golden.only_second)
      let test = McNemarTest(bothRight: 5, onlyFirst: b, onlySecond: c, neither: 2)
      // Relative, too: a p-value of 1e-190 is not 0.
      expectClose([test.pValue], [golden.p_value], relative: 1e-9, "\(b), \(c)")
      #expect(test.method == (b + c <= 25 ? .exact : .chiSquare))
      #expect((test.statistic == nil) == (golden.statistic == nil))
      expectClose([test.statistic ?? 0], [golden.statistic ?? 0], absolute: 1e-9)
      let turned = McNemarTest(bothRight: 0, onlyFirst: c, onlySecond: b, neither: 0)
      #expect(turned.pValue == test.pValue && test.n == b + c + 7)
    }
  }

  @Test("rows are counted by which of the two is right")
  func counts() {
    let test = McNemarTest(
      labels: [0, 0, 1, 1, 2, 2, 2], first: [0, 0, 0, 1, 2, 1, 0], second: [0, 1, 1, 1, 0, 0, 0])
    let counts: [Int] = [test.bothRight, test.onlyFirst, test.onlySecond, test.neither]
    #expect(counts == [2, 2, 1, 2])
    #expect(test.pValue == 1 && test.method == .exact && test.n == 7)
  }

  @Test("the JSON says which test it was, and null where there is no statistic")
  func json() throws {
    func object(_ test: McNemarTest) throws -> [String: Any] {
      let data = try JSONEncoder().encode(test)
      return try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
    }
    let exact = try object(McNemarTest(bothRight: 1, onlyFirst: 2, onlySecond: 3, neither: 4))
    #expect(exact["method"] as? String == "exact" && exact["statistic"] is NSNull)
    #expect(exact["only_first_right"] as? Int == 2 && exact["n"] as? Int == 10)
    let large = try object(McNemarTest(bothRight: 1, onlyFirst: 20, onlySecond: 30, neither: 4))
    #expect(large["method"] as? String == "chi_square" && large["statistic"] as? Double == 1.62)
  }

  @Test("Holm's correction is that of the definition, in any order, ties and all")
  func holm() throws {
    let families = try Golden.load().holm
    #expect(families.count == 5)
    for family in families where !family.p_values.isEmpty {
      expectClose(HolmCorrection.adjusted(family.p_values), family.adjusted, absolute: 1e-12)
    }
    #expect(HolmCorrection.adjusted([]).isEmpty)
  }
}
