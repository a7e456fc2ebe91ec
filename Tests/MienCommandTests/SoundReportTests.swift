import Foundation
import TestSupport
import Testing

/// Made-up speech of eight voices, as spectrograms, series and a table, and a short run on each; made once.
private let made: URL? = try? {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
    "mien-sound-report-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  func write(_ name: String, _ layers: String) throws {
    try Data(
      """
      {"model": {"layers": [\(layers), {"layer": "dense", "units": 8}]}, "batch_size": 16,
       "tensorboard": false, "optimiser": {"learning_rate": 0.02}}
      """.utf8
    ).write(to: folder.appendingPathComponent(name))
  }
  try write(
    "logmel.json", #"{"layer": "max_pool2d", "size": 8}, {"layer": "flatten"}"#)
  try write("series.json", #"{"layer": "flatten"}"#)
  try write("ser15.json", #"{"layer": "dense", "units": 16}, {"layer": "relu"}"#)
  let outcome = try MienProcess.shell(
    """
    mien synthesize --kind speech --rows 128 --groups 8 --out speech
    for set in logmel series ser15; do
      mien prepare speech --out $set --features $set --test-groups 7-8 || exit 1
      extra=''
      [ $set = logmel ] && extra='--set augmentation.time_mask.count=1 --set augmentation.time_shift=0.1'
      mien train --data $set --run run-$set --config $set.json --epochs 3 $extra || exit 1
    done
    """, in: folder)
  try #require(outcome.code == 0, "\(outcome.errors)")
  return folder
}()

private func withRuns(_ body: (URL) throws -> Void) throws {
  let made = try #require(made)
  try withTemporaryFolder { folder in
    for set in ["logmel", "series", "ser15"] {
      for name in [set, "run-\(set)", "\(set).json"] {
        try FileManager.default.copyItem(
          at: made.appendingPathComponent(name), to: folder.appendingPathComponent(name))
      }
    }
    try body(folder)
  }
}

private func text(_ folder: URL, _ name: String) throws -> String {
  try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
}

private func run(_ folder: URL, _ arguments: String...) throws -> ChildProcess.Outcome {
  let outcome = try MienProcess.start(arguments, in: folder).finish()
  try #require(outcome.code == 0, "\(arguments): \(outcome.errors)")
  return outcome
}

@Suite("Reports on sounds and tables", .serialized) struct SoundReportTests {
  @Test(
    "a page shows recordings with file and speaker, and results by speaker",
    arguments: [
      ("logmel", "spectrogram that the network sees"), ("series", "frame by frame"),
      ("ser15", "most unusual"),
    ])
  func page(_ set: String, _ words: String) throws {
    try withRuns { folder in
      let page = try text(folder, "run-\(set)/report.html")
      for part in [
        words, ".wav, speaker ravdess/0", "(80 rows of 5 speakers)", "(16 rows of 1 other)",
        "No speaker stands on two sides.", "Right answers", "examples/s",
        "not what the person felt",
      ] { #expect(page.contains(part), "\(part)") }
      _ = try run(
        folder, "report", "--checkpoint", "run-\(set)", "--data", set, "--split", "test",
        "--markdown", "a.md")
      let test = try text(folder, "run-\(set)/evaluation-test/report.html")
      for part in [
        "<h2>By speaker", "2 speakers: accuracy from", "reported on test (32 rows of 2 others)",
      ] { #expect(test.contains(part), "\(part)") }
      #expect(try text(folder, "a.md").contains("### By speaker\n\n2 speakers: accuracy from"))
      for page in [page, test] {
        let said = page.replacing(/(?s)<style>.*<\/style>/, with: "").replacing(
          /<[^>]*>/, with: " ")
        let strange = said.matches(of: /\b([Ff]ace|[Ff]aces|[Pp]ictures?|images\/s|grey)\b/)
          .map { String($0.output.0) }
        #expect(strange.isEmpty, "\(strange)")
      }
    }
  }

  @Test(
    "explanations have axes or names, and a table that is of no sounds is not said to have silence")
  func explained() throws {
    try withRuns { folder in
      for set in ["logmel", "series", "ser15"] {
        _ = try run(
          folder, "report", "--checkpoint", "run-\(set)", "--data", set, "--split", "test", "--out",
          "\(set).html")
        let page = try text(folder, "\(set).html")
        #expect(page.contains("cards plots explained") && page.contains("aria-label=\"why "))
        #expect(page.contains("silence, clipping"))
      }
      let made = try MienProcess.shell(
        """
        mien synthesize --kind speech --rows 48 --groups 4 --out speech
        mien features --set ser15 --out f.csv speech
        mien prepare f.csv --out table --split random
        mien train --data table --run run --epochs 1
        """, in: folder)
      #expect(made.code == 0, "\(made.errors)")
      let page = try text(folder, "run/report.html")
      #expect(
        page.contains("equal rows") && !page.contains("silence") && !page.contains("clipping"))
    }
  }

  @Test("samples.png of a run on spectrograms has training examples, too")
  func samples() throws {
    try withRuns { folder in
      func size(_ set: String) throws -> Int {
        try Data(contentsOf: folder.appendingPathComponent("run-\(set)/samples.png")).count
      }
      // Right and wrong answers, and four lines of training examples, of which three are changed.
      let (sounds, rows) = (try size("logmel"), try size("ser15"))
      #expect(sounds > 100_000 && rows > 10_000, "\(sounds), \(rows)")
    }
  }

  @Test("evaluate's per_group are the measures of each speaker's rows") func perGroup() throws {
    try withRuns { folder in
      let outcome = try run(
        folder, "evaluate", "--checkpoint", "run-ser15", "--data", "ser15", "--split", "test",
        "--predictions", "p.csv", "--json")
      let json = try object(outcome.output)
      let results = try #require(json["per_group"] as? [String: Any])
      #expect(results["kind"] as? String == "speaker" && json["per_corpus"] == nil)
      #expect(json["warnings"] == nil)
      let groups = try #require(results["groups"] as? [[String: Any]])
      // By the list of examples and the predictions alone.
      let examples = try text(folder, "ser15/examples.csv").split(separator: "\n").dropFirst()
      let speaker = Dictionary(
        uniqueKeysWithValues: examples.map { line in
          let cells = line.split(separator: ",", omittingEmptySubsequences: false)
          return (String(cells[0]), String(cells[5]))
        })
      var counts: [String: (n: Int, right: Int)] = [:]
      for line in try text(folder, "p.csv").split(separator: "\n").dropFirst() {
        let cells = line.split(separator: ",").map(String.init)
        let name = try #require(speaker[cells[0]])
        counts[name, default: (0, 0)].n += 1
        counts[name, default: (0, 0)].right += cells[1] == cells[2] ? 1 : 0
      }
      #expect(Set(groups.compactMap { $0["name"] as? String }) == ["ravdess/07", "ravdess/08"])
      for group in groups {
        let name = try #require(group["name"] as? String)
        let expected = try #require(counts[name])
        #expect(group["n"] as? Int == expected.n && group["correct"] as? Int == expected.right)
      }
      let said = try run(
        folder, "evaluate", "--checkpoint", "run-ser15", "--data", "ser15", "--split", "test")
      #expect(said.output.contains("2 speakers: accuracy from"))
      #expect(said.output.contains("ravdess/08"))
    }
  }

  @Test("a split at random is said by evaluate, compare and the page of all runs")
  func caution() throws {
    try withRuns { folder in
      let made = try MienProcess.shell(
        """
        mien synthesize --kind speech --rows 128 --groups 8 --out speech
        mien prepare speech --out data --features ser15 --split random
        for seed in 1 2; do
          mien train --data data --run runs/$seed --config run-ser15/config.json --epochs 1 --seed $seed
        done
        """, in: folder)
      #expect(made.code == 0, "\(made.errors)")
      let caution = "andom split: the same voice may stand on both sides"
      let judged = try run(
        folder, "evaluate", "--checkpoint", "runs/1", "--data", "data", "--split", "PrivateTest")
      #expect(judged.output.contains("warning: R" + caution))
      let json = try object(
        run(
          folder, "evaluate", "--checkpoint", "runs/1", "--data", "data", "--split", "PrivateTest",
          "--json"
        ).output)
      let warnings = try #require(json["warnings"] as? [String])
      #expect(warnings.count == 2 && warnings[0] == "R\(caution).")
      #expect(warnings[1].contains("on two sides"))
      #expect(try run(folder, "compare", "runs/1", "runs/2").output.contains("r" + caution))
      let index = try object(run(folder, "report", "--index", "runs", "--json").output)
      let runs = try #require(index["runs"] as? [[String: Any]])
      #expect(runs.allSatisfy { $0["caution"] as? String == "r" + caution })
      let page = try text(folder, "runs/index.html")
      #expect(page.contains("PublicTest (doubtful)") && page.contains("r" + caution))
    }
  }

  @Test("folds say that speakers are kept whole, and what each came to") func folds() throws {
    try withRuns { folder in
      let json = try object(
        run(
          folder, "train", "--data", "ser15", "--run", "folds", "--config", "ser15.json", "--folds",
          "3", "--epochs", "2", "--json"
        ).output)
      let results = try #require(json["per_group"] as? [String: Any])
      let groups = try #require(results["groups"] as? [[String: Any]])
      // All of the training split, each row once.
      #expect(groups.count == 6 && groups.allSatisfy { $0["n"] as? Int == 16 })
      let right = groups.reduce(0) { $0 + ($1["correct"] as? Int ?? 0) }
      let folds = try #require(json["results"] as? [[String: Any]])
      let byFold = folds.reduce(0.0) {
        $0 + (($1["accuracy"] as? Double ?? 0) * Double($1["n"] as? Int ?? 0)).rounded()
      }
      #expect(right == Int(byFold) && json["caution"] == nil)
      #expect((json["mean"] as? [String: Double])?["balanced_accuracy"] != nil)
      #expect(try text(folder, "folds/groups.csv").split(separator: "\n").count == 7)
      let again = try run(folder, "train", "--run", "folds", "--resume")
      #expect(again.output.contains("each speaker stands in one fold alone"), "\(again.output)")
      #expect(again.output.contains("6 speakers: accuracy from"))
    }
  }

  @Test("a release is judged on the split that is named, and its card fits sounds") func release()
    throws
  {
    try withRuns { folder in
      _ = try run(
        folder, "release", "--run", "run-logmel", "--split", "test", "--out", "out/voices")
      let card = try text(folder, "out/voices/MODEL_CARD.md")
      for part in [
        "It takes a spectrogram of 64x128x1 (logmel of sounds",
        "reported on test (32 rows of 2 others)",
        "Nothing was learnt from the rows reported here", "| split | rows | speakers |",
        "| test | 32 | 2 |",
        "## By speaker\n\n2 speakers: accuracy from", "| all rows | 32 |",
        "| class | rows | recall | precision | F1 |",
        "Listening to people", "| answers | ECE |",
      ] { #expect(card.contains(part), "\(part)\n\(card)") }
      #expect(!card.contains("face") && !card.contains("picture") && !card.contains("one view"))
      try MienProcess.expectFailure(
        ["release", "--run", "run-logmel", "--data", "logmel", "--out", "o"], in: folder, code: 64,
        words: ["--split"])
      try MienProcess.expectFailure(
        ["release", "--run", "run-logmel", "--split", "exam", "--out", "o"], in: folder, code: 64,
        words: ["no split is named exam"])
    }
  }

  @Test(
    "the notebooks of sounds and tables run, and find Mien's results by speaker",
    .enabled(if: Python.has("nbformat", "nbconvert", "ipykernel", "pandas", "matplotlib")),
    arguments: ["logmel", "series", "ser15"])
  func notebook(_ set: String) throws {
    try withRuns { folder in
      _ = try run(
        folder, "report", "--checkpoint", "run-\(set)", "--data", set, "--split", "test",
        "--notebook",
        "a.ipynb")
      let place = "run-\(set)/evaluation-test"
      for name in ["groups.csv", "rows.csv", "samples.png"] {
        #expect(
          FileManager.default.fileExists(atPath: "\(folder.path)/\(place)/\(name)"), "\(name)")
      }
      #expect(try text(folder, "\(place)/groups.csv").hasPrefix("kind,name,n,correct,accuracy,low"))
      #expect(try text(folder, "\(place)/rows.csv").hasPrefix("row,name,speaker\n"))
      let book = folder.appendingPathComponent("a.ipynb").path
      let outcome = try Python.run(notebookRun, book)
      #expect(outcome.code == 0, "\(outcome.errors.suffix(2000))")

      let groups = folder.appendingPathComponent("\(place)/groups.csv")
      let good = try text(folder, "\(place)/groups.csv")
      let line = try #require(good.split(separator: "\n").last)
      var cells = line.split(separator: ",").map(String.init)
      cells[4] = "0.123"
      try good.replacingOccurrences(of: line, with: cells.joined(separator: ",")).write(
        to: groups, atomically: true, encoding: .utf8)
      let other = try Python.run(notebookRun, book)
      #expect(other.code != 0 && other.errors.contains("AssertionError"))
    }
  }
}
