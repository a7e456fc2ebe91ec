import Evaluation
import Foundation
import TensorCore
import TestSupport
import Testing

@Suite("Predictions as CSV")
struct PredictionsTests {
  private func inFolder(_ body: (URL) throws -> Void) throws {
    try withTemporaryFolder { try body($0.appendingPathComponent("predictions.csv")) }
  }

  @Test("what is written reads back to the last bit")
  func roundTrip() throws {
    try inFolder { file in
      var values = randomNumbers(40 * 3, seed: 3).map { (x: Float) in abs(x) }
      values.replaceSubrange(0..<3, with: [Float.leastNonzeroMagnitude, 1, 1e-7])
      let predictions = Predictions(
        classes: ["calm", "glad, or \"so\"", "zürich"], rows: (0..<40).map { $0 * 7 },
        labels: (0..<40).map { $0 % 3 }, probabilities: Tensor([40, 3], values))
      try predictions.write(to: file)
      #expect(try Predictions(contentsOf: file) == predictions)
    }
  }

  @Test("the columns are those of the documentation")
  func columns() throws {
    try inFolder { file in
      try Predictions(
        classes: ["calm", "glad"], rows: [12], labels: [0],
        probabilities: Tensor([1, 2], [0.25, 0.75])
      ).write(to: file)
      #expect(
        try String(contentsOf: file, encoding: .utf8) == """
          row,label,prediction,probability,p_calm,p_glad
          12,calm,glad,0.75,0.25,0.75

          """)
    }
  }

  @Test(
    "a damaged file is refused with its line",
    arguments: [
      ("", 1), ("row,label\n", 1),
      ("row,label,prediction,probability,p_a\n1,a,a,1\n", 2),
      ("row,label,prediction,probability,p_a\n1,a,a,1,1\n2,b,a,1,1\n", 3),
      ("row,label,prediction,probability,p_a\nx,a,a,1,1\n", 2),
      ("row,label,prediction,probability,p_a\n1,a,a,1,much\n", 2),
    ])
  func refusesDamage(text: String, line: Int) throws {
    try inFolder { file in
      try writeAtomically(text.utf8, to: file)
      let error = try #require(throws: EvaluationError.self) {
        try Predictions(contentsOf: file)
      }
      #expect(error.description.contains("line \(line)"))
    }
  }

  @Test("a file that is not there is a missing input")
  func missingFile() throws {
    try inFolder { file in
      let error = try #require(throws: FileError.self) { try Predictions(contentsOf: file) }
      #expect(error.kind == .missingInput)
    }
  }

  @Test(
    "scikit-learn finds the same figures in the file", .enabled(if: Python.has("sklearn", "numpy")))
  func readByPython() throws {
    try inFolder { file in
      let golden = try #require(try GoldenMetrics.load().first { $0.labels.count == 300 })
      var predictions = golden.predictions
      predictions.classes = ["Angry", "Disgust", "Fear", "Happy", "Sad", "Surprise", "Neutral"]
      try predictions.write(to: file)
      let outcome = try Python.run(
        """
        import csv, sys
        import numpy as np
        from sklearn import metrics
        rows = list(csv.DictReader(open(sys.argv[1])))
        classes = [name[2:] for name in rows[0] if name.startswith("p_")]
        truth = [classes.index(row["label"]) for row in rows]
        guess = [classes.index(row["prediction"]) for row in rows]
        p = np.array([[float(row["p_" + name]) for name in classes] for row in rows])
        assert (p.argmax(axis=1) == guess).all()
        assert all(float(row["probability"]) == max(q) for row, q in zip(rows, p))
        print(metrics.accuracy_score(truth, guess))
        print(metrics.f1_score(truth, guess, average="macro"))
        print(metrics.log_loss(truth, p, labels=range(len(classes))))
        """, file.path)
      let metrics = try predictions.metrics()
      expectClose(
        outcome.output.split(separator: "\n").compactMap { Double($0) },
        [metrics.accuracy, metrics.macroF1, metrics.logLoss], absolute: 1e-6, outcome.errors)
    }
  }
}
