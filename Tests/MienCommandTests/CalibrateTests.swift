import Foundation
import Mien
import TestSupport
import Testing

private func withRun(_ body: (_ folder: URL, _ data: String) throws -> Void) throws {
  let (data, run) = (try DrawnFaces.data(), try DrawnFaces.run())
  try withTemporaryFolder { folder in
    try Data(DrawnFaces.smallNetwork.utf8).write(to: folder.appendingPathComponent("small.json"))
    try FileManager.default.copyItem(at: run, to: folder.appendingPathComponent("run"))
    try body(folder, data.path)
  }
}

private func evaluate(
  _ folder: URL, _ data: String, _ arguments: String..., csv: String
) throws -> (metrics: [String: Any], predictions: Predictions) {
  let outcome = try MienProcess.start(
    ["evaluate", "--data", data, "--split", "PublicTest", "--json", "--predictions", csv]
      + arguments, in: folder
  ).finish()
  try #require(outcome.code == 0, "\(outcome.errors)")
  return (
    try object(outcome.output), try Predictions(contentsOf: folder.appendingPathComponent(csv))
  )
}

@Suite("mien calibrate, and ensembles", .serialized) struct CalibrateTests {
  @Test("in bfloat16 a network answers nearly the same") func halves() throws {
    try withRun { folder, data in
      let floats = try evaluate(folder, data, "--checkpoint", "run", csv: "floats.csv")
      let halves = try evaluate(
        folder, data, "--checkpoint", "run", "--precision", "bf16", csv: "halves.csv")
      expectClose(
        halves.predictions.probabilities.elements, floats.predictions.probabilities.elements,
        absolute: 0.01)
      #expect(halves.predictions.probabilities != floats.predictions.probabilities)
      let other = zip(halves.predictions.predictions, floats.predictions.predictions).count {
        $0 != $1
      }
      #expect(other <= 2, "\(other) other answers")
    }
  }

  @Test("the temperature stays with the checkpoint, improves log loss and changes no answer")
  func calibrate() throws {
    try withRun { folder, data in
      let before = try evaluate(folder, data, "--checkpoint", "run", csv: "before.csv")
      let outcome = try MienProcess.run("calibrate", "--checkpoint", "run", "--json", in: folder)
      try #require(outcome.code == 0, "\(outcome.errors)")
      let fit = try object(outcome.output)
      let temperature = try #require(fit["temperature"] as? Double)
      let (old, new) = (
        try #require(fit["before"] as? [String: Double]),
        try #require(fit["after"] as? [String: Double])
      )
      #expect(temperature > 0 && temperature != 1)
      #expect(try #require(new["log_loss"]) < #require(old["log_loss"]))
      #expect(
        try Checkpoint(at: folder.appendingPathComponent("run")).temperature == temperature)

      let after = try evaluate(folder, data, "--checkpoint", "run", csv: "after.csv")
      #expect(after.metrics["accuracy"] as? Double == before.metrics["accuracy"] as? Double)
      #expect(after.predictions.predictions == before.predictions.predictions)
      #expect(after.predictions.probabilities != before.predictions.probabilities)
      expectClose(
        [try #require(before.metrics["log_loss"] as? Double)], [try #require(old["log_loss"])],
        absolute: 1e-6)
      expectClose(
        [try #require(after.metrics["log_loss"] as? Double)], [try #require(new["log_loss"])],
        absolute: 1e-6)

      // A second time on the same rows, named: the same.
      let again = try MienProcess.run(
        "calibrate", "--checkpoint", "run", "--data", data, "--split", "PublicTest", "--json",
        in: folder)
      #expect(try object(again.output)["temperature"] as? Double == temperature)

      // At the end of training, the same again.
      let trained = try MienProcess.run(
        "train", "--data", data, "--run", "other", "--config", "small.json", "--epochs", "2",
        "--set", "calibrate=true", in: folder)
      try #require(trained.code == 0, "\(trained.errors)")
      #expect(
        try Checkpoint(at: folder.appendingPathComponent("other")).temperature == temperature)
      // The settings of a run are a recipe, its temperature is not.
      let next = try MienProcess.run(
        "train", "--run", "next", "--config", "other/config.json", "--epochs", "1", "--set",
        "calibrate=false", in: folder)
      try #require(next.code == 0, "\(next.errors)")
      #expect(try Checkpoint(at: folder.appendingPathComponent("next")).temperature == nil)
    }
  }

  @Test("rows that are kept for the examination or were learnt from are refused, and other weights")
  func refused() throws {
    try withRun { folder, data in
      func expect(
        _ arguments: [String], _ code: Int32, _ words: String...,
        sourceLocation: SourceLocation = #_sourceLocation
      ) throws {
        try MienProcess.expectFailure(
          ["calibrate"] + arguments, in: folder, code: code, words: words,
          sourceLocation: sourceLocation)
      }
      let config = folder.appendingPathComponent("run/config.json")
      let before = try Data(contentsOf: config)
      let run = ["--checkpoint", "run", "--data", data, "--split"]
      try expect(run + ["PrivateTest"], 64, "PrivateTest", "final examination")
      try expect(run + ["Training"], 64, "were learnt from")
      try expect(run + ["Nowhere"], 64, "PublicTest")
      try expect(["--checkpoint", "run", "--data", data], 64, "--split")
      try expect(["--checkpoint", "run/last.safetensors"], 65, "other weights")
      #expect(try Data(contentsOf: config) == before)
    }
  }

  @Test("an ensemble is the mean of its members, each tempered, also over views and in a report")
  func ensemble() throws {
    try withRun { folder, data in
      let wide = DrawnFaces.smallNetwork.replacingOccurrences(
        of: #""filters": 4"#, with: #""filters": 6"#)
      try Data(wide.utf8).write(to: folder.appendingPathComponent("wide.json"))
      let trained = try MienProcess.run(
        "train", "--data", data, "--run", "wide", "--config", "wide.json", "--epochs", "1",
        "--seed", "3", "--set", "calibrate=true", in: folder)
      try #require(trained.code == 0, "\(trained.errors)")
      for views in ["none", "flip", "ten-crop"] {
        let both = try evaluate(
          folder, data, "--checkpoint", "run", "--checkpoint", "wide", "--tta", views,
          csv: "both.csv"
        ).predictions
        let each = try ["run", "wide"].map {
          try evaluate(folder, data, "--checkpoint", $0, "--tta", views, csv: "\($0).csv")
            .predictions.probabilities.elements
        }
        expectClose(
          both.probabilities.elements, zip(each[0], each[1]).map { ($0 + $1) / 2 },
          absolute: 1e-6, views)
      }
      let report = try MienProcess.run(
        "report", "--checkpoint", "run", "--checkpoint", "wide", "--data", data, "--split",
        "PrivateTest", "--out", "r.html", "--no-samples", in: folder)
      #expect(report.code == 0, "\(report.errors)")
      let page = try String(
        contentsOf: folder.appendingPathComponent("r.html"), encoding: .utf8)
      #expect(page.contains("mean of 2 networks"))

      let images = try DrawnFaces.images()
      let folders = try FileManager.default.contentsOfDirectory(atPath: images.path)
      let photo = try DrawnFaces.image(#require(folders.min())).url.path
      let predict = ["predict", "--json", "--faces", "whole", "--checkpoint", "run"]
      let plain = try MienProcess.start(predict + [photo], in: folder).finish()
      let flipped = try MienProcess.start(predict + ["--tta", "flip", photo], in: folder).finish()
      let several = try MienProcess.start(
        predict + ["--checkpoint", "wide", photo], in: folder
      ).finish()
      for outcome in [plain, flipped, several] {
        try #require(outcome.code == 0, "\(outcome.errors)")
      }
      #expect(Set([plain.output, flipped.output, several.output]).count == 3)

      let config = folder.appendingPathComponent("wide/config.json")
      let text = try String(contentsOf: config, encoding: .utf8)
      try Data(text.replacingOccurrences(of: "\"Fear\"", with: "\"Awe\"").utf8).write(to: config)
      try MienProcess.expectFailure(
        predict + ["--checkpoint", "wide", photo], in: folder, code: 65,
        words: ["Awe", "Fear", "run/best.safetensors", "wide/best.safetensors"],
        sourceLocation: #_sourceLocation)
    }
  }
}
