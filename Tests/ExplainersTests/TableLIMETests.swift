import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Explainers

/// What `Golden/make_lime_table.py` wrote.
private struct GoldenTable: Decodable {
  struct Model: Decodable {
    var slopes: [Double]
    var intercept, r2, local_prediction: Double
  }
  struct Case: Decodable, CustomTestStringConvertible {
    var name: String
    var width: Double?
    var z: [[Double]]
    var distances: [Double]
    var predictions: [[Double]]
    var models: [Model]
    var testDescription: String { name }
  }
  var columns: Int
  var cases: [Case]

  static func load() throws -> GoldenTable {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/lime_table.json")
    return try JSONDecoder().decode(Self.self, from: Data(contentsOf: file))
  }
}

@Suite("LIME of tables") struct TableLIMETests {
  @Test(
    "same rows and answers as the Python package lime: same distances, slopes, R²",
    arguments: try GoldenTable.load().cases)
  private func package(golden: GoldenTable.Case) throws {
    let columns = try GoldenTable.load().columns
    let rows = TableRows(parts: columns, values: golden.z.flatMap { $0.map { Float($0) } })
    expectClose(
      (0..<rows.samples).map { rows.distance(of: $0) }, golden.distances, absolute: 1e-5)
    var lime = TableLIME()
    // The package takes the root of the kernel.
    lime.kernelWidth = golden.width.map { 2.0.squareRoot() * $0 }
    let targets = golden.models.indices.map { index in golden.predictions.map { $0[index] } }
    let classes = try lime.fit(rows, targets, pairs: false)
    #expect(classes.count == 3)
    for (found, model) in zip(classes, golden.models) {
      let (fit, slopes) = (try #require(found.fit), try #require(found.slopes))
      // Rows are Float here and Double there.
      expectClose(slopes, model.slopes, absolute: 1e-6)
      expectClose(
        [fit.intercept, fit.localPrediction, fit.r2],
        [model.intercept, model.local_prediction, model.r2], absolute: 1e-6)
    }
  }

  /// A network of z: the logistic function of a sum, and the rest.
  private static func logistic(_ factors: [Double]) -> BlackBox {
    BlackBox { rows in
      let (n, columns, z) = (rows.shape[0], rows.shape[1], rows.elements)
      return Tensor(
        [n, 2],
        (0..<n).flatMap { row -> [Float] in
          let sum = (0..<columns).reduce(0.0) { $0 + factors[$1] * Double(z[row * columns + $1]) }
          let p = Float(1 / (1 + exp(-sum)))
          return [p, 1 - p]
        })
    }
  }

  private static let names = ["a", "b", "c", "d"]

  @Test("a linear network is found as it is, and the weights add up to its answer")
  func linear() throws {
    var lime = TableLIME()
    lime.penalty = 0
    lime.samples = 400
    let factors = [0.05, -0.1, 0, 0.02]
    let network = BlackBox { rows in
      let z = rows.elements
      return Tensor(
        [rows.shape[0], 2],
        (0..<rows.shape[0]).flatMap { row -> [Float] in
          let p = (0..<4).reduce(0.5) { $0 + factors[$1] * Double(z[row * 4 + $1]) }
          return [Float(p), Float(1 - p)]
        })
    }
    let found = try lime.explain(
      [2, 1, -3, 0], names: Self.names, isFixed: [false, false, false, false], of: network,
      random: RandomStream(seed: 1))
    let explained = found.classes[0]
    expectClose(try #require(explained.slopes), factors, absolute: 1e-6)
    expectClose(explained.weights, [0.1, -0.1, 0, 0], absolute: 1e-6)
    let fit = try #require(explained.fit)
    expectClose([fit.intercept, fit.localPrediction, fit.r2], [0.5, 0.5, 1], absolute: 1e-6)
    #expect(explained.doubts.isEmpty && found.segmentation.names == Self.names)
    // What is at the mean adds nothing, however steep the network is there.
    #expect(explained.weights[3] == 0 && explained.sampling?.standardErrors[3] == 0)
    expectClose(found.classes[1].weights, explained.weights.map { -$0 }, absolute: 1e-6)
  }

  @Test("a column that never varied stays as it is and weighs nothing")
  func fixed() throws {
    var asked: [Tensor] = []
    let network = Self.logistic([1, 3, 0, 0])
    let found = try TableLIME().explain(
      [1, 5, 0.5, -1], names: Self.names, isFixed: [false, true, false, false],
      of: BlackBox {
        asked.append($0)
        return try network.probabilities(of: $0)
      }, random: RandomStream(seed: 2))
    #expect(asked.allSatisfy { rows in (0..<rows.shape[0]).allSatisfy { rows[$0, 1] == 5 } })
    #expect(found.classes[0].slopes?[1] == 0 && found.classes[0].weights[1] == 0)
  }

  @Test(
    "standard errors are the spread over seeds, with pairs and without", arguments: [true, false])
  func errors(pairs: Bool) throws {
    var lime = TableLIME()
    (lime.samples, lime.isAntithetic) = (300, pairs)
    let network = Self.logistic([2, -1, 0.5, 0])
    let runs = try (0..<120).map { seed in
      try lime.explain(
        [1, 0.5, -2, 1], names: Self.names, isFixed: [false, false, false, false], of: network,
        random: RandomStream(seed: UInt64(seed))
      ).classes[0]
    }
    for column in 0..<4 {
      let weights = runs.map { $0.weights[column] }
      let mean = weights.reduce(0, +) / 120
      let spread = (weights.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 119).squareRoot()
      let errors = runs.compactMap { $0.sampling?.standardErrors[column] }
      let usual = (errors.reduce(0) { $0 + $1 * $1 } / 120).squareRoot()
      #expect((0.8...1.3).contains(usual / spread), "column \(column): \(usual) for \(spread)")
    }
  }

  @Test("the same seed says the same, whatever the batches; another does not")
  func seeds() throws {
    func explained(_ seed: UInt64, batchSize: Int) throws -> Explanation {
      var lime = TableLIME()
      (lime.samples, lime.batchSize) = (200, batchSize)
      return try lime.explain(
        [1, 0.5, -2, 1], names: Self.names, isFixed: [false, false, false, false],
        of: Self.logistic([2, -1, 0.5, 0]), random: RandomStream(seed: seed))
    }
    #expect(try explained(1, batchSize: 7) == explained(1, batchSize: 512))
    #expect(try explained(1, batchSize: 64) != explained(2, batchSize: 64))
  }

  @Test("settings that make no sense are refused with what does")
  func refusals() throws {
    for (change, word) in [
      ({ $0.samples = 5 }, "samples"), ({ $0.penalty = -1 }, "penalty"),
      ({ $0.kernelWidth = 0 }, "kernel width"), ({ $0.kernelWidth = 1e-4 }, "kernel width"),
    ] as [((inout TableLIME) -> Void, String)] {
      var lime = TableLIME()
      change(&lime)
      let error = #expect(throws: ExplanationError.self) {
        _ = try lime.explain(
          [1, 2, 3, 4], names: Self.names, isFixed: [false, false, false, false],
          of: Self.logistic([1, 0, 0, 0]), random: RandomStream(seed: 1))
      }
      #expect(error?.description.hasPrefix(word) == true)
    }
  }
}
