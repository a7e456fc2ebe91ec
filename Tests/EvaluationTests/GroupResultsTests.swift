import Foundation
import TestSupport
import Testing

@testable import Evaluation

@Suite("Results by group") struct GroupResultsTests {
  // Of speaker a 3 of 4 are right: class 0 twice of 2, class 1 once of 2. Of b 1 of 2, of one class. Of c none.
  private let names = ["a", "b", "a", "a", "c", "b", "a"]
  private let labels = [0, 2, 0, 1, 2, 2, 1]
  private let answers = [0, 2, 0, 1, 0, 1, 0]

  @Test("each group alone, the best first, by hand") func groups() throws {
    let results = try #require(
      GroupResults(
        kind: "speaker", names: names, labels: labels, predictions: answers, classCount: 3))
    #expect(results.groups.map(\.name) == ["a", "b", "c"])
    #expect(results.groups.map(\.n) == [4, 2, 1] && results.groups.map(\.correct) == [3, 1, 0])
    expectClose(results.groups.map(\.accuracy), [0.75, 0.5, 0], absolute: 1e-15)
    // Recall of the classes that occur: (1 + 1/2) / 2, 1/2, 0.
    expectClose(results.groups.map(\.balancedAccuracy), [0.75, 0.5, 0], absolute: 1e-15)
    // a: F1 of class 0 is 4/5, of class 1 2/3; b: class 2 2/3, class 1 was answered wrongly: 0.
    expectClose(results.groups.map(\.macroF1), [11.0 / 15, 1.0 / 3, 0], absolute: 1e-15)
    // Wilson's interval of 3 in 4, worked out by its formula in Python.
    expectClose(
      [results.groups[0].low, results.groups[0].high], [0.300641842582402, 0.9544127391902995],
      absolute: 1e-12)
  }

  @Test("the spread counts each group once") func spread() throws {
    let results = try #require(
      GroupResults(
        kind: "speaker", names: names, labels: labels, predictions: answers, classCount: 3))
    #expect(results.highest == 0.75 && results.lowest == 0)
    expectClose([results.mean], [1.25 / 3], absolute: 1e-15)
    // Distances 1/3, 1/12 and -5/12 from the mean: their squares are 16, 1 and 25 of 144.
    let deviation = try #require(results.standardDeviation)
    expectClose([deviation], [(42.0 / 144 / 2).squareRoot()], absolute: 1e-15)
    let one = try #require(
      GroupResults(
        kind: "artist", names: ["x"], labels: [1], predictions: [1], classCount: 2))
    #expect(one.standardDeviation == nil && one.mean == 1 && one.lowest == 1)
    #expect(
      GroupResults(kind: "x", names: [], labels: [], predictions: [], classCount: 2) == nil)
  }

  @Test("equals stand by name, and JSON brings the same back") func order() throws {
    let results = try #require(
      GroupResults(
        kind: "corpus", names: ["z", "y", "z", "y"], labels: [0, 0, 1, 1],
        predictions: [0, 0, 0, 0], classCount: 2))
    #expect(results.groups.map(\.name) == ["y", "z"])
    let json = try JSONEncoder().encode(results)
    #expect(try JSONDecoder().decode(GroupResults.self, from: json) == results)
    let text = String(decoding: json, as: UTF8.self)
    for key in ["standard_deviation", "balanced_accuracy", "macro_f1", "lowest"] {
      #expect(text.contains("\"\(key)\""))
    }
  }
}
