import Foundation
import TestSupport
import Testing

@Suite("mien synthesize")
struct SynthesizeTests {
  private struct Outcome: Decodable {
    var rows: Int
    var per_class: [String: Int]
    var files: [String]
  }

  @Test("CSV, images and sheet in one go, the same bytes for any number of workers")
  func everything() throws {
    try withTemporaryFolder { folder in
      for workers in ["1", "3"] {
        let outcome = try MienProcess.run(
          "synthesize", "--rows", "70", "--seed", "4", "--out", "\(workers).csv", "--images",
          "images\(workers)", "--size", "64", "--sheet", "\(workers).png", "--workers", workers,
          "--json", in: folder)
        #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
        let report = try JSONDecoder().decode(Outcome.self, from: Data(outcome.output.utf8))
        #expect(report.rows == 70)
        #expect(report.per_class.count == 7 && report.per_class.values.allSatisfy { $0 == 10 })
        #expect(report.files.count == 3)
        #expect(report.files.allSatisfy { FileManager.default.fileExists(atPath: $0) })
      }
      let same = try MienProcess.shell(
        "cmp 1.csv 3.csv && diff -r images1 images3 && cmp 1.png 3.png", in: folder)
      #expect(same.code == 0, "\(same.output)")
      let images = try FileManager.default.subpathsOfDirectory(
        atPath: folder.appendingPathComponent("images1").path)
      #expect(images.filter { $0.hasPrefix("surprise/") && $0.hasSuffix(".png") }.count == 10)
      #expect(images.filter { $0.hasSuffix(".png") }.count == 70)
      let usage = try String(contentsOf: folder.appendingPathComponent("1.csv"), encoding: .utf8)
        .split(separator: "\n").dropFirst().map { $0.split(separator: ",").last ?? "" }
      #expect(usage.filter { $0 == "Training" }.count == 56)
      #expect(usage.filter { $0 == "PublicTest" }.count == 7)
      #expect(usage.filter { $0 == "PrivateTest" }.count == 7)
    }
  }

  @Test("another seed gives other faces")
  func seed() throws {
    try withTemporaryFolder { folder in
      for seed in ["1", "2"] {
        try MienProcess.run(
          "synthesize", "--rows", "7", "--seed", seed, "--out", "\(seed).csv", in: folder)
      }
      #expect(try MienProcess.shell("cmp -s 1.csv 2.csv", in: folder).code == 1)
    }
  }

  @Test(
    "what cannot be done is said in one line",
    arguments: [
      (["--rows", "7"], 64, "--out, --images, --sheet or --video is missing"),
      (["--out", "f.csv", "--rows", "0"], 64, "--rows"),
      (["--images", "d", "--size", "20"], 64, "--size: found \"20\""),
      (["--out", "/dev/null/f.csv", "--rows", "1"], 73, "/dev/null"),
    ] as [([String], Int32, String)])
  func refusals(arguments: [String], code: Int32, message: String) throws {
    try withTemporaryFolder { folder in
      let outcome = try MienProcess.start(["synthesize"] + arguments, in: folder).finish()
      #expect(outcome.code == code)
      #expect(outcome.errors.contains(message) && outcome.errors.split(separator: "\n").count == 1)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
  }

  @Test("Ctrl-C ends with 130 and leaves nothing half-written")
  func interruption() throws {
    try withTemporaryFolder { folder in
      let run = try MienProcess.start(
        ["synthesize", "--rows", "100000", "--out", "faces.csv"], in: folder)
      // It has begun when the file's hidden neighbour is there.
      while run.process.isRunning,
        try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty
      {
        usleep(10_000)
      }
      kill(run.process.processIdentifier, SIGINT)
      let outcome = run.finish()
      #expect(outcome.code == 130)
      #expect(outcome.errors.contains("interrupted"))
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }
  }
}
