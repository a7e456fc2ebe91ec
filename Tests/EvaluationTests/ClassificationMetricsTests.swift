import Evaluation
import Foundation
import TensorCore
import TestSupport
import Testing

@Suite("Classification metrics")
struct ClassificationMetricsTests {
  @Test("every metric equals scikit-learn's", arguments: try GoldenMetrics.load())
  func matchesScikitLearn(golden: GoldenMetrics) throws {
    let metrics = try golden.predictions.metrics()
    #expect(metrics.n == golden.labels.count)
    let e = golden.expected
    expectClose(
      [
        metrics.accuracy, metrics.macroF1, metrics.weightedF1, metrics.balancedAccuracy,
        metrics.top2Accuracy, metrics.ece, metrics.logLoss,
      ],
      [
        e.accuracy, e.macro_f1, e.weighted_f1, e.balanced_accuracy, e.top2_accuracy, e.ece,
        e.log_loss,
      ], absolute: 1e-6, golden.name)
    let perClass = try golden.classes.map { try #require(metrics.perClass[$0]) }
    expectClose(perClass.map(\.precision), golden.precision, absolute: 1e-6)
    expectClose(perClass.map(\.recall), golden.recall, absolute: 1e-6)
    expectClose(perClass.map(\.f1), golden.f1, absolute: 1e-6)
    #expect(perClass.map(\.support) == golden.support)
    #expect(metrics.confusion.counts == golden.confusion)
  }

  @Test("the golden file has every kind of case")
  func goldenCases() throws {
    let cases = try GoldenMetrics.load()
    #expect(cases.count == 8)
    #expect(Set(cases.map(\.class_count)) == [2, 7, 100])
    #expect(cases.contains { $0.labels.count == 1 })
  }

  @Test("of equal probabilities the first class is predicted")
  func tiesGoToTheFirst() throws {
    let metrics = try ClassificationMetrics(
      probabilities: Tensor([2, 3], [0.2, 0.4, 0.4, 0.25, 0.25, 0.5]), labels: [1, 0],
      classes: ["a", "b", "c"])
    #expect(metrics.confusion.counts == [[0, 0, 1], [0, 1, 0], [0, 0, 0]])
    #expect(metrics.top2Accuracy == 1)
  }

  @Test("confidences on the edges of the bins fall into the lower one; 0 and 1 have theirs")
  func calibrationEdges() {
    // 1/3 and 0.3 share the bin (4/15, 5/15]: |1 + 0 - 1/3 - 0.3| / 4; 0 and 1 are alone.
    let bins = CalibrationBin.bins(
      confidences: [1.0 / 3, 0.3, 0, 1], isCorrect: [true, false, true, true])
    expectClose(
      [CalibrationBin.expectedError(bins)], [(1 - 1.0 / 3 - 0.3 + 1 + 0) / 4], absolute: 1e-12)
    // 0.4 and 0.2 lie on edges, which belong to the bin below.
    let five = CalibrationBin.bins(
      confidences: [0, 0.05, 0.2, 0.21, 0.4, 0.4000001, 0.93, 1, 1],
      isCorrect: [true, false, false, true, true, false, true, true, false], count: 5)
    #expect(five.map { $0.count } == [3, 2, 1, 0, 3])
    #expect(five.map { $0.hits } == [1, 2, 0, 0, 2])
    #expect(five[3].accuracy == 0 && CalibrationBin.expectedError([]) == 0)
  }

  @Test("the JSON has the contract's keys and reads back")
  func json() throws {
    let metrics = try ClassificationMetrics(
      probabilities: Tensor([2, 2], [0.75, 0.25, 0.5, 0.5]), labels: [0, 1], classes: ["no", "yes"])
    let data = try JSONEncoder().encode(metrics)
    #expect(try JSONDecoder().decode(ClassificationMetrics.self, from: data) == metrics)
    let json = try JSONDecoder().decode(JSONValue.self, from: data)
    guard case .object(let members) = json else {
      Issue.record("no object")
      return
    }
    #expect(
      Set(members.keys) == [
        "n", "accuracy", "macro_f1", "weighted_f1", "balanced_accuracy", "top2_accuracy", "ece",
        "log_loss", "per_class", "confusion", "classes", "brier_score", "macro_roc_auc",
        "macro_average_precision",
      ])
    #expect(json[["per_class", "yes", "support"]] == 1)
    #expect(json[["per_class", "yes", "roc_auc"]] == 1)
    #expect(json[["per_class", "no", "precision"]] == 0.5)
    #expect(
      json[["confusion"]] == .array([.array([1, 0]), .array([1, 0])]))
  }

  @Test("a class without rows has null for its areas, and files of before have none of them")
  func jsonOfUndefined() throws {
    let metrics = try ClassificationMetrics(
      probabilities: Tensor([1, 2], [0.75, 0.25]), labels: [0], classes: ["no", "yes"])
    let data = try JSONEncoder().encode(metrics)
    #expect(try JSONDecoder().decode(ClassificationMetrics.self, from: data) == metrics)
    var json = try JSONDecoder().decode(JSONValue.self, from: data)
    #expect(json[["macro_roc_auc"]] == .null && json[["macro_average_precision"]] == .null)
    #expect(json[["per_class", "yes", "roc_auc"]] == .null)
    #expect(json[["per_class", "no", "average_precision"]] == .null)
    #expect(json[["brier_score"]] == 0.125)

    guard case .object(var members) = json else { return }
    for key in ["brier_score", "macro_roc_auc", "macro_average_precision"] { members[key] = nil }
    let row = JSONValue.object(["precision": 1, "recall": 1, "f1": 1, "support": 1])
    members["per_class"] = .object(["no": row, "yes": row])
    json = .object(members)
    let old = try JSONDecoder().decode(
      ClassificationMetrics.self, from: JSONEncoder().encode(json))
    #expect(old.brierScore == nil && old.macroROCAUC == nil && old.accuracy == 1)
    #expect(old.perClass["yes"]?.averagePrecision == nil && old.perClass["yes"]?.f1 == 1)
  }

  @Test("a probability that is none is refused with its row", arguments: [Float.nan, -0.1, 1.5])
  func refusesBadProbabilities(value: Float) throws {
    let error = try #require(throws: EvaluationError.self) {
      try ClassificationMetrics(
        probabilities: Tensor([2, 2], [0.5, 0.5, 0.5, value]), labels: [0, 1],
        classes: ["calm", "glad"])
    }
    #expect(error.description.contains("row 1"))
    #expect(error.description.contains("glad"))
    #expect(error.kind == .badData)
  }

  @Test("a label beyond the classes and an empty set are refused", arguments: [-1, 2])
  func refusesBadLabels(label: Int) throws {
    let error = try #require(throws: EvaluationError.self) {
      try ClassificationMetrics(
        probabilities: Tensor([1, 2], [0.5, 0.5]), labels: [label], classes: ["a", "b"])
    }
    #expect(error.description.contains("label \(label), expected 0 to 1"))
    #expect(throws: EvaluationError.self) {
      try ClassificationMetrics(
        probabilities: Tensor([0, 2], []), labels: [], classes: ["a", "b"])
    }
  }
}

/// One case of Golden/metrics.json, made by Golden/make_metrics.py.
struct GoldenMetrics: Decodable, Sendable, CustomTestStringConvertible {
  struct Expected: Decodable, Sendable {
    var accuracy, macro_f1, weighted_f1, balanced_accuracy, top2_accuracy, ece, log_loss: Double
  }
  var name: String
  var class_count: Int
  var labels: [Int]
  var probabilities: [Float]
  var expected: Expected
  var precision, recall, f1: [Double]
  var support: [Int]
  var confusion: [[Int]]

  var testDescription: String { name }
  var classes: [String] { (0..<class_count).map { "class \($0)" } }
  var predictions: Predictions {
    Predictions(
      classes: classes, rows: Array(labels.indices), labels: labels,
      probabilities: Tensor([labels.count, class_count], probabilities))
  }

  static func load() throws -> [GoldenMetrics] {
    struct File: Decodable {
      var cases: [GoldenMetrics]
    }
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/metrics.json")
    return try JSONDecoder().decode(File.self, from: Data(contentsOf: file)).cases
  }
}
