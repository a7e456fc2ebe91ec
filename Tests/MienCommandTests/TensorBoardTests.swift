import Foundation
import Reporting
import TestSupport
import Testing

private func withSmallNetwork(_ body: (_ folder: URL, _ data: String) throws -> Void) throws {
  let data = try DrawnFaces.data()
  try withTemporaryFolder { folder in
    try Data(DrawnFaces.smallNetwork.utf8).write(to: folder.appendingPathComponent("small.json"))
    try body(folder, data.path)
  }
}

private func train(
  _ folder: URL, _ data: String, run: String, epochs: Int, _ more: String...
) throws -> ChildProcess {
  try MienProcess.start(
    ["train", "--data", data, "--run", run, "--config", "small.json", "--epochs", "\(epochs)"]
      + more, in: folder)
}

private func file(_ run: URL) -> URL { run.appendingPathComponent(TensorBoardFile.name) }

/// The steps and first tags in a run's file.
private func contents(_ run: URL) throws -> [String] {
  let found = try TensorBoardFile(in: run).events()
  #expect(found.isWhole)
  return found.events.compactMap { $0.summary.map { "\($0.step) \($0.tag)" } }
}

@Suite("TensorBoard", .serialized) struct TensorBoardTests {
  @Test(
    "TensorBoard's own reader finds results.csv, the pictures and the layers",
    .enabled(if: Python.has("tensorboard")))
  func reader() throws {
    try withSmallNetwork { folder, data in
      let outcome = try train(folder, data, run: "run", epochs: 3, "--json").finish()
      try #require(outcome.code == 0, "\(outcome.errors)")
      let files = try #require(try object(outcome.output)["files"] as? [String])
      #expect(files.contains("run/\(TensorBoardFile.name)"))
      let check = try Python.run(readerCheck, folder.appendingPathComponent("run").path, "3")
      #expect(check.code == 0, "\(check.errors)")
      #expect(check.output == "3 epochs, 3 pictures\n")
    }
  }

  @Test("after Ctrl-C, kill -9 and pauses every epoch is there once, and nothing else is")
  func resume() throws {
    try withSmallNetwork { folder, data in
      for signal in [SIGINT, SIGKILL] {
        let name = "broken-\(signal)"
        let run = folder.appendingPathComponent(name)
        let process = try train(folder, data, run: name, epochs: 30)
        for _ in 0..<6000 where process.process.isRunning {
          let count = try? TensorBoardFile(in: run).events().events.count
          if (count ?? 0) >= 5 { break }
          usleep(5000)
        }
        kill(process.process.processIdentifier, signal)
        _ = process.finish()
        // Never more than what the run goes on from.
        let epochs =
          try String(contentsOf: run.appendingPathComponent("results.csv"), encoding: .utf8)
          .split(separator: "\n").count - 1
        let before = try TensorBoardFile(in: run).events().events
        let scalars = before.filter { $0.summary?.tag == "loss/train" }.count
        #expect(epochs < 30 && scalars <= epochs && scalars >= epochs - 1)
        let resumed = try MienProcess.run("train", "--run", name, "--resume", in: folder)
        #expect(resumed.code == 0, "\(resumed.errors)")
        let after = try TensorBoardFile(in: run).events().events
        #expect(Array(after.prefix(before.count)) == before)
        #expect(
          try contents(run).filter { $0.hasSuffix("loss/train") }
            == (1...30).map { "\($0) loss/train" })
        #expect(try contents(run).last == "30 pictures/curves")
        if Python.has("tensorboard") {
          let check = try Python.run(readerCheck, run.path, "30")
          #expect(check.code == 0, "\(check.errors)")
        }
        let bytes = try Data(contentsOf: file(run))
        #expect(try MienProcess.run("train", "--run", name, "--resume", in: folder).code == 0)
        #expect(try Data(contentsOf: file(run)) == bytes)
      }

      // A pause in each step: pictures once an epoch.
      var outcome = try train(folder, data, run: "steps", epochs: 2, "--max-hours", "0").finish()
      var stops = 0
      while outcome.output.contains("--resume"), stops < 40 {
        stops += 1
        outcome = try MienProcess.run(
          "train", "--run", "steps", "--resume", "--max-hours", "0", in: folder)
      }
      #expect(stops >= 12)
      #expect(
        try contents(folder.appendingPathComponent("steps")) == [
          "0 network/layers", "1 loss/train", "1 pictures/curves", "2 loss/train",
          "2 pictures/curves",
        ])
    }
  }

  @Test("each fold has its own; a run that goes without has none") func folds() throws {
    try withSmallNetwork { folder, data in
      let folds = try train(folder, data, run: "folds", epochs: 1, "--folds", "2").finish()
      try #require(folds.code == 0, "\(folds.errors)")
      for fold in ["folds/fold-1", "folds/fold-2"] {
        #expect(try contents(folder.appendingPathComponent(fold)).contains("1 loss/train"))
      }
      #expect(
        !FileManager.default.fileExists(
          atPath: file(folder.appendingPathComponent("folds")).path))

      let without = try train(
        folder, data, run: "without", epochs: 1, "--set", "tensorboard=false", "--json"
      ).finish()
      #expect(without.code == 0 && !without.output.contains("tfevents"))
      #expect(
        !FileManager.default.fileExists(
          atPath: file(folder.appendingPathComponent("without")).path))
    }
  }
}

private let readerCheck = """
  import csv, os, struct, sys
  from tensorboard.backend.event_processing import event_accumulator as ea
  from tensorboard.backend.event_processing import event_file_loader, io_wrapper

  run, epochs = sys.argv[1], int(sys.argv[2])
  names = [name for name in os.listdir(run) if io_wrapper.IsTensorFlowEventsFile(name)]
  assert len(names) == 1, names
  reader = ea.EventAccumulator(run, size_guidance={ea.SCALARS: 0, ea.IMAGES: 0, ea.TENSORS: 0})
  reader.Reload()
  rows = list(csv.DictReader(open(os.path.join(run, "results.csv"))))
  columns = {
      "loss/train": "train_loss", "loss/select": "select_loss",
      "accuracy/train": "train_accuracy", "accuracy/select": "select_accuracy",
      "macro_f1/select": "select_macro_f1",
      "balanced_accuracy/select": "select_balanced_accuracy",
      "learning_rate": "learning_rate", "speed/images_per_second": "images_per_second",
      "speed/epoch_seconds": "seconds",
  }
  tags = reader.Tags()
  assert sorted(tags["scalars"]) == sorted(columns), tags
  for tag, column in columns.items():
      events = reader.Scalars(tag)
      assert [event.step for event in events] == list(range(1, epochs + 1)), (tag, events)
      single = [struct.unpack("f", struct.pack("f", float(row[column])))[0] for row in rows]
      assert [event.value for event in events] == single, (tag, events, single)
      assert reader.SummaryMetadata(tag).summary_description
      assert all(a.wall_time <= b.wall_time for a, b in zip(events, events[1:]))
  pictures = sorted(tags["images"])
  assert pictures == ["pictures/" + name for name in ["confusion", "curves", "samples"]], tags
  for tag in pictures:
      image = reader.Images(tag)[-1]
      png = open(os.path.join(run, tag.split("/")[1] + ".png"), "rb").read()
      assert image.encoded_image_string == png and image.step == epochs
      assert (image.width, image.height) == struct.unpack(">II", png[16:24])
  text = reader.Tensors("network/layers")[0].tensor_proto.string_val[0].decode()
  assert "| 0 | conv2d |" in text, text
  assert reader.PluginTagToContent("text").keys() == {"network/layers"}
  assert reader.file_version == 2.0
  # No record of the file is left out by the reader: nothing is purged, nothing doubled.
  raw = list(event_file_loader.LegacyEventFileLoader(os.path.join(run, names[0])).Load())
  scalars = [event.step for event in raw if event.summary.value
             and event.summary.value[0].tag == "loss/train"]
  assert scalars == list(range(1, epochs + 1)), scalars
  print(epochs, "epochs,", len(pictures), "pictures")
  """
