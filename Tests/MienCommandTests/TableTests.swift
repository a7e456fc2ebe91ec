import Foundation
import TensorCore
import TestSupport
import Testing

/// A table of features that names no artists, as GTZAN's, from the file to what is said of new rows.
@Suite("Tables of features", .serialized) struct TableTests {
  /// Two genres that the first column tells, 48 rows; the last two are equal to the first two.
  private static let csv: String = {
    var text = "filename,length,tempo,energy,label\n"
    for row in 0..<48 {
      let song = row % 46
      let genre = song % 2 == 0 ? "blues" : "pop"
      text +=
        "\(genre).000\(10 + row).wav,6614,\(song % 2 * 10 + song % 7),\(0.25 * Double(song)),\(genre)\n"
    }
    return text
  }()

  private func withTable(_ body: (URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      try Data(Self.csv.utf8).write(to: folder.appendingPathComponent("features.csv"))
      try Data(
        #"{"batch_size": 8, "tensorboard": false, "model": {"name": "mlp", "units": [8]}}"#.utf8
      )
      .write(to: folder.appendingPathComponent("net.json"))
      try body(folder)
    }
  }

  private func outcome(_ folder: URL, _ arguments: [String]) throws -> ChildProcess.Outcome {
    try MienProcess.start(arguments, in: folder).finish()
  }

  @discardableResult
  private func run(_ folder: URL, _ arguments: String...) throws -> String {
    let outcome = try outcome(folder, arguments)
    try #require(outcome.code == 0, "\(arguments): \(outcome.errors)")
    return outcome.output
  }

  private static let caution = "no row says its artist"

  @Test("that no artists are named, and how many rows are equal, is said wherever figures are")
  func cautions() throws {
    try withTable { folder in
      #expect(
        try run(folder, "prepare", "features.csv", "--split", "none", "--out", "data")
          .contains("warning: \(Self.caution)"))
      let folds = try run(
        folder, "train", "--data", "data", "--run", "folds", "--config", "net.json", "--folds", "4",
        "--epochs", "2")
      #expect(folds.contains("warning: \(Self.caution)"), "\(folds)")
      let text = try #require(
        folds.split(separator: "\n").first { $0.contains("like one that was learnt from") })
      #expect(text.contains("of 48 rows examined") && text.contains("without them accuracy is"))
      let json = try object(run(folder, "train", "--run", "folds", "--resume", "--json"))
      let results = try #require(json["results"] as? [[String: Any]])
      // Both of a pair, unless they fell into one fold.
      let copies = results.map { $0["copies"] as? Int ?? -1 }
      #expect(copies.allSatisfy { $0 >= 0 } && [2, 4].contains(copies.reduce(0, +)))
      #expect(results.allSatisfy { $0["accuracy_without_copies"] is Double })
      #expect((json["caution"] as? String)?.contains(Self.caution) == true)

      try run(folder, "prepare", "features.csv", "--seed", "3", "--out", "split")
      try run(
        folder, "train", "--data", "split", "--run", "run", "--config", "net.json", "--epochs", "2")
      let report = try String(
        contentsOf: folder.appendingPathComponent("run/report.html"), encoding: .utf8)
      #expect(report.contains("N\(Self.caution.dropFirst())"))
      let judged = try object(
        run(
          folder, "evaluate", "--checkpoint", "run", "--data", "split", "--split", "PrivateTest",
          "--json"))
      let warnings = try #require(judged["warnings"] as? [String])
      #expect(warnings.contains { $0.hasPrefix("N\(Self.caution.dropFirst())") })
    }
  }

  @Test("rows that equal one that was learnt from are counted by evaluate, too") func copies()
    throws
  {
    try withTable { folder in
      // The equal rows' own split is asked for: a network that has learnt from half of each pair.
      let more =
        Self.csv + Self.csv.split(separator: "\n").dropFirst().joined(separator: "\n") + "\n"
      try Data(more.utf8).write(to: folder.appendingPathComponent("features.csv"))
      try run(folder, "prepare", "features.csv", "--split", "random", "--out", "data")
      try run(
        folder, "train", "--data", "data", "--run", "run", "--config", "net.json", "--epochs", "1")
      func judged(_ more: [String]) throws -> (n: Int, warnings: [String]) {
        let outcome = try outcome(
          folder,
          ["evaluate", "--checkpoint", "run", "--data", "data", "--split", "PrivateTest", "--json"]
            + more)
        let json = try object(outcome.output)
        return (try #require(json["n"] as? Int), try #require(json["warnings"] as? [String]))
      }
      let all = try judged([])
      let said = try #require(all.warnings.first { $0.contains("learnt from") })
      let count = try #require(said.split(separator: " ").first.flatMap { Int($0) })
      #expect(count > 0)
      let without = try judged(["--without-duplicates"])
      #expect(without.n == all.n - count)
      #expect(!without.warnings.contains { $0.contains("learnt from") })
    }
  }

  @Test(
    "runs of several seeds share their folds, and teach another fold by fold; none that has seen it"
  )
  func teachers() throws {
    try withTable { folder in
      try run(folder, "prepare", "features.csv", "--split", "none", "--out", "data")
      func folds(_ name: String, _ more: String...) throws -> ChildProcess.Outcome {
        try outcome(
          folder,
          [
            "train", "--data", "data", "--run", name, "--config", "net.json", "--folds", "3",
            "--epochs", "2",
          ] + more)
      }
      func heldOut(_ name: String) throws -> [[String]] {
        try (1...3).map { fold in
          try table(folder, "\(name)/fold-\(fold)/held-out.csv").map { $0["row"] ?? "" }
        }
      }
      for (name, seed) in [("one", "5"), ("two", "6")] {
        #expect(try folds(name, "--seed", seed, "--set", "data.seed=1").code == 0)
      }
      #expect(try heldOut("one") == heldOut("two"))
      let weights = ["one", "two"].map {
        try? Data(contentsOf: folder.appendingPathComponent("\($0)/fold-1/best.safetensors"))
      }
      #expect(weights[0] != nil && weights[0] != weights[1])

      let taught = try folds(
        "taught", "--seed", "7", "--set", "data.seed=1", "--teacher", "one", "--teacher", "two")
      try #require(taught.code == 0, "\(taught.errors)")
      for fold in 1...3 {
        let json = try object(
          String(
            contentsOf: folder.appendingPathComponent("taught/fold-\(fold)/config.json"),
            encoding: .utf8))
        let teachers = (json["distillation"] as? [String: Any])?["teachers"] as? [[String: Any]]
        let paths = teachers?.compactMap { $0["path"] as? String } ?? []
        #expect(paths.count == 2)
        #expect(paths.allSatisfy { $0.hasSuffix("/fold-\(fold)/best.safetensors") })
      }
      let other = try folds("other", "--seed", "7", "--set", "data.seed=2", "--teacher", "one")
      #expect(
        other.code != 0 && other.errors.contains("rows that the fold is examined on"),
        "\(other.errors)")
      let single = try folds(
        "single", "--seed", "7", "--set", "data.seed=1", "--teacher", "one/fold-2")
      #expect(single.code != 0 && single.errors.contains("rows that the fold is examined on"))
    }
  }

  @Test("the rows of a file are answered as prepared ones are") func predicted() throws {
    try withTable { folder in
      try run(folder, "prepare", "features.csv", "--split", "none", "--out", "data")
      try run(
        folder, "train", "--data", "data", "--run", "run", "--config", "net.json", "--epochs", "4")
      try run(
        folder, "evaluate", "--checkpoint", "run", "--data", "data", "--split", "train",
        "--predictions",
        "p.csv")
      let prepared = try table(folder, "p.csv")
      // Columns in another order, one more, no class.
      let lines = Self.csv.split(separator: "\n").map { CSVLine.cells(of: $0) }
      let rows = lines.map { CSVLine.of([$0[3], $0[0], "x", $0[2]]) }
      let header = "energy,filename,more,tempo\n"
      let bad = CSVLine.of(["loud", "z.wav", "x", "7"])
      try Data((header + rows.dropFirst().joined() + bad).utf8).write(
        to: folder.appendingPathComponent("new.csv"))
      let found = try run(
        folder, "predict", "--checkpoint", "run", "new.csv", "--csv", "answers.csv", "--json")
      let objects = try found.split(separator: "\n").map { try object(String($0)) }
      #expect(objects.count == 49)
      let byRow = Dictionary(uniqueKeysWithValues: prepared.map { ($0["row"] ?? "", $0) })
      for object in objects.dropLast() {
        let row = try #require(object["row"] as? Int)
        let expected = try #require(byRow["\(row)"])
        let probabilities = try #require(object["probabilities"] as? [String: Double])
        for name in ["blues", "pop"] {
          let value = try #require(expected["p_\(name)"].flatMap { Double($0) })
          expectClose([try #require(probabilities[name])], [value], absolute: 1e-6)
        }
        let best = probabilities.max { $0.value < $1.value }?.key
        #expect(object["label"] as? String == best && object["error"] is NSNull)
        #expect(object["name"] as? String == lines[row + 1][0])
      }
      let last = try #require(objects.last)
      #expect((last["error"] as? String)?.contains("line 50: energy is \"loud\"") == true)
      #expect(last["label"] is NSNull && last["row"] as? Int == 48)
      let answers = try table(folder, "answers.csv")
      #expect(answers.count == 49 && answers[48]["error"]?.contains("loud") == true)
      #expect(answers[0]["label"] == objects[0]["label"] as? String)

      let page = try run(folder, "predict", "--checkpoint", "run", "new.csv")
      #expect(page.contains("48 rows: ") && page.contains("1 row that could not be read"))

      for (name, text, said) in [
        ("lacks.csv", "energy,more\n1,2\n", "no column tempo of the 2 that the network takes"),
        ("empty.csv", "energy,tempo\n", "no row below"),
        ("bad.csv", "energy,tempo\na,b\n", "line 2: tempo is \"b\", expected a number"),
      ] {
        try Data(text.utf8).write(to: folder.appendingPathComponent(name))
        let failed = try outcome(folder, ["predict", "--checkpoint", "run", name])
        #expect(failed.code != 0 && failed.errors.contains(said), "\(failed.errors)")
      }
      let mixed = try outcome(folder, ["predict", "--checkpoint", "run", "new.csv", "song.wav"])
      #expect(mixed.code == 64 && mixed.errors.contains("song.wav is no table"))
    }
  }

  /// The lines of a CSV file by the names of its columns.
  private func table(_ folder: URL, _ file: String) throws -> [[String: String]] {
    let lines = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
      .split(separator: "\n").map { CSVLine.cells(of: $0) }
    return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0], $0)) }
  }
}
