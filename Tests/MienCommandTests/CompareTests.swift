import Foundation
import TestSupport
import Testing

/// Two runs on the same drawn faces, one on others without one class, and one that has not finished an
/// epoch; made once, copied by the tests.
private let trained: URL? = try? {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "mien-compare-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  try Data(DrawnFaces.smallNetwork.utf8).write(to: folder.appendingPathComponent("small.json"))
  let outcome = try MienProcess.shell(
    """
    cp -r '\(DrawnFaces.data().path)' data
    mien synthesize --rows 70 --seed 8 --images faces --size 48
    rm -r faces/neutral && mv faces/angry faces/cross
    for name in faces/*; do base=${name#*/}; mv $name faces/${base^}; done
    mien prepare faces --out six
    train() { mien train --config small.json "$@"; }
    train --data data --run a --epochs 2
    train --data data --run b --epochs 3 --set optimiser.learning_rate=0.02 --seed 7
    train --data six --run six-classes --epochs 1
    train --data data --run begun --epochs 2 --max-hours 0
    train --data data --run folds --epochs 1 --folds 2
    """, in: folder)
  try #require(outcome.code == 0, "\(outcome.errors)")
  return folder
}()

/// A folder of its own with the runs.
private func withRuns(_ body: (URL) throws -> Void) throws {
  let trained = try #require(trained)
  try withTemporaryFolder { folder in
    for name in ["a", "b", "six-classes", "begun", "folds"] {
      try FileManager.default.copyItem(
        at: trained.appendingPathComponent(name), to: folder.appendingPathComponent(name))
    }
    try body(folder)
  }
}

private func compared(_ folder: URL, _ arguments: String...) throws -> [String: Any] {
  let outcome = try MienProcess.start(["compare", "--json"] + arguments, in: folder).finish()
  #expect(outcome.code == 0, "\(outcome.errors)")
  return try object(outcome.output)
}

@Suite("mien compare", .serialized) struct CompareTests {
  @Test("settings that differ, results as results.csv has them, classes as evaluate measures them")
  func json() throws {
    try withRuns { folder in
      let comparison = try compared(folder, "a", "b")
      let settings = try #require(comparison["settings"] as? [String: Any])
      let different = try #require(settings["different"] as? [[String: Any]])
      #expect(
        different.map { $0["key"] as? String ?? "" }
          == ["epochs", "optimiser.learning_rate", "seed"])
      #expect(different[0]["values"] as? [Int] == [2, 3])
      #expect(different[1]["values"] as? [Double] == [0.01, 0.02])
      #expect((settings["same"] as? Int ?? 0) > 50)
      #expect((comparison["notes"] as? [String])?.isEmpty == true)

      let runs = try #require(comparison["runs"] as? [[String: Any]])
      #expect(runs.map { $0["run"] as? String ?? "" } == ["a", "b"])
      for (run, epochs) in zip(runs, [2, 3]) {
        let name = try #require(run["name"] as? String)
        let rows = try String(
          contentsOf: folder.appendingPathComponent("\(name)/results.csv"), encoding: .utf8
        ).split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
        #expect(run["epochs"] as? Int == epochs && run["complete"] as? Bool == true)
        let last = try #require(run["last"] as? [String: Double])
        for (column, text) in zip(rows[0], rows[epochs]) {
          expectClose(
            [try #require(last[column])], [try #require(Double(text))], absolute: 1e-6)
        }
        let best = try #require(run["best"] as? [String: Double])
        let accuracies = rows.dropFirst().compactMap { Double($0[5]) }
        expectClose(
          [try #require(best["select_accuracy"])], [try #require(accuracies.max())],
          absolute: 1e-12)

        let data = try #require(trained).appendingPathComponent("data").path
        let evaluated = try MienProcess.run(
          "evaluate", "--checkpoint", name, "--data", data, "--split", "PublicTest", "--json",
          in: folder)
        #expect(
          (run["metrics"] as? NSDictionary) == (try object(evaluated.output) as NSDictionary))
      }
    }
  }

  @Test("the test is that of the predictions that evaluate writes, and so are the faces")
  func tested() throws {
    try withRuns { folder in
      let data = try #require(trained).appendingPathComponent("data").path
      var answers: [[[String]]] = []
      for name in ["a", "b"] {
        let outcome = try MienProcess.run(
          "evaluate", "--checkpoint", name, "--data", data, "--split", "PublicTest",
          "--predictions", "\(name).csv", in: folder)
        #expect(outcome.code == 0, "\(outcome.errors)")
        answers.append(
          try String(contentsOf: folder.appendingPathComponent("\(name).csv"), encoding: .utf8)
            .split(separator: "\n").dropFirst().map {
              $0.split(separator: ",").map(String.init)
            })
      }
      try #require(answers[0].count == 28 && answers[1].count == 28)
      let pairs = Array(zip(answers[0], answers[1]))
      let onlyFirst = pairs.filter { $0[1] == $0[2] && $1[1] != $1[2] }
      let onlySecond = pairs.filter { $0[1] != $0[2] && $1[1] == $1[2] }

      let comparison = try compared(folder, "a", "b", "--out", "c")
      let tests = try #require(comparison["tests"] as? [[String: Any]])
      #expect(tests.count == 1 && tests[0]["reason"] == nil)
      let mcnemar = try #require(tests[0]["mcnemar"] as? [String: Any])
      #expect(mcnemar["n"] as? Int == 28 && mcnemar["method"] as? String == "exact")
      #expect(mcnemar["only_first_right"] as? Int == onlyFirst.count)
      #expect(mcnemar["only_second_right"] as? Int == onlySecond.count)
      let p = try #require(mcnemar["p_value"] as? Double)
      #expect(p > 0 && p <= 1 && tests[0]["holm_p_value"] == nil)
      let accuracy = try #require(tests[0]["accuracy_difference"] as? [String: Double])
      expectClose(
        [try #require(accuracy["estimate"])],
        [Double(onlySecond.count - onlyFirst.count) / 28], absolute: 1e-12)
      let (low, high) = (try #require(accuracy["low"]), try #require(accuracy["high"]))
      #expect(low < high && accuracy["draws"] == 1000)
      #expect((tests[0]["per_class"] as? [Any])?.count == 7)

      let lines = try String(
        contentsOf: folder.appendingPathComponent("c/disagreements.csv"), encoding: .utf8
      ).split(separator: "\n").map { $0.split(separator: ",").map(String.init) }
      #expect(
        lines[0] == [
          "row", "truth", "right", "first_answer", "first_probability", "second_answer",
          "second_probability",
        ])
      let expected = pairs.filter { $0[2] != $1[2] }.map { first, second in
        [
          first[0], first[1],
          first[1] == first[2] ? "first" : second[1] == second[2] ? "second" : "neither",
          first[2], first[3], second[2], second[3],
        ]
      }
      #expect(Array(lines.dropFirst()) == expected && !expected.isEmpty)
      let different = try #require(comparison["disagreements"] as? [String: Any])
      #expect(different["only_first_right"] as? Int == onlyFirst.count)
      #expect(different["only_second_right"] as? Int == onlySecond.count)
      let html = try String(
        contentsOf: folder.appendingPathComponent("c/compare.html"), encoding: .utf8)
      #expect(
        html.components(separatedBy: "<article class=\"card compared\"").count - 1
          == min(12, onlyFirst.count) + min(12, onlySecond.count))

      let without = try MienProcess.run(
        "compare", "a", "b", "--out", "d", "--no-samples", in: folder)
      #expect(without.code == 0)
      let faceless = try String(
        contentsOf: folder.appendingPathComponent("d/compare.html"), encoding: .utf8)
      #expect(!faceless.contains("<img") && faceless.contains("Is it chance?"))
    }
  }

  @Test(
    "of several runs each is tested against the first, where that can be, with Holm's correction")
  func several() throws {
    try withRuns { folder in
      _ = try MienProcess.shell("cp -r b b2 && mkdir c && touch c/disagreements.csv", in: folder)
      let comparison = try compared(folder, "a", "b", "six-classes", "b2", "--out", "c")
      let tests = try #require(comparison["tests"] as? [[String: Any]])
      #expect(tests.map { $0["second"] as? String ?? "" } == ["b", "six-classes", "b2"])
      #expect(tests[1]["mcnemar"] == nil)
      #expect((tests[1]["reason"] as? String)?.contains("different data") == true)
      for test in [tests[0], tests[2]] {
        let p = try #require((test["mcnemar"] as? [String: Any])?["p_value"] as? Double)
        let holm = try #require(test["holm_p_value"] as? Double)
        expectClose([holm], [min(1, 2 * p)], absolute: 1e-12)
      }
      #expect(comparison["disagreements"] == nil)
      let text = try MienProcess.run("compare", "a", "b", "six-classes", "b2", in: folder).output
      for part in ["p by Holm", "Holm's correction for 2 tests", "are not tested: they were"] {
        #expect(text.contains(part), "\(part) in \(text)")
      }
      #expect(
        !FileManager.default.fileExists(
          atPath: folder.appendingPathComponent("c/disagreements.csv").path))

      // A run and its copy differ in nothing, and that has no sign.
      let same = try MienProcess.run("compare", "b", "b2", in: folder).output
      #expect(same.contains("b and b2 answered all 28 rows alike") && same.contains("0.0 points"))
      let twins = try #require(try compared(folder, "b", "b2")["tests"] as? [[String: Any]])
      #expect(twins[0]["differing"] as? Int == 0)
      #expect(!same.contains("-0.0") && !same.contains("+0.0"))
    }
  }

  @Test("a temperature is no setting, and figures with it are told from those without")
  func calibrated() throws {
    try withRuns { folder in
      let fitted = try MienProcess.run("calibrate", "--checkpoint", "b", "--json", in: folder)
      #expect(fitted.code == 0, "\(fitted.errors)")
      let calibration = try object(fitted.output)
      let comparison = try compared(folder, "a", "b")
      let settings = try #require(comparison["settings"] as? [String: Any])
      #expect((settings["different"] as? [Any])?.count == 3)
      let runs = try #require(comparison["runs"] as? [[String: Any]])
      #expect(runs[0]["temperature"] == nil)
      #expect(runs[1]["temperature"] as? Double == calibration["temperature"] as? Double)

      let text = try MienProcess.run("compare", "a", "b", in: folder).output
      func number(_ value: Any?) throws -> String {
        String(format: "%.4f", try #require(value as? Double))
      }
      let after = try #require(calibration["after"] as? [String: Double])
      let best = try #require(runs[1]["best"] as? [String: Double])
      for (name, value) in [
        ("its loss", try number(best["select_loss"])),
        ("its temperature", try number(calibration["temperature"])),
        ("its loss with that", try number(after["log_loss"])),
      ] {
        let line = text.split(separator: "\n").first { $0.hasPrefix("\(name)  ") }
        #expect(line?.contains(value) == true, "\(name): \(value) in \(text)")
      }
      let plain = try MienProcess.run("compare", "a", "folds/fold-1", in: folder).output
      #expect(!plain.contains("temperature") && plain.contains("its calibration error (ECE)  "))
    }
  }

  @Test("the terminal has three tables, the folder a page that needs nothing but itself")
  func forPeople() throws {
    try withRuns { folder in
      let outcome = try MienProcess.run("compare", "a", "b", "--out", "c", in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
      for part in [
        "optimiser.learning_rate  0.01  0.02", "settings are the same, 3 differ", "its macro F1",
        "points", "against a", "McNemar's test, exact", "95 % interval", "Surprise",
        "look at c/compare.html",
      ] { #expect(outcome.output.contains(part), "\(part) in \(outcome.output)") }
      let html = try String(
        contentsOf: folder.appendingPathComponent("c/compare.html"), encoding: .utf8)
      for part in [
        "a and b compared", "Results", "Learning curves", "Classes", "Settings that differ",
        "PublicTest (28 rows)", "not what the person felt",
      ] { #expect(html.contains(part), "\(part)") }
      #expect(!html.contains("<script") && html.components(separatedBy: "<svg").count == 1 + 5 + 1)
      let ids = html.matches(of: /\sid="([^"]*)"/).map(\.1)
      #expect(Set(ids).count == ids.count)
      let png = try Data(contentsOf: folder.appendingPathComponent("c/curves.png"))
      #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47]))
      let json = try String(
        contentsOf: folder.appendingPathComponent("c/compare.json"), encoding: .utf8)
      #expect(try object(json)["runs"] as? [Any] != nil)

      // The same again is the same bytes, in any number of workers.
      let again = try MienProcess.run(
        "compare", "a", "b", "--out", "d", "--workers", "1", in: folder)
      #expect(again.code == 0)
      for name in ["compare.html", "compare.json", "curves.png", "disagreements.csv"] {
        #expect(
          try Data(contentsOf: folder.appendingPathComponent("c/\(name)"))
            == Data(contentsOf: folder.appendingPathComponent("d/\(name)")), "\(name)")
      }
    }
  }

  @Test("runs of different classes, rows or names are compared with a remark") func different()
    throws
  {
    try withRuns { folder in
      let comparison = try compared(folder, "a", "six-classes", "folds/fold-1")
      let notes = try #require(comparison["notes"] as? [String])
      #expect(notes.contains { $0.contains("different classes") })
      #expect(notes.contains { $0.contains("same rows") })
      let runs = try #require(comparison["runs"] as? [[String: Any]])
      let six = try #require(runs[1]["metrics"] as? [String: Any])
      #expect((six["per_class"] as? [String: Any])?.count == 6)
      #expect(
        comparison["classes"] as? [String] == [
          "Angry", "Disgust", "Fear", "Happy", "Sad", "Surprise", "Neutral", "Cross",
        ])
      let text = try MienProcess.run("compare", "a", "six-classes", in: folder).output
      // A class that one run does not know has a row of the other only.
      #expect(text.matches(of: /(?m)^Neutral\s/).count == 1)
      #expect(text.matches(of: /(?m)^Cross\s/).count == 1)
      #expect(text.matches(of: /(?m)^Happy\s/).count == 2)

      // Folders of the same name are told apart by what they lie in.
      _ = try MienProcess.shell("mkdir x y; cp -r a x/run; cp -r b y/run", in: folder)
      let named = try #require(try compared(folder, "x/run", "y/run")["runs"] as? [[String: Any]])
      #expect(named.map { $0["name"] as? String ?? "" } == ["x/run", "y/run"])
    }
  }

  @Test("where the data are gone there is what the folder holds, and that is said") func dataGone()
    throws
  {
    try withRuns { folder in
      let report = try MienProcess.run(
        "report", "--run", "b", "--no-samples", "--notebook", "b.ipynb", in: folder)
      #expect(report.code == 0, "\(report.errors)")
      let data = try #require(trained).appendingPathComponent("data").path
      for name in ["a", "b"] {
        let config = folder.appendingPathComponent("\(name)/config.json")
        try String(contentsOf: config, encoding: .utf8).replacingOccurrences(
          of: data, with: "/nowhere/data"
        ).write(to: config, atomically: true, encoding: .utf8)
      }
      let comparison = try compared(folder, "a", "b", "--out", "c")
      let notes = try #require(comparison["notes"] as? [String])
      #expect(notes.contains { $0.hasPrefix("a could not be measured, for") }, "\(notes)")
      #expect(notes.contains { $0.hasPrefix("b could not be measured anew") }, "\(notes)")
      let runs = try #require(comparison["runs"] as? [[String: Any]])
      #expect(runs[0]["metrics"] == nil && runs[1]["metrics"] != nil)

      let tests = try #require(comparison["tests"] as? [[String: Any]])
      #expect((tests[0]["reason"] as? String)?.contains("could not be measured anew") == true)

      // Measures that are not the best epoch's are not taken.
      let kept = folder.appendingPathComponent("b/metrics.json")
      try String(contentsOf: kept, encoding: .utf8).replacing(
        /"accuracy" : [0-9.]+/, with: "\"accuracy\" : 0.123"
      ).write(to: kept, atomically: true, encoding: .utf8)
      let text = try MienProcess.run("compare", "a", "b", in: folder)
      #expect(text.code == 0 && !text.output.contains("precision"))
    }
  }

  @Test("every failure is one line, and its exit code says of which kind") func failures() throws {
    try withRuns { folder in
      func expect(
        _ arguments: [String], _ code: Int32, _ words: String...,
        sourceLocation: SourceLocation = #_sourceLocation
      ) throws {
        try MienProcess.expectFailure(
          ["compare"] + arguments, in: folder, code: code, words: words,
          sourceLocation: sourceLocation)
      }
      try expect([], 64, "RUN")
      try expect(["a"], 64, "name another")
      try expect(["a", "./a/"], 64, "same run")
      try FileManager.default.createSymbolicLink(
        at: folder.appendingPathComponent("link"),
        withDestinationURL: folder.appendingPathComponent("a"))
      try expect(["a", "b", "link"], 64, "a and link are the same run")
      try expect(["a", "nowhere"], 66, "nowhere", "holds no run")
      try expect(["a", "begun"], 65, "begun", "no epoch", "--resume")
      try expect(["a", "folds"], 65, "cross-validation", "folds/fold-1")
      _ = try MienProcess.shell(
        "mkdir released && cp a/config.json released && cp a/best.safetensors released/model.safetensors",
        in: folder)
      try expect(["a", "released"], 65, "not a run", "mien evaluate")
      try expect(["a", "b", "--out", "/proc/c"], 73, "/proc/c")
      let results = folder.appendingPathComponent("b/results.csv")
      try Data("epoch\n1\n".utf8).write(to: results)
      try expect(["a", "b"], 65, "results.csv", "list of columns")
    }
  }
}
