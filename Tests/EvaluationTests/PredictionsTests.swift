import Evaluation
import Foundation
import TensorCore
import TestSupport
import Testing

@Suite("Predictions as CSV")
struct PredictionsTests {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("mien-predictions-\(UUID().uuidString)")

  private func inFolder(_ body: (URL) throws -> Void) throws {
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(folder.appendingPathComponent("predictions.csv"))
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
    let error = try #require(throws: FileError.self) {
      try Predictions(contentsOf: folder.appendingPathComponent("none.csv"))
    }
    #expect(error.kind == .missingInput)
  }
}
