import Foundation
import TestSupport
import Testing

private func withPreparedFaces(_ body: (_ folder: URL, _ data: String) throws -> Void) throws {
  let data = try DrawnFaces.data()
  try withTemporaryFolder { folder in
    try Data(DrawnFaces.smallNetwork.utf8).write(to: folder.appendingPathComponent("small.json"))
    try body(folder, data.path)
  }
}

private func train(
  _ folder: URL, _ data: String, run: String, epochs: Int = 4, _ more: String...
) throws -> ChildProcess {
  try MienProcess.start(
    ["train", "--data", data, "--run", run, "--config", "small.json", "--epochs", "\(epochs)"]
      + more, in: folder)
}

/// The weights, the state and the results without their columns of time.
private func remains(_ run: URL) throws -> [String: Data] {
  var files: [String: Data] = [:]
  for name in ["best", "last", "state"] {
    files[name] = try Data(contentsOf: run.appendingPathComponent("\(name).safetensors"))
  }
  let results = try String(contentsOf: run.appendingPathComponent("results.csv"), encoding: .utf8)
  // Behind the two columns of time stands the balanced accuracy.
  let rows = results.split(separator: "\n").map { $0.split(separator: ",") }
    .map { $0.dropLast(3) + $0.suffix(1) }
  files["results"] = Data(rows.map { $0.joined(separator: ",") }.joined(separator: "\n").utf8)
  return files
}

/// Waits until `condition`, at most a minute.
private func wait(until condition: () -> Bool) -> Bool {
  for _ in 0..<6000 {
    if condition() { return true }
    usleep(10_000)
  }
  return false
}

private func epochs(_ run: URL) -> Int {
  let text = try? String(contentsOf: run.appendingPathComponent("results.csv"), encoding: .utf8)
  return max(0, (text?.split(separator: "\n").count ?? 0) - 1)
}

@Suite("mien train and evaluate", .serialized) struct TrainTests {
  @Test("leaves every file of the contract, and evaluate agrees with the run")
  func wholeRoad() throws {
    try withPreparedFaces { folder, data in
      let outcome = try train(folder, data, run: "run", "--json").finish()
      #expect(outcome.code == 0, "\(outcome.errors)")
      let run = folder.appendingPathComponent("run")
      for name in [
        "config.json", "results.csv", "best.safetensors", "last.safetensors", "state.safetensors",
        "curves.png", "confusion.png", "samples.png", "report.html",
      ] {
        #expect(
          FileManager.default.fileExists(atPath: run.appendingPathComponent(name).path), "\(name)")
      }
      let summary = try object(outcome.output)
      let evaluation = try MienProcess.run(
        "evaluate", "--checkpoint", "run", "--data", data, "--split", "PublicTest", "--json",
        "--predictions", "p.csv", "--out", "pictures", in: folder)
      #expect(evaluation.code == 0, "\(evaluation.errors)")
      let metrics = try object(evaluation.output)
      for key in [
        "n", "accuracy", "macro_f1", "weighted_f1", "balanced_accuracy", "top2_accuracy", "ece",
        "log_loss", "per_class", "confusion",
      ] { #expect(metrics[key] != nil, "\(key)") }
      #expect(metrics["accuracy"] as? Double == summary["accuracy"] as? Double)
      let predictions = try String(
        contentsOf: folder.appendingPathComponent("p.csv"), encoding: .utf8)
      #expect(predictions.split(separator: "\n").count - 1 == metrics["n"] as? Int)
      #expect(
        FileManager.default.fileExists(
          atPath: folder.appendingPathComponent("pictures/confusion.png").path))
    }
  }

  @Test("evaluate equals scikit-learn on its own predictions", .enabled(if: Python.has("sklearn")))
  func scikitLearn() throws {
    try withPreparedFaces { folder, data in
      _ = try train(folder, data, run: "run").finish()
      let evaluation = try MienProcess.run(
        "evaluate", "--checkpoint", "run", "--data", data, "--split", "Training", "--json",
        "--predictions", "p.csv", in: folder)
      try Data(evaluation.output.utf8).write(to: folder.appendingPathComponent("m.json"))
      let check = try Python.run(
        scikitLearnCheck, folder.appendingPathComponent("p.csv").path,
        folder.appendingPathComponent("m.json").path)
      #expect(check.code == 0, "\(check.errors)")
      #expect(check.output == "equal\n")
    }
  }

  @Test("a run stopped by Ctrl-C or kill -9 goes on bit for bit, on any number of workers")
  func resume() throws {
    try withPreparedFaces { folder, data in
      let whole = folder.appendingPathComponent("whole")
      let started = try train(folder, data, run: "whole", epochs: 30, "--workers", "1").finish()
      #expect(started.code == 0, "\(started.errors)")
      let expected = try remains(whole)

      for (signal, workers) in [(SIGINT, "2"), (SIGKILL, "3"), (SIGTERM, "1")] {
        let name = "broken-\(signal)"
        let run = folder.appendingPathComponent(name)
        let process = try train(folder, data, run: name, epochs: 30, "--workers", workers)
        #expect(wait { epochs(run) >= 2 || !process.process.isRunning })
        kill(process.process.processIdentifier, signal)
        let broken = process.finish()
        #expect(broken.code == (signal == SIGKILL ? SIGKILL : 130))
        #expect(signal == SIGKILL || broken.errors.contains("--resume"))
        #expect(epochs(run) < 30)
        let resumed = try MienProcess.run("train", "--run", name, "--resume", in: folder)
        #expect(resumed.code == 0, "\(resumed.errors)")
        #expect(try remains(run) == expected, "signal \(signal)")
      }
    }
  }

  /// Every kind of augmentation, and preprocessing.
  private static let everything = """
    {"augmentation": {"flip": 0.5, "shift": 2, "crop": 0.8, "rotation": 10, "scale": [0.9, 1.1],
      "contrast": 0.2, "brightness": 20, "gamma": [0.8, 1.25], "blur": 1, "noise": 5,
      "erasing": {"probability": 0.5, "area": [0.02, 0.2], "fill": "noise"},
      "mixup": {"probability": 0.4, "alpha": 0.2}, "cutmix": {"probability": 0.4}},
      "preprocessing": {"equalisation": "clahe", "denoising": "median"},
      "loss": {"label_smoothing": 0.1}}
    """

  @Test("with every augmentation on, too, a run goes on bit for bit, on any number of workers")
  func everythingOn() throws {
    try withPreparedFaces { folder, data in
      let config = folder.appendingPathComponent("small.json")
      var all = try object(DrawnFaces.smallNetwork)
      all.merge(try object(Self.everything)) { $1 }
      try JSONSerialization.data(withJSONObject: all).write(to: config)
      let whole = try train(folder, data, run: "whole", epochs: 2, "--workers", "1").finish()
      #expect(whole.code == 0, "\(whole.errors)")
      var outcome = try train(
        folder, data, run: "steps", epochs: 2, "--max-hours", "0", "--workers", "2"
      ).finish()
      var stops = 0
      while outcome.output.contains("--resume"), stops < 40 {
        stops += 1
        outcome = try MienProcess.run(
          "train", "--run", "steps", "--resume", "--max-hours", "0", "--workers",
          "\(1 + stops % 3)", in: folder)
        try #require(outcome.code == 0, "\(outcome.errors)")
      }
      #expect(stops >= 2 * 7 - 2)
      #expect(
        try remains(folder.appendingPathComponent("steps"))
          == remains(folder.appendingPathComponent("whole")))

      // What the checkpoint carries is used by evaluate, as it was by the run.
      let results = try String(
        contentsOf: folder.appendingPathComponent("whole/results.csv"), encoding: .utf8)
      let evaluation = try MienProcess.run(
        "evaluate", "--checkpoint", "whole", "--data", data, "--split", "PublicTest", "--json",
        "--predictions", "p.csv", in: folder)
      let accuracy = try #require(try object(evaluation.output)["accuracy"] as? Double)
      let best = results.split(separator: "\n").dropFirst().compactMap {
        Double($0.split(separator: ",")[5])
      }.max()
      #expect(abs((best ?? -1) - accuracy) < 1e-6, "\(results) and \(accuracy)")
      // So does explain, which goes another way to the network.
      let explained = try MienProcess.run(
        "explain", "--checkpoint", "whole", "--data", data, "--split", "PublicTest", "--index", "3",
        "--samples", "60", "--json", "--out", "why", in: folder)
      #expect(explained.code == 0, "\(explained.errors)")
      let predictions = try String(
        contentsOf: folder.appendingPathComponent("p.csv"), encoding: .utf8)
      let row = predictions.split(separator: "\n")[4].split(separator: ",").compactMap {
        Double($0)
      }
      let probability = try #require(try object(explained.output)["probability"] as? Double)
      #expect(row.contains { abs($0 - probability) < 1e-4 }, "\(row) and \(probability)")

      let carried = folder.appendingPathComponent("whole/config.json")
      let text = try String(contentsOf: carried, encoding: .utf8)
      try text.replacingOccurrences(of: "\"tiles\" : 4", with: "\"tiles\" : 0").write(
        to: carried, atomically: true, encoding: .utf8)
      try MienProcess.expectFailure(
        ["evaluate", "--checkpoint", "whole", "--data", data, "--split", "PublicTest"], in: folder,
        code: 64, words: ["preprocessing.tiles is 0"], sourceLocation: #_sourceLocation)
    }
  }

  @Test("stopped in mid-epoch by --max-hours, again and again, it comes to the same end")
  func stepwise() throws {
    try withPreparedFaces { folder, data in
      _ = try train(folder, data, run: "whole").finish()
      let run = folder.appendingPathComponent("steps")
      var outcome = try train(folder, data, run: "steps", "--max-hours", "0").finish()
      var stops = 0
      while outcome.output.contains("--resume"), stops < 100 {
        stops += 1
        outcome = try MienProcess.run(
          "train", "--run", "steps", "--resume", "--max-hours", "0", in: folder)
        try #require(outcome.code == 0, "\(outcome.errors)")
      }
      // 224 rows in batches of 32 are seven steps an epoch, and each is a process of its own.
      #expect(stops >= 4 * 7 - 2)
      #expect(try remains(run) == remains(folder.appendingPathComponent("whole")))
    }
  }

  @Test("what cannot be done is said in one line, with its exit code")
  func failures() throws {
    try withPreparedFaces { folder, data in
      func expect(
        _ arguments: [String], _ code: Int32, _ words: String...,
        sourceLocation: SourceLocation = #_sourceLocation
      ) throws {
        try MienProcess.expectFailure(
          arguments, in: folder, code: code, words: words, sourceLocation: sourceLocation)
      }
      try expect(["train", "--run", "r"], 64, "--data")
      try expect(["train", "--data", "nowhere", "--run", "r"], 66, "nowhere")
      try expect(["train", "--run", "r", "--resume"], 66, "r", "holds no run")
      try expect(
        ["train", "--data", data, "--run", "r", "--select-on", "PrivateTest"], 64, "PrivateTest")
      try expect(["train", "--data", data, "--run", "r", "--model", "vgg11"], 64, "vgg10")
      try expect(
        ["train", "--data", data, "--run", "r", "--set", "optimiser.lr=1"], 64, "optimiser.lr",
        "learning_rate")
      try expect(
        ["train", "--data", data, "--run", "r", "--set", "optimiser.momentum=2"], 64, "momentum")
      for (setting, words) in [
        ("augmentation.rotation=-3", "augmentation.rotation is -3.0"),
        ("augmentation.scale=[1.1,0.9]", "augmentation.scale"),
        ("augmentation.scale=2", "augmentation.scale"),
        ("augmentation.erasing.fill=grey", "augmentation.erasing.fill"),
        ("augmentation.turn=3", "unknown key augmentation.turn"),
        ("preprocessing.tiles=0", "preprocessing.tiles is 0"),
        ("preprocessing.denoising=nlmeans", "preprocessing.denoising"),
      ] {
        try expect(["train", "--data", data, "--run", "r", "--set", setting], 64, words)
      }
      try expect(
        ["train", "--data", data, "--run", "/proc/r", "--config", "small.json"], 73, "/proc")
      try expect(
        ["evaluate", "--checkpoint", "none", "--data", data, "--split", "PublicTest"], 66, "none")
      #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("r").path))

      _ = try train(folder, data, run: "run", epochs: 1).finish()
      try expect(
        ["train", "--data", data, "--run", "run", "--config", "small.json"], 64, "already holds")
      try expect(["train", "--run", "run", "--resume", "--epochs", "9"], 64, "take --epochs")
      try expect(
        ["evaluate", "--checkpoint", "run", "--data", data, "--split", "Nowhere"], 64, "PublicTest")
    }
  }

  @Test("a list of layers may be given by --model; damaged shards are refused")
  func layersAndShards() throws {
    try withPreparedFaces { folder, data in
      try Data(
        #"[{"layer": "average_pool2d", "size": 8}, {"layer": "flatten"}, {"layer": "dense", "units": "classes"}]"#
          .utf8
      ).write(to: folder.appendingPathComponent("net.json"))
      #expect(try MienProcess.shell("cp -r '\(data)' data", in: folder).code == 0)
      let arguments = ["train", "--data", "data", "--model", "net.json", "--epochs", "1", "--run"]
      let trained = try MienProcess.start(arguments + ["a"], in: folder).finish()
      #expect(trained.code == 0, "\(trained.errors)")

      let shard = folder.appendingPathComponent("data/inputs-00000.npy")
      var bytes = try Data(contentsOf: shard)
      bytes[bytes.count / 2] ^= 1
      try bytes.write(to: shard)
      let damaged = try MienProcess.start(arguments + ["b"], in: folder).finish()
      #expect(damaged.code == 65 && damaged.errors.contains("inputs-00000.npy"))
      let evaluated = try MienProcess.run(
        "evaluate", "--checkpoint", "a", "--data", "data", "--split", "PublicTest", in: folder)
      #expect(evaluated.code == 65 && evaluated.errors.contains("SHA-256"))
    }
  }

  @Test("a loss that is no number ends the run; what was good is kept") func divergence() throws {
    try withPreparedFaces { folder, data in
      let outcome = try train(
        folder, data, run: "run", "--set", "optimiser.learning_rate=1e30", "--set",
        "schedule.warmup_epochs=0"
      ).finish()
      #expect(outcome.code == 65)
      #expect(outcome.errors.contains("epoch 1, batch"), "\(outcome.errors)")
      #expect(outcome.errors.contains("learning_rate"))
    }
  }

  @Test("no room on the disk: a clear message, and nothing of the run before is lost")
  func diskFull() throws {
    try withPreparedFaces { folder, data in
      let process = try train(folder, data, run: "run", "--max-hours", "0").finish()
      #expect(process.code == 0)
      let state = folder.appendingPathComponent("run/state.safetensors")
      let before = try Data(contentsOf: state)
      // A file size limit of one block stands for a full disk.
      let outcome = try MienProcess.shell("ulimit -f 1; mien train --run run --resume", in: folder)
      #expect(outcome.code == 73, "\(outcome.errors)")
      #expect(outcome.errors.contains("cannot be written"))
      #expect(try Data(contentsOf: state) == before)
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/run")
      #expect(!files.contains { $0.hasSuffix(".tmp") }, "\(files)")
      #expect(try MienProcess.run("train", "--run", "run", "--resume", in: folder).code == 0)
    }
  }

  @Test("a checkpoint for other classes or image sizes is refused") func mismatch() throws {
    try withPreparedFaces { folder, data in
      _ = try train(folder, data, run: "run", epochs: 1).finish()
      let csv = try DrawnFaces.data().deletingLastPathComponent().appendingPathComponent(
        "faces.csv")
      #expect(
        try MienProcess.run("prepare", csv.path, "--out", "small", "--size", "24", in: folder).code
          == 0)
      let size = try MienProcess.run(
        "evaluate", "--checkpoint", "run", "--data", "small", "--split", "PublicTest", in: folder)
      #expect(size.code == 65 && size.errors.contains("24x24x1"), "\(size.errors)")

      let config = folder.appendingPathComponent("run/config.json")
      let text = try String(contentsOf: config, encoding: .utf8)
      try text.replacingOccurrences(of: "\"Angry\",", with: "").write(
        to: config, atomically: true, encoding: .utf8)
      let classes = try MienProcess.run(
        "evaluate", "--checkpoint", "run", "--data", data, "--split", "PublicTest", in: folder)
      #expect(classes.code == 65, "\(classes.errors)")
    }
  }

  private func object(_ json: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
  }
}

private let scikitLearnCheck = """
  import csv, json, sys
  import numpy as np
  from sklearn import metrics as sk

  rows = list(csv.reader(open(sys.argv[1])))
  mine = json.load(open(sys.argv[2]))
  names = [name[2:] for name in rows[0][4:]]
  truth = np.array([names.index(row[1]) for row in rows[1:]])
  p = np.array([[float(x) for x in row[4:]] for row in rows[1:]])
  answer = p.argmax(1)
  top, hit = p.max(1), answer == truth
  bins = np.minimum((top * 15).astype(int), 14)
  ece = sum(abs(hit[bins == b].mean() - top[bins == b].mean()) * (bins == b).mean()
            for b in range(15) if (bins == b).any())
  theirs = {
      "n": len(truth),
      "accuracy": sk.accuracy_score(truth, answer),
      "macro_f1": sk.f1_score(truth, answer, average="macro", zero_division=0),
      "weighted_f1": sk.f1_score(truth, answer, average="weighted", zero_division=0),
      "balanced_accuracy": sk.balanced_accuracy_score(truth, answer),
      "top2_accuracy": sk.top_k_accuracy_score(truth, p, k=2, labels=range(len(names))),
      "log_loss": sk.log_loss(truth, p / p.sum(1, keepdims=True), labels=range(len(names))),
      "ece": ece,
  }
  for key, value in theirs.items():
      assert abs(mine[key] - value) <= 1e-6, (key, mine[key], value)
  assert mine["confusion"] == sk.confusion_matrix(truth, answer).tolist()
  print("equal")
  """
