import Foundation
import Mien
import TestSupport
import Testing

/// Drawn faces, the small network's description, and a run on them to begin from or learn from.
private func withTrainedNetwork(_ body: (_ folder: URL, _ data: String) throws -> Void) throws {
  let (data, run) = (try DrawnFaces.data(), try DrawnFaces.run())
  try withTemporaryFolder { folder in
    try Data(DrawnFaces.smallNetwork.utf8).write(to: folder.appendingPathComponent("small.json"))
    try FileManager.default.copyItem(at: run, to: folder.appendingPathComponent("base"))
    try body(folder, data.path)
  }
}

private func train(
  _ folder: URL, _ arguments: String..., more: [String] = []
) throws -> ChildProcess.Outcome {
  try MienProcess.start(
    ["train", "--config", "small.json"] + arguments + more, in: folder
  ).finish()
}

private func tensors(_ folder: URL, _ file: String) throws -> [String: Tensor] {
  let url = folder.appendingPathComponent(file)
  return try SafeTensors.read(url).tensors.reduce(into: [:]) { $0[$1.name] = $1.tensor }
}

private func files(_ run: URL) throws -> [Data] {
  try ["best", "last", "state"].map {
    try Data(contentsOf: run.appendingPathComponent("\($0).safetensors"))
  }
}

/// Goes on with a run that stops after every step, to its end.
private func resumeToTheEnd(_ run: String, in folder: URL) throws {
  for _ in 0..<100 {
    let outcome = try MienProcess.run(
      "train", "--run", run, "--resume", "--max-hours", "0", in: folder)
    try #require(outcome.code == 0, "\(outcome.errors)")
    if !outcome.output.contains("--resume") { return }
  }
  Issue.record("\(run) does not end")
}

@Suite("mien train --init, --freeze and --teacher", .serialized) struct TransferTests {
  @Test("a run begins with another's weights, and what is frozen stays byte for byte")
  func freeze() throws {
    try withTrainedNetwork { folder, data in
      let settings = [
        [], ["--set", "optimiser.name=adamw", "--set", "averaging.ema_decay=0.9"],
        ["--set", "optimiser.sam_rho=0.05", "--set", "optimiser.clip_norm=1"],
      ]
      for (index, more) in settings.enumerated() {
        let run = "run-\(index)"
        let outcome = try train(
          folder, "--data", data, "--run", run, "--init", "base", "--freeze", "0", "--freeze", "1",
          "--epochs", "2", "--json", more: more)
        try #require(outcome.code == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("begins with 8 of 8 tensors"), "\(outcome.errors)")
        #expect(outcome.errors.contains("48 parameters stay as they are"), "\(outcome.errors)")
        let base = try tensors(folder, "base/best.safetensors")
        for file in ["best", "last"] {
          let trained = try tensors(folder, "\(run)/\(file).safetensors")
          #expect(Set(trained.keys) == Set(base.keys))
          for (name, tensor) in base {
            let isFrozen = name.hasPrefix("0.") || name.hasPrefix("1.")
            #expect((trained[name] == tensor) == isFrozen, "\(name) of \(file), \(more)")
          }
        }
        let summary = try object(outcome.output)
        let transfer = try #require(summary["init"] as? [String: Any])
        #expect((transfer["taken"] as? [String])?.count == 8)
        #expect((transfer["new"] as? [String])?.isEmpty == true)
      }
    }
  }

  @Test("a head for other classes is new and said so; the run goes on without what it began from")
  func otherClasses() throws {
    try withTrainedNetwork { folder, _ in
      let images = try DrawnFaces.images()
      let names = try FileManager.default.contentsOfDirectory(atPath: images.path).sorted()
      // Names that Mien does not know are classes of their own.
      for (name, other) in zip(names, ["cross", "dull", "keen"]) {
        try FileManager.default.createDirectory(
          at: folder.appendingPathComponent("three"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(
          at: images.appendingPathComponent(name),
          to: folder.appendingPathComponent("three/\(other)"))
      }
      let prepared = try MienProcess.run("prepare", "three", "--out", "data", in: folder)
      try #require(prepared.code == 0, "\(prepared.errors)")
      let arguments = ["--set", "batch_size=2"]
      let whole = try train(
        folder, "--data", "data", "--run", "whole", "--init", "base", "--epochs", "2",
        more: arguments)
      try #require(whole.code == 0, "\(whole.errors)")
      #expect(whole.output.contains("begins with 6 of 8 tensors"), "\(whole.output)")
      #expect(whole.output.contains("new: 6.weight, 6.bias"), "\(whole.output)")
      #expect(whole.output.contains("left: "), "\(whole.output)")

      let begun = try train(
        folder, "--data", "data", "--run", "steps", "--init", "base", "--epochs", "2",
        "--max-hours", "0", more: arguments)
      try #require(begun.code == 0, "\(begun.errors)")
      try FileManager.default.removeItem(at: folder.appendingPathComponent("base"))
      try resumeToTheEnd("steps", in: folder)
      #expect(
        try files(folder.appendingPathComponent("steps"))
          == files(folder.appendingPathComponent("whole")))
    }
  }

  @Test("a run that was killed before its first save has its first weights all the same")
  func firstWeights() throws {
    try withTrainedNetwork { folder, data in
      let begun = try train(
        folder, "--data", data, "--run", "run", "--init", "base", "--epochs", "1", "--max-hours",
        "0")
      try #require(begun.code == 0, "\(begun.errors)")
      let run = folder.appendingPathComponent("run")
      try FileManager.default.removeItem(at: run.appendingPathComponent("state.safetensors"))
      let outcome = try MienProcess.run("train", "--run", "run", "--resume", in: folder)
      #expect(outcome.code == 65 && outcome.errors.contains("state.safetensors is gone"))
    }
  }

  @Test("what cannot be begun from, frozen or learnt from is said in one line")
  func failures() throws {
    try withTrainedNetwork { folder, data in
      func expect(
        _ arguments: [String], _ code: Int32, _ words: String...,
        sourceLocation: SourceLocation = #_sourceLocation
      ) throws {
        try MienProcess.expectFailure(
          ["train", "--data", data, "--run", "r"] + arguments, in: folder, code: code, words: words,
          sourceLocation: sourceLocation)
      }
      try expect(
        ["--model", "vgg10", "--set", "model.widths=[8,8,8,8]", "--init", "base"], 65,
        "none of its 8 tensors", "0.weight")
      try expect(["--init", "nowhere"], 66, "nowhere")
      try expect(
        ["--config", "small.json", "--set", "init.path=base", "--set", "init.sha256=ab"], 65,
        "SHA-256")
      try expect(["--config", "small.json", "--freeze", "17"], 64, "17", "0.weight")
      try expect(["--config", "small.json", "--teacher", "nowhere"], 66, "nowhere")
      try expect(
        ["--config", "small.json", "--teacher", "base", "--set", "distillation.weight=2"], 64,
        "distillation.weight")
      try expect(
        ["--config", "small.json", "--set", "loss.class_weights=[1,2]"], 64, "2 numbers", "Disgust")
      // A teacher for other classes.
      let config = folder.appendingPathComponent("base/config.json")
      let text = try String(contentsOf: config, encoding: .utf8)
      try Data(text.replacingOccurrences(of: "\"Fear\"", with: "\"Awe\"").utf8).write(to: config)
      try expect(["--config", "small.json", "--teacher", "base"], 65, "Awe", "Fear")
      #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("r").path))
    }
  }

  @Test("teachers change what is learnt, and a run with them is resumed bit for bit")
  func teachers() throws {
    try withTrainedNetwork { folder, data in
      let teachers = ["--teacher", "base", "--teacher", "base/last.safetensors"]
      let more = ["--epochs", "2", "--set", "loss.class_weights=balanced", "--batch-size", "64"]
      let alone = try train(folder, "--data", data, "--run", "alone", more: more)
      try #require(alone.code == 0, "\(alone.errors)")
      let whole = try train(folder, "--data", data, "--run", "whole", more: more + teachers)
      try #require(whole.code == 0, "\(whole.errors)")
      let begun = try train(
        folder, "--data", data, "--run", "steps", "--max-hours", "0", more: more + teachers)
      try #require(begun.code == 0, "\(begun.errors)")
      try resumeToTheEnd("steps", in: folder)
      let expected = try files(folder.appendingPathComponent("whole"))
      #expect(try files(folder.appendingPathComponent("steps")) == expected)
      #expect(try files(folder.appendingPathComponent("alone")) != expected)

      // The teacher must be what it was.
      let again = try train(
        folder, "--data", data, "--run", "again", "--max-hours", "0", more: more + teachers)
      try #require(again.code == 0, "\(again.errors)")
      let teacher = folder.appendingPathComponent("base/last.safetensors")
      var bytes = try Data(contentsOf: teacher)
      bytes[bytes.count - 1] ^= 1
      try bytes.write(to: teacher)
      let changed = try MienProcess.run("train", "--run", "again", "--resume", in: folder)
      #expect(changed.code == 65 && changed.errors.contains("SHA-256"), "\(changed.errors)")
    }
  }
}
