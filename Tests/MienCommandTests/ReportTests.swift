import Foundation
import TestSupport
import Testing

/// A name that HTML, CSV, Markdown, pandas and Matplotlib could each take for something else.
private let hostile = #"<i>NA, "$x$" & co"#

/// Drawn faces, one class renamed, and a short run on them; made once, copied by the tests.
private let trained: URL? = try? {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "mien-report-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  let network = """
    {"batch_size": 32, "model": {"layers": [
      {"layer": "conv2d", "filters": 8, "kernel": 3, "stride": 2, "padding": 1},
      {"layer": "batch_norm"}, {"layer": "relu"}, {"layer": "max_pool2d", "size": 4},
      {"layer": "flatten"}, {"layer": "dense", "units": "classes"}]}}
    """
  try Data(network.utf8).write(to: folder.appendingPathComponent("small.json"))
  let prepared = try MienProcess.shell(
    "mien synthesize --rows 420 --seed 5 --out faces.csv && mien prepare faces.csv --out data",
    in: folder)
  try #require(prepared.code == 0, "\(prepared.errors)")
  let manifest = folder.appendingPathComponent("data/manifest.json")
  let literal = String(decoding: try JSONEncoder().encode(hostile), as: UTF8.self)
  try String(contentsOf: manifest, encoding: .utf8).replacingOccurrences(
    of: "\"Angry\"", with: literal
  ).write(to: manifest, atomically: true, encoding: .utf8)
  let outcome = try MienProcess.shell(
    "mien train --data data --run run --config small.json --epochs 3", in: folder)
  try #require(outcome.code == 0, "\(outcome.errors)")
  return folder
}()

/// A folder of its own with the run in `run`. Its data stay where they are, read by all.
private func withRun(_ body: (URL) throws -> Void) throws {
  let trained = try #require(trained)
  try withTemporaryFolder { folder in
    try FileManager.default.copyItem(
      at: trained.appendingPathComponent("run"), to: folder.appendingPathComponent("run"))
    try body(folder)
  }
}

private func text(_ folder: URL, _ name: String) throws -> String {
  try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
}

private func exists(_ folder: URL, _ name: String) -> Bool {
  FileManager.default.fileExists(atPath: folder.appendingPathComponent(name).path)
}

private func report(_ folder: URL, _ arguments: String...) throws -> ChildProcess.Outcome {
  try MienProcess.start(["report"] + arguments, in: folder).finish()
}

/// The files that `--json` names, by name.
private func files(_ outcome: ChildProcess.Outcome) throws -> [String] {
  #expect(outcome.code == 0, "\(outcome.errors)")
  let json = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
  return try #require((json as? [String: [String]])?["files"])
}

@Suite("mien report", .serialized) struct ReportTests {
  @Test("the page has every part, explains its samples, and needs nothing but itself")
  func page() throws {
    try withRun { folder in
      let files = try files(report(folder, "--run", "run", "--json"))
      #expect(files == ["run/report.html"])
      let html = try text(folder, "run/report.html")
      for part in [
        "Learning curves", "Confusion", "Calibration", "Right answers", "Wrong answers", "Settings",
        "History", "chosen and reported on PublicTest", "somewhat too good", "R² ", "seed 1",
        "&lt;i&gt;NA, &quot;$x$&quot; &amp; co",
      ] { #expect(html.contains(part), "\(part)") }
      #expect(!html.contains("<i>") && !html.contains("<script"))
      for match in html.matches(of: /(\S*)="(?:https?:)?\/\/[^"]*"/) {
        #expect(match.1.hasPrefix("xmlns"), "\(match.0)")
      }
      let cards = html.matches(of: /<article class="card( wrong)?">/)
      #expect(cards.count <= 14 && cards.contains { $0.1 == nil } && cards.contains { $0.1 != nil })
      // A face and its explanation each.
      #expect(html.matches(of: /<img class="explanation"/).count == cards.count)
      #expect(html.matches(of: /class="quiet">why\s/).count == cards.count)
      #expect(!html.contains("doubtful"))
    }
  }

  @Test("the same call gives the same bytes, whatever the number of workers")
  func reproducible() throws {
    try withRun { folder in
      let names = try files(
        report(folder, "--run", "run", "--notebook", "n/a.ipynb", "--json", "--workers", "1"))
      #expect(names.count > 10 && names.contains("n/a.ipynb"))
      let first = try names.map { try Data(contentsOf: folder.appendingPathComponent($0)) }
      for name in names { try FileManager.default.removeItem(atPath: folder.path + "/" + name) }
      let again = try files(
        report(folder, "--run", "run", "--notebook", "n/a.ipynb", "--json", "--workers", "3"))
      #expect(again == names)
      for (name, bytes) in zip(names, first) {
        #expect(try Data(contentsOf: folder.appendingPathComponent(name)) == bytes, "\(name)")
      }
    }
  }

  @Test("--no-samples leaves no face anywhere") func noSamples() throws {
    try withRun { folder in
      try FileManager.default.removeItem(at: folder.appendingPathComponent("run/samples.png"))
      let files = try files(
        report(folder, "--run", "run", "--notebook", "a.ipynb", "--no-samples", "--json"))
      #expect(
        files == ["run/report.html", "a.ipynb"]
          + [
            "predictions.csv", "metrics.json", "calibration.json", "audit.json", "intervals.json",
            "quality.csv", "robustness.csv",
          ].map { "run/\($0)" })
      let html = try text(folder, "run/report.html")
      #expect(!html.contains("<img") && !html.contains("image/png") && !html.contains("<image"))
      #expect(html.contains("Confusion") && !html.contains("Right answers"))
      #expect(!exists(folder, "run/samples.png") && !exists(folder, "run/explanations"))
      let notebook = try text(folder, "a.ipynb")
      #expect(!notebook.contains("samples.png") && !notebook.contains("DATA ="))
    }
  }

  @Test("a checkpoint on a split: the page says whether the split flatters, figures as evaluate's")
  func checkpoint() throws {
    try withRun { folder in
      let data = try #require(trained).appendingPathComponent("data").path
      func notes(_ split: String) throws -> String {
        let outcome = try report(
          folder, "--checkpoint", "run", "--data", data, "--split", split, "--no-samples",
          "--notebook", "a.ipynb")
        #expect(outcome.code == 0, "\(outcome.errors)")
        return try text(folder, "run/evaluation-\(split)/report.html")
      }
      #expect(try notes("PrivateTest").contains("Nothing was learnt from the rows"))
      let mine = try JSONSerialization.jsonObject(
        with: Data(text(folder, "run/evaluation-PrivateTest/metrics.json").utf8))
      let evaluated = try MienProcess.run(
        "evaluate", "--checkpoint", "run", "--data", data, "--split", "PrivateTest", "--json",
        in: folder)
      let theirs = try JSONSerialization.jsonObject(with: Data(evaluated.output.utf8))
      #expect((mine as? NSDictionary) == (theirs as? NSDictionary))

      let training = try notes("Training")
      #expect(training.contains("336 of the 336 rows reported here were learnt from"))
      #expect(training.contains("<h2>Learning curves") && training.contains("best epoch"))
      #expect(try notes("PublicTest").contains("somewhat too good"))

      // The same faces with another manifest: what the network has seen of them is not known.
      let outcome = try MienProcess.shell(
        """
        cp -r '\(data)' other && echo >> other/manifest.json
        mien report --checkpoint run --data other --split Training --no-samples --out o/page.html
        """, in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(try text(folder, "o/page.html").contains("not known"))
    }
  }

  @Test("where the data are gone the page has what the run folder holds, and says so")
  func dataGone() throws {
    try withRun { folder in
      let config = folder.appendingPathComponent("run/config.json")
      let data = try #require(trained).appendingPathComponent("data").path
      let moved = try text(folder, "run/config.json").replacingOccurrences(
        of: data, with: "/nowhere/data")
      try moved.write(to: config, atomically: true, encoding: .utf8)
      let files = try files(
        report(folder, "--run", "run", "--notebook", "a.ipynb", "--json"))
      #expect(files == ["run/report.html", "a.ipynb"])
      let html = try text(folder, "run/report.html")
      #expect(html.contains("/nowhere/data, which is not there any more"))
      #expect(html.contains("Learning curves") && html.contains("macro F1"))
      #expect(!html.contains("<h2>Confusion") && !html.contains("<img"))
    }
  }

  @Test(
    "where the data are gone an earlier report's predictions are reported, with the same figures")
  func dataGoneAfterReport() throws {
    try withRun { folder in
      let data = try #require(trained).appendingPathComponent("data").path
      let fitted = try MienProcess.run("calibrate", "--checkpoint", "run", in: folder)
      #expect(fitted.code == 0, "\(fitted.errors)")
      _ = try files(
        report(folder, "--run", "run", "--no-samples", "--notebook", "a.ipynb", "--json"))
      let names = ["predictions.csv", "metrics.json", "intervals.json"]
      let before = try names.map { try text(folder, "run/\($0)") }
      let calibration = try object(text(folder, "run/calibration.json"))
      let config = folder.appendingPathComponent("run/config.json")
      try text(folder, "run/config.json").replacingOccurrences(of: data, with: "/nowhere/data")
        .write(to: config, atomically: true, encoding: .utf8)

      let outcome = try report(folder, "--run", "run", "--notebook", "a.ipynb")
      #expect(outcome.code == 0 && outcome.errors.contains("not there any more"))
      let html = try text(folder, "run/report.html")
      for part in [
        "those of predictions.csv", "<h2>Confusion", "ROC curves", "Temperature 1", "95 %: ",
        "fitted on PublicTest",
      ] { #expect(html.contains(part), "\(part)") }
      #expect(!html.contains("<h2>Robustness") && !html.contains("<img"))
      #expect(try names.map { try text(folder, "run/\($0)") } == before)
      // Without the temperature it is what the network said, but for rounding.
      let again = try object(text(folder, "run/calibration.json"))
      for key in ["ece", "log_loss"] {
        let values = try [calibration, again].map {
          try #require(($0["before"] as? [String: Double])?[key])
        }
        expectClose([values[1]], [values[0]], absolute: 1e-3)
      }
      #expect(try text(folder, "a.ipynb").contains("ROC curves"))
      #expect(!(try text(folder, "a.ipynb")).contains("audit.json"))

      // Predictions of other weights are not taken.
      let predictions = folder.appendingPathComponent("run/predictions.csv")
      let lines = before[0].split(separator: "\n")
      try (lines.dropLast(3).joined(separator: "\n") + "\n").write(
        to: predictions, atomically: true, encoding: .utf8)
      _ = try report(folder, "--run", "run")
      #expect(try text(folder, "run/report.html").contains("those of results.csv"))
    }
  }

  @Test("without results.csv there are no curves, and the page says why") func resultsGone() throws
  {
    try withRun { folder in
      try FileManager.default.removeItem(
        at: folder.appendingPathComponent("run/results.csv"))
      _ = try files(report(folder, "--run", "run", "--no-samples", "--json"))
      let html = try text(folder, "run/report.html")
      #expect(html.contains("has no results.csv") && html.contains("<h2>Confusion"))
      #expect(!html.contains("<h2>Learning curves"))
    }
  }

  @Test("the page of all runs has each with its figures and links, and names the damaged ones")
  func index() throws {
    try withRun { folder in
      let made = try MienProcess.shell(
        """
        mkdir -p runs/deep 'runs/a b: 100%' runs/cv runs/begun runs/.hidden
        cp -r run 'runs/deep/second' && cp run/config.json run/results.csv 'runs/a b: 100%/'
        mkdir 'runs/deep/second/evaluation-PrivateTest'
        echo page > 'runs/deep/second/evaluation-PrivateTest/report.html'
        cp run/config.json runs/begun/
        mkdir runs/broken runs/lost && cp run/config.json runs/broken/
        printf 'epoch\\n1\\n' > runs/broken/results.csv
        cp run/results.csv runs/lost/
        cp run/config.json runs/.hidden/
        sed 's/"data" : {/"data" : { "folds" : 2,/' run/config.json > runs/cv/config.json
        ln -s ../runs runs/circle
        cp -r run elsewhere && ln -s ../elsewhere runs/linked && ln -s deep/second runs/again
        """, in: folder)
      #expect(made.code == 0, "\(made.errors)")
      let outcome = try report(folder, "--index", "runs", "--json")
      #expect(outcome.code == 0, "\(outcome.errors)")
      let json = try object(outcome.output)
      #expect(json["files"] as? [String] == ["runs/index.html"])
      let runs = try #require(json["runs"] as? [[String: Any]])
      #expect(
        runs.map { $0["run"] as? String ?? "" } == ["a b: 100%", "deep/second", "linked", "begun"])
      #expect(runs.map { $0["epochs"] as? Int ?? -1 } == [3, 3, 3, 0])
      #expect(runs.allSatisfy { $0["planned_epochs"] as? Int == 3 })
      #expect(runs.allSatisfy { $0["chosen_on"] as? String == "PublicTest" })
      #expect(
        runs[1]["pages"] as? [String] == [
          "deep/second/report.html", "deep/second/evaluation-PrivateTest/report.html",
        ])
      let damaged = try #require(json["damaged"] as? [[String: String]])
      #expect(damaged.map { $0["path"] ?? "" } == ["broken", "lost"])
      #expect(damaged[0]["reason"]?.contains("list of columns") == true)
      #expect(damaged[1]["reason"]?.contains("no config.json") == true)

      let html = try text(folder, "runs/index.html")
      for part in [
        "Runs in runs", "4 runs, 2 folders that cannot be read", "a b: 100%", "0 of 3",
        "href=\"./deep/second/report.html\"",
        "href=\"./deep/second/evaluation-PrivateTest/report.html\"", "Could not be read",
      ] { #expect(html.contains(part), "\(part)") }
      // From elsewhere the links lead back.
      let other = try report(folder, "--index", "runs", "--out", "pages/all.html")
      #expect(other.code == 0 && other.output.contains("4 runs, 2 folders that cannot be read"))
      #expect(try text(folder, "pages/all.html").contains("./../runs/deep/second/report.html"))
      // One run alone is its own folder's index.
      #expect(try report(folder, "--index", "run").code == 0)
      #expect(try text(folder, "run/index.html").contains("href=\"./report.html\""))
    }
  }

  @Test("every failure is one line, and its exit code says of which kind") func failures() throws {
    try withRun { folder in
      let data = try #require(trained).appendingPathComponent("data").path
      func expect(
        _ arguments: [String], _ code: Int32, _ words: String...,
        sourceLocation: SourceLocation = #_sourceLocation
      ) throws {
        try MienProcess.expectFailure(
          ["report"] + arguments, in: folder, code: code, words: words,
          sourceLocation: sourceLocation)
      }
      let split = ["--data", data, "--split", "PublicTest"]
      try expect([], 64, "--run")
      try expect(["--run", "run", "--checkpoint", "run"] + split, 64, "exclude each other")
      try expect(["--run", "run", "--split", "PublicTest"], 64, "--checkpoint run")
      try expect(["--checkpoint", "run", "--data", data], 64, "--split")
      try expect(["--checkpoint", "run", "--split", "PublicTest"], 64, "--data")
      try expect(["--checkpoint", "run/best.safetensors"] + split, 64, "--out")
      try expect(["--run", "run", "--notebook", "folder"], 64, ".ipynb")
      try expect(["--run", "run", "--markdown", "a.txt"], 64, "--markdown", ".md")
      try expect(["--run", "run", "--robustness", "much"], 64, "--robustness", "quick")
      try expect(["--checkpoint", "run", "--data", data, "--split", "X"], 64, "PublicTest")
      try expect(["--index", "nowhere"], 66, "nowhere", "a folder of runs")
      try expect(["--index", data], 66, "holds no run")
      try expect(["--index", ".", "--run", "run"], 64, "--index")
      try expect(["--index", ".", "--no-samples"], 64, "--index")
      try expect(["--index", ".", "--out", "/proc/a.html"], 73, "/proc")
      try expect(["--run", "nowhere"], 66, "nowhere", "holds no run")
      try expect(["--checkpoint", "nowhere", "--out", "a.html"] + split, 66, "nowhere")
      try expect(["--run", "run", "--no-samples", "--out", "/proc/a.html"], 73, "/proc")

      let other = try MienProcess.shell(
        """
        cp -r '\(data)' other && echo >> other/manifest.json
        sed -i "s#\\"path\\" : \\"[^\\"]*\\"#\\"path\\" : \\"$PWD/other\\"#" run/config.json
        """, in: folder)
      #expect(other.code == 0, "\(other.errors)")
      try expect(["--run", "run"], 65, "other", "trained on")
      try FileManager.default.removeItem(
        at: folder.appendingPathComponent("run/best.safetensors"))
      try expect(["--run", "run"], 66, "after its first epoch")
    }
  }

  @Test(
    "the notebook is valid, runs without a warning, and fails where a figure is not Mien's",
    .enabled(if: Python.has("nbformat", "nbconvert", "ipykernel", "pandas", "matplotlib")))
  func notebook() throws {
    try withRun { folder in
      let made = try report(folder, "--run", "run", "--notebook", "books/run.ipynb")
      #expect(made.code == 0, "\(made.errors)")
      let book = folder.appendingPathComponent("books/run.ipynb").path
      let run = try Python.run(notebookRun, book)
      #expect(run.code == 0, "\(run.errors.suffix(2000))")
      // Curves, confusion, ranking, calibration, robustness, quality, right answers in two lines and
      // wrong ones in two.
      #expect(run.output == "10 pictures\n")

      // Without the data samples.png stands in for the faces.
      try text(folder, "books/run.ipynb").replacingOccurrences(
        of: "DATA = Path(", with: "DATA = Path(\\\"nowhere\\\", "
      ).write(toFile: book, atomically: true, encoding: .utf8)
      #expect(try Python.run(notebookRun, book).output == "7 pictures\n")

      // Without its run it says so at once, and what to do.
      _ = try MienProcess.shell("mv run away", in: folder)
      let lost = try Python.run(notebookRun, book)
      #expect(lost.code != 0 && lost.errors.contains("no config.json in"))
      #expect(lost.errors.contains("change the path above"))
      _ = try MienProcess.shell("mv away run", in: folder)

      let metrics = folder.appendingPathComponent("run/metrics.json")
      let good = try text(folder, "run/metrics.json")
      for key in ["macro_f1", "ece"] {
        let value = try #require(good.firstMatch(of: try Regex("\"\(key)\" : [0-9.e-]+"))).0
        try good.replacingOccurrences(
          of: String(good[value.startIndex..<value.endIndex]),
          with: "\"\(key)\" : 0.123456789"
        ).write(to: metrics, atomically: true, encoding: .utf8)
        let outcome = try Python.run(notebookRun, book)
        #expect(outcome.code != 0 && outcome.errors.contains("AssertionError"), "\(key)")
      }
    }
  }
}
