import Foundation
import TestSupport
import Testing

@testable import Mien

/// Several networks in one checkpoint.
@Suite("mien ensemble", .serialized) struct EnsembleTests {
  private func outcome(_ folder: URL, _ words: String) throws -> ChildProcess.Outcome {
    try MienProcess.start(words.split(separator: " ").map { String($0) }, in: folder).finish()
  }

  @discardableResult
  private func run(_ folder: URL, _ words: String) throws -> String {
    let outcome = try outcome(folder, words)
    try #require(outcome.code == 0, "\(words): \(outcome.errors)")
    return outcome.output
  }

  /// Made-up speech as a table, by four speakers.
  private func withTable(_ body: (URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      try Data(
        #"{"batch_size": 8, "tensorboard": false, "model": {"name": "mlp", "units": [8]}}"#.utf8
      )
      .write(to: folder.appendingPathComponent("net.json"))
      try run(folder, "synthesize --kind speech --rows 48 --groups 6 --out speech")
      try run(folder, "prepare speech --features ser15 --split none --out data")
      try body(folder)
    }
  }

  @Test("its probabilities are the geometric mean of the members', in every command that asks it")
  func fused() throws {
    try withTable { folder in
      for seed in 1...3 {
        try run(
          folder,
          "train --data data --run run\(seed) --config net.json --epochs 3 --seed \(seed) --set data.seed=5 "
            + "--set calibrate=\(seed == 2)")
      }
      let said = try object(
        run(
          folder,
          "ensemble --checkpoint run1 --checkpoint run2 --checkpoint run3 --out joined --json"))
      let members = try (1...3).map {
        try Checkpoint(at: folder.appendingPathComponent("run\($0)"))
      }
      let joined = try Checkpoint(at: folder.appendingPathComponent("joined"))
      #expect(said["parameters"] as? Int == members.reduce(0) { $0 + $1.parameterCount })
      #expect(joined.configuration.model.title == "a sum of 3 networks")
      let temperature = 2 + (try #require(members[1].temperature))
      #expect(abs((try #require(joined.temperature)) - temperature) < 1e-9)

      let dataset = try PreparedDataset(at: folder.appendingPathComponent("data"))
      let levels = dataset.levels(of: Array(0..<20)[...])
      let logits = try members.map {
        try Ensemble([$0]).logits(ofLevels: levels, member: 0).elements
      }
      let sums = logits[0].indices.map {
        (logits[0][$0] + logits[1][$0] + logits[2][$0]) / Float(temperature)
      }
      let expected = Tensor([20, joined.classes.count], sums).softmax().elements
      let found = try Ensemble([joined]).probabilities(ofLevels: levels).elements
      expectClose(found, expected.map { Double($0) }, absolute: 1e-5)
      #expect(Set(found).count > 100)

      let file = try #require(
        FileManager.default.subpathsOfDirectory(
          atPath: folder.appendingPathComponent("speech").path
        )
        .filter { $0.hasSuffix(".wav") }.min())
      #expect(
        try run(folder, "predict --checkpoint joined --json speech/\(file)").contains("probability")
      )
      try run(folder, "explain --checkpoint joined --sound speech/\(file) --out why --samples 100")
      try run(folder, "release --run joined --out released")
      // A released page is not written over.
      let page = try outcome(folder, "report --run released")
      #expect(page.code == 64 && page.errors.contains("--out"), "\(page.errors)")
      let card = try String(
        contentsOf: folder.appendingPathComponent("released/MODEL_CARD.md"), encoding: .utf8)
      #expect(card.contains("A sum of 3 networks of") && card.contains("chosen and reported on"))
      #expect(
        try Checkpoint(at: folder.appendingPathComponent("released")).model.namedTensors()
          == joined.model.namedTensors())
    }
  }

  @Test("folds are joined one by one and measured on rows that no member has seen") func folds()
    throws
  {
    try withTable { folder in
      for seed in 1...2 {
        try run(
          folder,
          "train --data data --run folds\(seed) --config net.json --epochs 3 --seed \(seed) --folds 3 "
            + "--set data.seed=5")
      }
      let page = try run(folder, "ensemble --checkpoint folds1 --checkpoint folds2 --out joined")
      #expect(page.contains("mean") && page.contains("standard deviation"))
      let json = try object(
        String(contentsOf: folder.appendingPathComponent("joined/folds.json"), encoding: .utf8))
      let results = try #require(json["results"] as? [[String: Any]])
      #expect(results.count == 3 && json["complete"] as? Bool == true)
      #expect(results.reduce(0) { $0 + ($1["n"] as? Int ?? 0) } == 48)
      for fold in 1...3 {
        func answers(_ name: String) throws -> Predictions {
          try Predictions(
            contentsOf: folder.appendingPathComponent("\(name)/fold-\(fold)/held-out.csv"))
        }
        let (own, first, second) = (
          try answers("joined"), try answers("folds1"), try answers("folds2")
        )
        #expect(own.rows == first.rows && own.labels == first.labels)
        let right = zip(own.predictions, own.labels).count { $0 == $1 }
        let share = results[fold - 1]["accuracy"] as? Double ?? -1
        #expect(abs(share - Double(right) / Double(own.rows.count)) < 1e-9)
        // Where both members agree, so does what was made of them.
        for row in own.rows.indices where first.predictions[row] == second.predictions[row] {
          #expect(own.predictions[row] == first.predictions[row])
        }
      }
    }
  }

  @Test("what does not go together is refused") func refused() throws {
    try withTable { folder in
      for (name, more) in [
        ("a", "--seed 1"), ("b", "--seed 2 --set data.limit=24"),
        ("c", "--seed 1 --set data.limit=20"),
      ] {
        try run(folder, "train --data data --run \(name) --config net.json --epochs 1 \(more)")
      }
      for (members, said) in [
        ("--checkpoint a --checkpoint b", "differ in their seeds alone"),
        ("--checkpoint a --checkpoint c", "run"),
        ("--checkpoint a", "it is alone"), ("--checkpoint a --checkpoint a", "named twice"),
      ] {
        let outcome = try outcome(folder, "ensemble \(members) --out joined")
        #expect(outcome.code != 0 && outcome.errors.contains(said), "\(outcome.errors)")
      }
      try run(folder, "train --data data --run d --config net.json --epochs 1 --seed 1")
      let own = try outcome(folder, "ensemble --checkpoint a --checkpoint d --out b")
      #expect(own.code != 0 && own.errors.contains("already holds a run"), "\(own.errors)")
    }
  }
}
