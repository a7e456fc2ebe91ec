import Foundation
import Imaging
import TestSupport
import Testing

/// What `mien explain --json` prints.
private struct Explained: Decodable {
  struct Class: Decodable {
    var weights: [Double]
    var r2: Double
    var local_prediction: Double
  }
  var path: String
  var index: Int?
  var method: String
  var label: String
  var probability: Double
  var classes: [String: Class]
  var samples: Int
  var files: [String]
}

@Suite("mien explain") struct ExplainTests {
  @Test("a row of the data: keys, files, the same bytes twice, the network's own probability")
  func row() throws {
    let (run, data) = (try DrawnFaces.run().path, try DrawnFaces.data().path)
    try withTemporaryFolder { folder in
      let arguments = [
        "explain", "--checkpoint", run, "--data", data, "--split", "PublicTest", "--index", "3",
        "--samples", "200", "--segments", "grid", "--parts", "36", "--json", "--out",
      ]
      let outcome = try MienProcess.start(arguments + ["why"], in: folder).finish()
      #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
      let explained = try JSONDecoder().decode(Explained.self, from: Data(outcome.output.utf8))
      #expect(explained.index == 3 && explained.method == "lime" && explained.samples == 200)
      #expect(explained.path == data || data.hasSuffix(explained.path))
      #expect(explained.classes.count == 7)
      #expect(explained.classes.values.allSatisfy { $0.weights.count == 36 })
      // All classes come from the same samples, and probabilities add up to 1: so do the answers
      // of the linear models, and the weights of a part add up to 0.
      let sum = explained.classes.values.reduce(0) { $0 + $1.local_prediction }
      #expect(abs(sum - 1) <= 1e-6)
      for part in 0..<36 {
        #expect(abs(explained.classes.values.reduce(0) { $0 + $1.weights[part] }) <= 1e-6)
      }
      #expect(explained.files.count == 2)
      let picture = folder.appendingPathComponent(
        "why/PublicTest-3-lime-\(explained.label).png")
      #expect(try ImageFile.decode(contentsOf: picture).rgb().width > 600)
      #expect(explained.files.first?.hasSuffix(picture.lastPathComponent) == true)

      for (name, workers) in [("again", "1"), ("third", "3")] {
        let outcome = try MienProcess.start(
          arguments + [name, "--workers", workers], in: folder
        ).finish()
        #expect(outcome.code == 0)
      }
      let same = try MienProcess.shell(
        "cmp why/*.png again/*.png && cmp why/*.png third/*.png", in: folder)
      #expect(same.code == 0, "\(same.output)")
      let other = try MienProcess.start(arguments + ["other", "--seed", "2"], in: folder).finish()
      let weights = { (text: String) in
        try JSONDecoder().decode(Explained.self, from: Data(text.utf8)).classes["Happy"]?.weights
      }
      #expect(try weights(other.output) != weights(outcome.output), "the seed decides the samples")
    }
  }

  @Test("a photo: the largest face, the class that is asked for, parts of any shape")
  func photo() throws {
    let (run, happy) = (try DrawnFaces.run().path, try DrawnFaces.image("happy").url)
    try withTemporaryFolder { folder in
      let outcome = try MienProcess.run(
        "explain", "--checkpoint", run, "--image", happy.path, "--samples", "150", "--class", "sad",
        "--class", "happy", "--out", ".", in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
      let stem = happy.deletingPathExtension().lastPathComponent
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      #expect(names == ["-Happy.png", "-Sad.png", ".json"].map { "\(stem)-lime\($0)" })
      #expect(outcome.output.contains("R²"))
    }
  }

  @Test("what makes no sense is refused before work begins")
  func refusals() throws {
    let (run, data) = (try DrawnFaces.run().path, try DrawnFaces.data().path)
    func code(_ arguments: String...) throws -> (Int32, String) {
      let outcome = try MienProcess.start(
        ["explain", "--checkpoint", run, "--out", "/nonexistent/never"] + arguments
      ).finish()
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
      return (outcome.code, outcome.errors)
    }
    #expect(try code().0 == 64)
    #expect(try code("--image", "a.png", "--data", data).0 == 64)
    #expect(try code("--data", data, "--split", "PublicTest").0 == 64)
    let (tooFar, words) = try code("--data", data, "--split", "PublicTest", "--index", "9999")
    #expect(tooFar == 64 && words.contains("from 0 to 27"), "\(words)")
    #expect(try code("--data", data, "--split", "Test", "--index", "1").0 != 0)
    #expect(try code("--image", "gone.png").0 == 66)
    #expect(
      try code("--class", "bored", "--data", data, "--split", "PublicTest", "--index", "1").0 == 64)
  }
}
