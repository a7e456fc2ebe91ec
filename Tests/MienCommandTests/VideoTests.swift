import Foundation
import TestSupport
import Testing

/// Rows of a CSV file by the names of their columns.
private func rows(_ file: URL) throws -> [[String: String]] {
  let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map {
    $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
  }
  return lines.dropFirst().map { Dictionary(zip(lines[0], $0)) { first, _ in first } }
}

@Suite("mien predict of a video", .serialized) struct VideoTests {
  @Test("a drawn video is answered frame by frame, as rows, as a marked video and as a plot")
  func drawn() throws {
    try withTemporaryFolder { folder in
      let made = try MienProcess.shell(
        "mien synthesize --video talk.mp4 --frames 60 --people 2 --seed 3", in: folder)
      #expect(made.code == 0, "\(made.errors)")
      let truth = try rows(folder.appendingPathComponent("talk.truth.csv"))
      #expect(truth.count == 120 && truth[1]["face"] == "1")
      let outcome = try MienProcess.run(
        "predict", "talk.mp4", "--csv", "rows.csv", "--annotate", "marked.mp4", "--plot",
        "time.png", in: folder)
      #expect(outcome.code == 0, "\(outcome.errors)")
      #expect(outcome.output.contains("60 frames, 2 faces"), "\(outcome.output)")
      let answers = try rows(folder.appendingPathComponent("rows.csv"))
      #expect(Set(answers.map { $0["frame"] ?? "" }).count == 60)
      #expect(answers.last?["time"]?.hasPrefix("1.9") == true)
      #expect(answers.filter { $0["face"] != "" }.count > 100)
      #expect(Set(answers.map { $0["detected"] ?? "" }).isSuperset(of: ["true", "false"]))

      // What was marked is a video of as many frames; JSON has the same rows, on one worker too.
      let again = try MienProcess.run(
        "predict", "marked.mp4", "--every", "10", "--json", in: folder)
      #expect(again.output.split(separator: "\n").count >= 6)
      let json = try MienProcess.run(
        "predict", "talk.mp4", "--json", "--workers", "1", in: folder)
      let lines = json.output.split(separator: "\n")
      #expect(lines.count == answers.count)
      let first = try object(String(lines[0]))
      #expect(first["label"] as? String == answers[0]["label"])
      #expect(first["frame"] as? Int == 0 && (first["box"] as? [String: Int])?["width"] ?? 0 > 50)

      let part = try MienProcess.run(
        "predict", "talk.mp4", "--from", "1", "--to", "1.5", "--max-faces", "1", "--csv",
        "part.csv", in: folder)
      #expect(part.code == 0)
      let some = try rows(folder.appendingPathComponent("part.csv"))
      #expect(
        some.count == 16 && some.allSatisfy { (30...45).contains(Int($0["frame"] ?? "") ?? 0) })
    }
  }

  @Test(
    "a part in the middle has the rows that it has in the whole", arguments: ["mp4", "avi", "mkv"])
  func part(ending: String) throws {
    try withTemporaryFolder { folder in
      let made = try MienProcess.shell(
        "mien synthesize --video talk.\(ending) --frames 270 --seed 8", in: folder)
      #expect(made.code == 0, "\(made.errors)")
      func answers(_ name: String, from seconds: String) throws -> [[String: String]] {
        let outcome = try MienProcess.run(
          "predict", "talk.\(ending)", "--csv", name, "--smooth", "0", "--detect-every", "1",
          "--from", seconds, in: folder)
        #expect(outcome.code == 0, "\(outcome.errors)")
        return try rows(folder.appendingPathComponent(name))
      }
      let whole = try answers("whole.csv", from: "3.9")
      let part = try answers("part.csv", from: "8.5")
      #expect(part.first?["frame"] == "255" && part.last?["frame"] == "269")
      #expect(part == whole.filter { (Double($0["time"] ?? "") ?? 0) >= 8.5 })
      #expect(part.allSatisfy { $0["label"] != "" })
    }
  }

  @Test("a video that breaks off gives the rows up to there, and says where") func breaksOff()
    throws
  {
    try withTemporaryFolder { folder in
      let made = try MienProcess.shell(
        """
        mien synthesize --video whole.avi --frames 60
        head -c $(( $(stat -c %s whole.avi) / 2 )) whole.avi > cut.avi
        echo no video > text.mp4
        """, in: folder)
      #expect(made.code == 0, "\(made.errors)")
      let outcome = try MienProcess.run("predict", "cut.avi", "--csv", "cut.csv", in: folder)
      #expect(outcome.code == 65 && outcome.errors.contains("breaks off after frame"))
      #expect(try rows(folder.appendingPathComponent("cut.csv")).count > 15)
      // A damaged spot in the middle is passed over.
      let damaged = try MienProcess.shell(
        """
        mien synthesize --video hurt.mp4 --frames 60
        dd if=/dev/zero of=hurt.mp4 bs=1000 seek=$(( $(stat -c %s hurt.mp4) / 2000 )) count=60 conv=notrunc
        """, in: folder)
      #expect(damaged.code == 0, "\(damaged.errors)")
      let whole = try MienProcess.run("predict", "hurt.mp4", "--csv", "hurt.csv", in: folder)
      #expect(whole.code == 0, "\(whole.errors)")
      let answers = try rows(folder.appendingPathComponent("hurt.csv"))
      #expect(answers.contains { $0["error"]?.contains("damaged frame") == true })
      #expect((54...59).contains(Int(answers.last?["frame"] ?? "") ?? 0))
      #expect(answers.last?["label"] != "")
      func expect(_ arguments: [String], _ code: Int32, _ words: String...) throws {
        try MienProcess.expectFailure(
          ["predict"] + arguments, in: folder, code: code, words: words)
      }
      try expect(["text.mp4"], 65, "text.mp4", "no video")
      try expect(["nowhere.mp4"], 66, "nowhere.mp4")
      try expect(["camera:99"], 66, "/dev/video99", "a camera")
      try expect(["camera:x"], 64, "camera:0")
      try expect(["whole.avi", "cut.avi"], 64, "alone")
      try expect(["whole.avi", "--annotate", "folder"], 64, ".mp4")
      try expect(["photo.png", "--every", "2"], 64, "--every")
      try expect(["whole.avi", "--from", "9"], 65, "2.0 s long")
      try expect(["whole.avi", "--csv", "./whole.avi"], 64, "--csv", "is the video")
      try expect(
        ["whole.avi", "--csv", "a.csv", "--plot", "a.csv.png", "--annotate", "a.mp4", "--to", "x"],
        64, "--to")
      try expect(["whole.avi", "--annotate", "b.mp4", "--plot", "/proc/b.png"], 73, "/proc/b.png")
    }
  }
}
