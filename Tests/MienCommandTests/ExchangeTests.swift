import Foundation
import Mien
import TestSupport
import Testing

/// A copy of the run on drawn faces, calibrated, and the data.
private func withRun(_ body: (_ folder: URL, _ data: URL) throws -> Void) throws {
  let (data, run) = (try DrawnFaces.data(), try DrawnFaces.run())
  try withTemporaryFolder { folder in
    try FileManager.default.copyItem(at: run, to: folder.appendingPathComponent("run"))
    try mien(folder, "calibrate", "--checkpoint", "run")
    try body(folder, data)
  }
}

@discardableResult
private func mien(_ folder: URL, _ arguments: String...) throws -> ChildProcess.Outcome {
  let outcome = try MienProcess.start(arguments, in: folder).finish()
  try #require(outcome.code == 0, "\(arguments): \(outcome.errors)")
  return outcome
}

/// The probabilities that a script of `docs` printed, and the classes above them.
private func table(_ csv: String) -> (classes: [String], values: [Float]) {
  let lines = csv.split(separator: "\n").map { CSVLine.cells(of: $0) }
  return (lines.first ?? [], lines.dropFirst().joined().compactMap { Float($0) })
}

/// What `mien evaluate` says of the training rows, which are one shard of 224.
private func predictions(_ folder: URL, _ data: URL, checkpoint: String) throws -> Predictions {
  try mien(
    folder, "evaluate", "--checkpoint", checkpoint, "--data", data.path, "--split", "Training",
    "--predictions", "p.csv")
  return try Predictions(contentsOf: folder.appendingPathComponent("p.csv"))
}

private func expectSame(
  _ outcome: ChildProcess.Outcome, _ expected: Predictions,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  try #require(outcome.code == 0, "\(outcome.errors)", sourceLocation: sourceLocation)
  let found = table(outcome.output)
  #expect(found.classes == expected.classes, sourceLocation: sourceLocation)
  expectClose(
    found.values, expected.probabilities.elements, absolute: 1e-4, sourceLocation: sourceLocation)
}

private func tensors(_ folder: URL, _ file: String) throws -> [NamedTensor] {
  try SafeTensors.read(folder.appendingPathComponent(file)).tensors
}

@Suite("mien export and mien import", .serialized) struct ExchangeTests {
  @Test(
    "onnxruntime answers as mien evaluate does, the temperature included",
    .enabled(if: Python.has("onnxruntime", "numpy"), "no onnxruntime in .venv; make python"))
  func onnx() throws {
    try withRun { folder, data in
      let expected = try predictions(folder, data, checkpoint: "run")
      #expect(expected.rows.count == 224)
      let outcome = try mien(
        folder, "export", "--checkpoint", "run", "--format", "onnx", "--out", "f.onnx", "--json")
      #expect(outcome.errors.isEmpty)
      let report = try object(outcome.output)
      let temperature = try Checkpoint(at: folder.appendingPathComponent("run")).temperature
      #expect(report["temperature"] as? Double == temperature && temperature != nil)
      #expect(report["input_shape"] as? [Int] == [1, 48, 48])
      #expect(report["normalisation"] as? String == "graph")
      #expect(report["classes"] as? [String] == expected.classes)
      let file = folder.appendingPathComponent("f.onnx")
      #expect(report["bytes"] as? Int == (try Data(contentsOf: file)).count)
      try expectSame(
        Python.run(
          file: "docs/run_in_onnxruntime.py", file.path,
          data.appendingPathComponent("inputs-00000.npy").path), expected)
    }
  }

  @Test(
    "PyTorch answers as mien evaluate does",
    .enabled(
      if: Python.has("torch", "safetensors", "numpy", in: .peers),
      "no PyTorch in .venv-bench; make bench-peers"))
  func pyTorch() throws {
    try withRun { folder, data in
      try mien(
        folder, "train", "--data", data.path, "--run", "resnet", "--model", "resnet", "--epochs",
        "1", "--set", "model.widths=[8,12]")
      for checkpoint in ["run", "resnet"] {
        let expected = try predictions(folder, data, checkpoint: checkpoint)
        try mien(
          folder, "export", "--checkpoint", checkpoint, "--format", "pytorch", "--out", "f.st")
        try expectSame(
          Python.run(
            file: "docs/load_in_pytorch.py", folder.appendingPathComponent("f.st").path,
            data.appendingPathComponent("inputs-00000.npy").path, in: .peers), expected)
      }
    }
  }

  @Test("what was exported for PyTorch comes back bit for bit, and is judged the same")
  func roundTrip() throws {
    try withRun { folder, data in
      try mien(folder, "export", "--checkpoint", "run", "--format", "pytorch", "--out", "f.st")
      let report = try object(
        mien(folder, "import", "--weights", "f.st", "--out", "back", "--json").output)
      #expect(report["model"] as? String == "a network of 7 layers")
      #expect(
        try tensors(folder, "back/model.safetensors") == tensors(folder, "run/best.safetensors"))
      func judged(_ checkpoint: String) throws -> String {
        try mien(
          folder, "evaluate", "--checkpoint", checkpoint, "--data", data.path, "--split",
          "PublicTest", "--out", "e", "--json"
        ).output
      }
      #expect(try judged("back") == judged("run"))
      try mien(folder, "export", "--checkpoint", "back", "--format", "pytorch", "--out", "g.st")
      #expect(
        try Data(contentsOf: folder.appendingPathComponent("g.st"))
          == Data(contentsOf: folder.appendingPathComponent("f.st")))
    }
  }

  @Test("a plain state dictionary is described on the command line")
  func plain() throws {
    try withRun { folder, data in
      try mien(folder, "export", "--checkpoint", "run", "--format", "pytorch", "--out", "f.st")
      try SafeTensors.write(
        tensors(folder, "f.st"), to: folder.appendingPathComponent("plain.st"))
      let checkpoint = try Checkpoint(at: folder.appendingPathComponent("run"))
      let constants = checkpoint.input.normalisation
      // The run's own settings are a description of its layers.
      try mien(
        folder, "import", "--weights", "plain.st", "--model", "run/config.json", "--classes",
        checkpoint.classes.joined(separator: ", "), "--mean", "\(constants.mean)", "--deviation",
        "\(constants.standardDeviation)", "--out", "back")
      let back = try Checkpoint(at: folder.appendingPathComponent("back"))
      #expect(back.model.namedTensors() == checkpoint.model.namedTensors())
      #expect(back.input == checkpoint.input && back.classes == checkpoint.classes)
      #expect(back.temperature == nil)
    }
  }

  @Test("preprocessing that no file can hold is warned of, and in the metadata")
  func preprocessing() throws {
    try withRun { folder, _ in
      let config = folder.appendingPathComponent("run/config.json")
      var json = try JSONDecoder().decode(JSONValue.self, from: Data(contentsOf: config))
      json.set(
        ["input", "preprocessing"],
        to: .object([
          "equalisation": "clahe", "tiles": 4,
          "clip_limit": 2, "denoising": "none", "size": 3, "sigma": 1, "level_sigma": 25,
        ]))
      try JSONEncoder().encode(json).write(to: config)
      for format in ["onnx", "pytorch"] {
        let outcome = try mien(
          folder, "export", "--checkpoint", "run", "--format", format, "--out", "f", "--json")
        #expect(outcome.errors.contains("CLAHE"), "\(outcome.errors)")
        #expect((try object(outcome.output)["preprocessing"] as? String)?.contains("CLAHE") == true)
        let bytes = try Data(contentsOf: folder.appendingPathComponent("f"))
        #expect(bytes.range(of: Data("clahe".utf8)) != nil)
      }
    }
  }

  @Test("what cannot go or come is said in one line")
  func failures() throws {
    try withRun { folder, _ in
      func expect(
        _ arguments: [String], _ code: Int32, _ words: String...,
        sourceLocation: SourceLocation = #_sourceLocation
      ) throws {
        try MienProcess.expectFailure(
          arguments, in: folder, code: code, words: words, sourceLocation: sourceLocation)
      }
      let export = ["export", "--checkpoint", "run", "--out", "f.st", "--format"]
      try expect(export + ["caffe"], 64, "onnx, pytorch")
      try expect(["export", "--format", "onnx", "--out", "f"], 64, "--checkpoint")
      try expect(
        ["export", "--checkpoint", "none", "--format", "onnx", "--out", "f"], 66, "none")
      for format in ["onnx", "pytorch"] {
        let best = folder.appendingPathComponent("run/best.safetensors")
        let before = try Data(contentsOf: best)
        try expect(
          [
            "export", "--checkpoint", "run", "--format", format, "--out",
            "run/best.safetensors",
          ], 65, "best.safetensors", "choose another --out")
        #expect(try Data(contentsOf: best) == before)
      }
      for name in ["onnx", "pytorch", "onnx"] {  // of ours, either may take the other's place
        try mien(folder, "export", "--checkpoint", "run", "--format", name, "--out", "f.st")
      }
      try mien(folder, "export", "--checkpoint", "run", "--format", "pytorch", "--out", "f.st")
      let whole = ["import", "--weights", "f.st", "--out"]
      try expect(whole + ["run"], 65, "best.safetensors")
      try expect(whole + ["new", "--model", "vgg10"], 65, "f.st", "layer 0 (conv2d)", "32x1x3x3")
      try expect(whole + ["new", "--model", "vgg11"], 64, "vgg11")
      try expect(whole + ["new", "--classes", "a,b"], 65, "layer 6 (dense)")
      try expect(
        whole + ["new", "--input", "48x48"], 64, "input is 48x48", "height x width x channels")
      try expect(["import", "--weights", "no.st", "--out", "new"], 66, "no.st")
      try expect(
        ["import", "--weights", "run/best.safetensors", "--out", "new"], 65, "--model",
        "--classes")
      try Data("no tensors".utf8).write(to: folder.appendingPathComponent("bad.st"))
      try expect(["import", "--weights", "bad.st", "--out", "new"], 65, "bad.st")
      #expect(!FileManager.default.fileExists(atPath: folder.appendingPathComponent("new").path))
    }
  }
}
