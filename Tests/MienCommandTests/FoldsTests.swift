import Foundation
import Mien
import TestSupport
import Testing

private func withData(_ body: (_ folder: URL, _ data: String) throws -> Void) throws {
  let data = try DrawnFaces.data()
  try withTemporaryFolder { folder in
    try Data(DrawnFaces.smallNetwork.utf8).write(to: folder.appendingPathComponent("small.json"))
    try body(folder, data.path)
  }
}

private func text(_ folder: URL, _ name: String) throws -> String {
  try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
}

private func held(_ folder: URL, _ fold: Int) throws -> Predictions {
  try Predictions(contentsOf: folder.appendingPathComponent("fold-\(fold)/held-out.csv"))
}

@Suite("mien train --folds", .serialized) struct FoldsTests {
  private func train(
    _ folder: URL, _ data: String, _ run: String, _ more: String...
  ) throws -> ChildProcess {
    try MienProcess.start(
      [
        "train", "--data", data, "--run", run, "--config", "small.json", "--epochs", "2",
        "--folds", "3",
      ] + more, in: folder)
  }

  @Test("each training row is examined once, by a network that has not seen it; no other split is")
  func wholeRoad() throws {
    try withData { folder, data in
      let outcome = try train(folder, data, "run", "--json").finish()
      try #require(outcome.code == 0, "\(outcome.errors)")
      let run = folder.appendingPathComponent("run")
      let summary = try object(outcome.output)
      #expect(summary["complete"] as? Bool == true && summary["folds"] as? Int == 3)
      let results = try #require(summary["results"] as? [[String: Any]])
      #expect(results.map { $0["fold"] as? Int } == [1, 2, 3])

      // The split's rows, by what evaluate writes of it.
      let split = try MienProcess.run(
        "evaluate", "--checkpoint", "run/fold-1", "--data", data, "--split", "Training",
        "--predictions", "all.csv", "--json", in: folder)
      try #require(split.code == 0, "\(split.errors)")
      let all = try Predictions(contentsOf: folder.appendingPathComponent("all.csv"))
      let folds = try (1...3).map { try held(run, $0) }
      #expect(folds.flatMap(\.rows).sorted() == all.rows.sorted())
      for label in all.classes.indices {
        let counts = folds.map { fold in fold.labels.count { $0 == label } }
        #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1, "\(counts)")
      }
      // A tenth of the other folds chooses, and is not learnt from.
      for (fold, result) in zip(folds, results) {
        let others = all.rows.count - fold.rows.count
        let learnt = try #require(result["trained_on"] as? Int)
        #expect(result["n"] as? Int == fold.rows.count)
        #expect(learnt == others - Int((Double(others) / 10).rounded()))
        expectClose(
          [try #require(result["accuracy"] as? Double)], [try fold.metrics().accuracy],
          absolute: 1e-12)
      }

      let accuracies = results.compactMap { $0["accuracy"] as? Double }
      let mean = accuracies.reduce(0, +) / 3
      let deviation = (accuracies.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / 2).squareRoot()
      expectClose(
        [
          try #require((summary["mean"] as? [String: Double])?["accuracy"]),
          try #require((summary["standard_deviation"] as? [String: Double])?["accuracy"]),
        ], [mean, deviation], absolute: 1e-12)
      let csv = try text(run, "folds.csv").split(separator: "\n").map(String.init)
      #expect(csv.count == 6)
      #expect(csv[0].hasPrefix("fold,trained_on,n,best_epoch,accuracy,macro_f1"))
      #expect(csv[4].hasPrefix("mean,,,,\(mean)") && csv[5].hasPrefix("standard_deviation"))

      // A fold's own settings repeat its run.
      let again = try MienProcess.run(
        "train", "--run", "again", "--config", "run/fold-2/config.json", in: folder)
      try #require(again.code == 0, "\(again.errors)")
      #expect(
        try Data(contentsOf: folder.appendingPathComponent("again/best.safetensors"))
          == Data(contentsOf: run.appendingPathComponent("fold-2/best.safetensors")))
    }
  }

  @Test("an interrupted one goes on with its fold; folds that are done are not repeated")
  func resume() throws {
    try withData { folder, data in
      let whole = try train(folder, data, "whole").finish()
      try #require(whole.code == 0, "\(whole.errors)")
      #expect(whole.output.contains("standard deviation"))
      var outcome = try train(folder, data, "steps", "--max-hours", "0").finish()
      var stops = 0
      var first: [FileAttributeKey: Any]?
      let state = folder.appendingPathComponent("steps/fold-1/state.safetensors").path
      while outcome.output.contains("--resume"), stops < 100 {
        try #require(outcome.code == 0, "\(outcome.errors)")
        stops += 1
        if first == nil,
          FileManager.default.fileExists(
            atPath: folder.appendingPathComponent("steps/folds.json").path)
        {
          first = try FileManager.default.attributesOfItem(atPath: state)
        }
        outcome = try MienProcess.run(
          "train", "--run", "steps", "--resume", "--max-hours", "0", in: folder)
      }
      #expect(stops >= 10, "\(outcome.errors)")
      for name in ["folds.csv", "folds.json"] {
        #expect(
          try text(folder.appendingPathComponent("steps"), name)
            == text(folder.appendingPathComponent("whole"), name))
      }
      let last = try FileManager.default.attributesOfItem(atPath: state)
      #expect(first?[.modificationDate] as? Date == last[.modificationDate] as? Date)
      // Once all is done there is nothing to do.
      let again = try MienProcess.run("train", "--run", "whole", "--resume", in: folder)
      #expect(again.code == 0 && again.output.contains("standard deviation"))
    }
  }

  @Test("what cannot be folded is said in one line") func failures() throws {
    try withData { folder, data in
      func expect(
        _ arguments: [String], _ code: Int32, _ words: String...,
        sourceLocation: SourceLocation = #_sourceLocation
      ) throws {
        try MienProcess.expectFailure(
          ["train", "--data", data, "--config", "small.json", "--run", "r"] + arguments, in: folder,
          code: code, words: words, sourceLocation: sourceLocation)
      }
      try expect(["--folds", "1"], 64, "--folds", "at least 2")
      try expect(["--folds", "999"], 65, "999 folds")
      try expect(["--folds", "3", "--select-on", "PrivateTest"], 64, "PrivateTest")
      try expect(["--set", "data.fold=2"], 64, "data.folds")
      try expect(["--set", "data.folds=3", "--set", "data.fold=4"], 64, "1 to 3")
      #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("r").path))
    }
  }
}
