import Evaluation
import Foundation
import TensorCore
import TestSupport
import Testing

/// One case of Golden/temperature.json, made by Golden/make_temperature.py.
struct GoldenTemperature: Decodable, Sendable, CustomTestStringConvertible {
  var name: String
  var class_count: Int
  var labels: [Int]
  var logits: [Float]
  var temperature, log_loss, log_loss_before: Double

  var testDescription: String { name }
  var tensor: Tensor { Tensor([labels.count, class_count], logits) }

  static func load() throws -> [GoldenTemperature] {
    struct File: Decodable {
      var cases: [GoldenTemperature]
    }
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/temperature.json")
    return try JSONDecoder().decode(File.self, from: Data(contentsOf: file)).cases
  }
}

@Suite("Calibration by a temperature")
struct CalibrationTemperatureTests {
  @Test(
    "the temperature and its log loss are those that SciPy finds",
    arguments: try GoldenTemperature.load())
  func matchesSciPy(golden: GoldenTemperature) throws {
    let fit = try CalibrationTemperature(logits: golden.tensor, labels: golden.labels)
    expectClose([fit.value], [golden.temperature], absolute: 1e-4, golden.name)
    expectClose([fit.logLoss], [golden.log_loss], absolute: 1e-9, golden.name)
    #expect(fit.logLoss <= golden.log_loss_before)
    #expect(!fit.isAtBound)
  }

  @Test("the golden file has temperatures on both sides of 1")
  func goldenCases() throws {
    let temperatures = try GoldenTemperature.load().map(\.temperature)
    #expect(temperatures.count == 6)
    #expect(temperatures.contains { $0 < 0.6 } && temperatures.contains { $0 > 10 })
  }

  @Test("what has no best temperature ends at a bound and says so")
  func bounds() throws {
    let logits = Tensor([2, 3], [3, 1, 0, 0, 2, 1])
    let right = try CalibrationTemperature(logits: logits, labels: [0, 1])
    #expect(right.value == CalibrationTemperature.range.lowerBound && right.isAtBound)
    let wrong = try CalibrationTemperature(logits: logits, labels: [2, 0])
    #expect(wrong.value == CalibrationTemperature.range.upperBound && wrong.isAtBound)
  }

  @Test("no rows, a label beyond the classes and a logit that is no number are refused")
  func refused() throws {
    #expect(throws: EvaluationError.self) {
      try CalibrationTemperature(logits: Tensor([0, 2], []), labels: [])
    }
    #expect(throws: EvaluationError.self) {
      try CalibrationTemperature(logits: Tensor([1, 2], [0, 1]), labels: [2])
    }
    let error = try #require(throws: EvaluationError.self) {
      try CalibrationTemperature(logits: Tensor([2, 2], [0, 1, .nan, 1]), labels: [0, 1])
    }
    #expect(error.description.contains("row 1"))
  }
}
