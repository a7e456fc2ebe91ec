import Foundation
import TestSupport
import Testing

/// Prepared faces, a small network and a space beside them.
private func withData(_ body: (_ folder: URL, _ data: String) throws -> Void) throws {
  let data = try DrawnFaces.data()
  try withTemporaryFolder { folder in
    try Data(DrawnFaces.smallNetwork.utf8).write(to: folder.appendingPathComponent("small.json"))
    try write(space, "space.json", in: folder)
    try body(folder, data.path)
  }
}

private let space = """
  {"optimiser.learning_rate": {"low": 0.003, "high": 0.3, "log": true},
   "batch_size": [16, 32], "augmentation.shift": {"low": 0, "high": 2, "integer": true}}
  """

private func write(_ text: String, _ name: String, in folder: URL) throws {
  try Data(text.utf8).write(to: folder.appendingPathComponent(name))
}

private func tune(
  _ folder: URL, _ data: String, _ out: String, _ more: String...
) throws -> ChildProcess {
  try MienProcess.start(
    ["tune", "--space", "space.json", "--data", data, "--config", "small.json", "--out", out]
      + more, in: folder)
}

/// Nine trials in rungs of 1, 2 and 4 epochs, of which half go on each time.
private let halving = ["--trials", "9", "--eta", "2", "--min-epochs", "1", "--max-epochs", "4"]

private func contents(_ folder: URL, _ name: String) throws -> Data {
  try Data(contentsOf: folder.appendingPathComponent(name))
}

private func trials(_ folder: URL) throws -> [[String: Any]] {
  let json = try object(String(decoding: contents(folder, "tune.json"), as: UTF8.self))
  return try #require(json["trials"] as? [[String: Any]])
}

/// Everything of a search but the columns of time in the trials' results.
private func remains(_ out: URL) throws -> [String: Data] {
  var files: [String: Data] = [:]
  for name in ["search.json", "tune.csv", "tune.json", "tune.html", "best.json"] {
    files[name] = try contents(out, name)
  }
  for run in try FileManager.default.contentsOfDirectory(
    atPath: out.appendingPathComponent("trials").path)
  {
    for name in ["best", "last", "state"] {
      let file = "trials/\(run)/\(name).safetensors"
      files[file] = try contents(out, file)
    }
  }
  return files
}

@Suite("mien tune", .serialized) struct TuneTests {
  @Test("leaves every file; the right number goes on; train makes the best trial again")
  func wholeRoad() throws {
    try withData { folder, data in
      let outcome = try MienProcess.start(
        [
          "tune", "--space", "space.json", "--data", data, "--config", "small.json", "--out",
          "tune", "--json",
        ] + halving, in: folder
      ).finish()
      try #require(outcome.code == 0, "\(outcome.errors)")
      let out = folder.appendingPathComponent("tune")
      let summary = try object(outcome.output)
      #expect(summary["complete"] as? Bool == true && summary["rungs"] as? [Int] == [1, 2, 4])
      let trials = try trials(out)
      // Of nine, four go on, and of those two.
      let epochs = trials.compactMap { $0["epochs"] as? Int }
      #expect(epochs.sorted() == [1, 1, 1, 1, 1, 2, 2, 4, 4])
      // And none has learnt longer than it says.
      for trial in trials {
        let rows = String(
          decoding: try contents(out, "\(trial["run"] ?? "")/results.csv"), as: UTF8.self)
        #expect(rows.split(separator: "\n").count - 1 == trial["epochs"] as? Int)
      }
      #expect(trials.compactMap { $0["status"] as? String }.count { $0 == "finished" } == 2)
      #expect(trials.compactMap { $0["rank"] as? Int } == Array(1...9))
      let values = trials.compactMap { ($0["values"] as? [Double])?.last }
      #expect(values.count == 9 && values == values.sorted(by: >))

      let table = String(decoding: try contents(out, "tune.csv"), as: UTF8.self)
        .split(separator: "\n")
      #expect(table.count == 10)
      #expect(table[0].hasSuffix("augmentation.shift,batch_size,optimiser.learning_rate,run,error"))
      let page = String(decoding: try contents(out, "tune.html"), as: UTF8.self)
      for number in 1...9 {
        // A line in each of the two drawings, and a row.
        #expect(page.components(separatedBy: " l\(number)").count >= 1 + 2)
        #expect(page.contains(" r\(number)\""))
      }
      #expect(page.firstMatch(of: /(src|href)="(?!#)/) == nil && !page.contains("http"))

      let best = try #require(summary["best"] as? Int)
      let run = try MienProcess.run(
        "train", "--config", "tune/best.json", "--run", "again", in: folder)
      #expect(run.code == 0, "\(run.errors)")
      for name in ["best.safetensors", "last.safetensors", "state.safetensors"] {
        #expect(
          try contents(folder, "again/\(name)")
            == contents(out, "trials/00\(best)/\(name)"), "\(name)")
      }
    }
  }

  @Test(
    "killed anywhere, again and again, it ends as if it had not been; what is done is not touched")
  func killed() throws {
    try withData { folder, data in
      let whole = try MienProcess.start(
        [
          "tune", "--space", "space.json", "--data", data, "--config", "small.json", "--out",
          "whole",
        ]
          + halving, in: folder
      ).finish()
      try #require(whole.code == 0, "\(whole.errors)")
      let expected = try remains(folder.appendingPathComponent("whole"))

      let out = folder.appendingPathComponent("broken")
      let first =
        [
          "tune", "--space", "space.json", "--data", data, "--config", "small.json", "--out",
          "broken",
        ] + halving
      var kills = 0
      var dates: [String: Date] = [:]
      // Moments that have nothing to do with what is being done, from the first write on. However slow the
      // machine, none is left running when the next one begins.
      for pause in 0..<60 {
        let again = ["tune", "--out", "broken", "--resume", "--workers", "\(1 + pause % 3)"]
        let process = try MienProcess.start(pause == 0 ? first : again, in: folder)
        while process.process.isRunning,
          !FileManager.default.fileExists(atPath: out.appendingPathComponent("search.json").path)
        { usleep(1000) }
        usleep(UInt32(60_000 + 17_000 * (pause * 7 % 11)))
        kill(process.process.processIdentifier, SIGKILL)
        if process.finish().code == 0 { break }
        kills += 1
        // Trials that were stopped for good have the files that they had.
        for trial in (try? trials(out)) ?? [] where trial["status"] as? String == "stopped" {
          let file = "\(trial["run"] ?? "")/state.safetensors"
          let attributes = try FileManager.default.attributesOfItem(
            atPath: out.appendingPathComponent(file).path)
          let date = try #require(attributes[.modificationDate] as? Date)
          #expect(dates[file] == nil || dates[file] == date, "\(file)")
          dates[file] = date
        }
      }
      let last = try MienProcess.run("tune", "--out", "broken", "--resume", in: folder)
      #expect(last.code == 0, "\(last.errors)")
      #expect(kills >= 3)
      let found = try remains(out)
      #expect(found.keys.sorted() == expected.keys.sorted())
      for (name, bytes) in expected {
        #expect(found[name] == bytes, "\(name)")
      }

      // Its table may be lost, too: the trials know what they are.
      try FileManager.default.removeItem(at: out.appendingPathComponent("tune.json"))
      #expect(try MienProcess.run("tune", "--out", "broken", "--resume", in: folder).code == 0)
      #expect(try remains(out) == expected)
    }
  }

  @Test("stopped by Ctrl-C or by the clock, it says how to go on") func stopped() throws {
    try withData { folder, data in
      let clock = try tune(folder, data, "clock", "--trials", "2", "--max-hours", "0").finish()
      #expect(clock.code == 0 && clock.output.contains("mien tune --out clock --resume"))
      let process = try tune(folder, data, "stopped", "--trials", "9", "--max-epochs", "500")
      let state = folder.appendingPathComponent("stopped/trials/001/state.safetensors").path
      for _ in 0..<3000 where !FileManager.default.fileExists(atPath: state) { usleep(10_000) }
      kill(process.process.processIdentifier, SIGINT)
      let outcome = process.finish()
      #expect(outcome.code == 130 && outcome.errors.contains("mien tune --out stopped --resume"))
    }
  }

  @Test("a trial that diverges or cannot begin is recorded, and the search goes on")
  func failing() throws {
    try withData { folder, data in
      try write(
        """
        {"optimiser.learning_rate": [1e30, 0.02], "augmentation.mixup.probability": [0, 0.6],
         "augmentation.cutmix.probability": [0, 0.7]}
        """, "space.json", in: folder)
      let outcome = try tune(
        folder, data, "tune", "--search", "grid", "--min-epochs", "2", "--max-epochs", "2"
      ).finish()
      #expect(outcome.code == 0, "\(outcome.errors)")
      let trials = try trials(folder.appendingPathComponent("tune"))
      #expect(trials.count == 8)
      let failed = trials.filter { $0["status"] as? String == "failed" }
      // Four with the rate, two of them and two more with both kinds of mixing.
      #expect(failed.count == 5)
      let errors = failed.compactMap { $0["error"] as? String }
      #expect(errors.count { $0.contains("no number") } == 3)
      #expect(errors.count { $0.contains("augmentation.cutmix.probability") } == 2)
      #expect(trials.suffix(5).allSatisfy { $0["status"] as? String == "failed" })
      #expect(outcome.output.contains("failed: "))

      try write(#"{"optimiser.learning_rate": [1e30, 1e31]}"#, "space.json", in: folder)
      let all = try tune(folder, data, "all", "--search", "grid").finish()
      #expect(all.code == 65 && all.errors.contains("all 2 trials failed"), "\(all.errors)")
      let again = try MienProcess.run("tune", "--out", "all", "--resume", in: folder)
      #expect(again.code == 65)
    }
  }

  @Test("a grid runs every combination; another measure ranks by itself, fewer is better for loss")
  func grid() throws {
    try withData { folder, data in
      try write(
        #"{"optimiser.learning_rate": [0.001, 0.05], "batch_size": [16, 64]}"#, "space.json",
        in: folder)
      let outcome = try tune(
        folder, data, "grid", "--search", "grid", "--max-epochs", "2", "--min-epochs", "2", "--set",
        "select_by=loss"
      ).finish()
      #expect(outcome.code == 0, "\(outcome.errors)")
      let trials = try trials(folder.appendingPathComponent("grid"))
      let settings = try trials.map {
        let own = try #require($0["settings"] as? [String: Double])
        return "\(own["batch_size"] ?? 0) \(own["optimiser.learning_rate"] ?? 0)"
      }
      #expect(Set(settings) == ["16.0 0.001", "16.0 0.05", "64.0 0.001", "64.0 0.05"])
      let losses = trials.compactMap { $0["loss"] as? Double }
      #expect(losses.count == 4 && losses == losses.sorted())
    }
  }

  @Test("what cannot be searched is said in one line, before anything runs") func failures() throws
  {
    try withData { folder, data in
      func expect(
        _ space: String?, _ arguments: [String], _ words: String...,
        sourceLocation: SourceLocation = #_sourceLocation
      ) throws {
        if let space { try write(space, "bad.json", in: folder) }
        try MienProcess.expectFailure(
          ["tune", "--space", space == nil ? "space.json" : "bad.json", "--data", data, "--config"]
            + ["small.json", "--out", "t"] + arguments, in: folder, code: 64, words: words,
          sourceLocation: sourceLocation)
      }
      try expect(#"{"optimiser.lr": [1]}"#, [], "bad.json", "unknown key optimiser.lr", "momentum")
      try expect(#"{"batch_size": [32, 0]}"#, [], "bad.json: batch_size: 0 is refused")
      try expect(#"{"batch_size": ["many"]}"#, [], "batch_size: many is refused", "whole number")
      try expect(
        #"{"optimiser.momentum": {"low": 0.5, "high": 1.5}}"#, [], "optimiser.momentum: 1.5",
        "below 1")
      try expect(#"{"model.name": ["vgg10", "vgg11"]}"#, [], "model.name: vgg11", "vgg10")
      try expect(#"{"loss.class_weights": [{"Joy": 2}]}"#, [], "loss.class_weights", "Joy")
      try expect("{", [], "bad.json", "no JSON")
      try expect(nil, ["--set", "optimiser.momentum=2"], "optimiser.momentum", "2.0")
      try expect(nil, ["--search", "grid"], "optimiser.learning_rate", "\"points\"")
      try expect(nil, ["--search", "grid", "--trials", "3"], "--trials")
      try expect(nil, ["--min-epochs", "9", "--max-epochs", "3"], "--min-epochs 9")
      try expect(nil, ["--eta", "1"], "--eta")
      try expect(nil, ["--select-on", "PrivateTest"], "PrivateTest")
      try expect(nil, ["--set", "data.folds=3"], "data.folds")
      try expect(nil, ["--resume"], "--resume", "--space")
      try MienProcess.expectFailure(
        ["tune", "--out", "t", "--data", data], in: folder, code: 64, words: ["--space"],
        sourceLocation: #_sourceLocation)
      try MienProcess.expectFailure(
        ["tune", "--out", "t", "--resume"], in: folder, code: 66, words: ["search.json"],
        sourceLocation: #_sourceLocation)
      #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("t").path))

      // A key that makes sense only beside another is taken where it stands beside it.
      try write(
        #"{"model.name": ["vgg10", "vgg10-plus"], "model.units": [8, 16]}"#, "space.json",
        in: folder)
      let mixed = try tune(folder, data, "mixed", "--search", "grid", "--max-hours", "0").finish()
      #expect(mixed.code == 0, "\(mixed.errors)")
      let taken = try tune(folder, data, "mixed", "--search", "grid").finish()
      #expect(taken.code == 64 && taken.errors.contains("already holds a search"))
      // The guide's space with the guide's command.
      let guide = try String(
        contentsOf: Project.root.appendingPathComponent("docs/tuning.md"), encoding: .utf8)
      let block = try #require(guide.components(separatedBy: "```json\n").dropFirst().first)
      try write(
        try #require(block.components(separatedBy: "```").first), "guide.json", in: folder)
      let command = try #require(
        guide.split(separator: "\n").first { $0.contains("mien tune --space") })
      var words = command.split(separator: " ").dropFirst().map(String.init)
      for (word, stand) in [("space.json", "guide.json"), ("prepared", data)] {
        words[try #require(words.firstIndex(of: word))] = stand
      }
      let guided = try MienProcess.start(words + ["--max-hours", "0"], in: folder).finish()
      #expect(guided.code == 0, "\(guided.errors)")
      try FileManager.default.createDirectory(
        at: folder.appendingPathComponent("run"), withIntermediateDirectories: false)
      try write("{}", "run/config.json", in: folder)
      let run = try tune(folder, data, "run", "--search", "grid").finish()
      #expect(run.code == 64 && run.errors.contains("holds a run"))
    }
  }
}
