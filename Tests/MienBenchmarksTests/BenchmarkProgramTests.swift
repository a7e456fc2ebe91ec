import Foundation
import TestSupport
import Testing

@testable import MienBenchmarks

@Suite("The program MienBenchmarks, run as a process")
struct BenchmarkProgramTests {
  private func run(_ arguments: String...) throws -> ChildProcess.Outcome {
    let program = Project.products.appendingPathComponent("MienBenchmarks")
    return try ChildProcess(program, arguments).finish()
  }

  @Test("--list names every benchmark once")
  func list() throws {
    let outcome = try run("--list")
    let names = outcome.output.split(separator: "\n")
    #expect(outcome.code == 0)
    #expect(names.count == BenchmarkProgram.all.count && Set(names).count == names.count)
    for part in ["gemm/", "convolution/", "pooling/", "batch-norm/", "step/", "epoch/", "growth/"] {
      #expect(names.contains { $0.hasPrefix(part) }, "\(part)")
    }
  }

  @Test("a filter chooses by a part of the name, and --json says what was measured")
  func json() throws {
    let outcome = try run("--quick", "--json", "12x12x128/2-2")
    #expect(outcome.code == 0)
    let objects = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    let found = try #require(objects as? [[String: Any]])
    #expect(found.count == 4)
    for object in found {
      #expect((object["name"] as? String)?.contains("12x12x128/2-2") == true)
      #expect(try #require(object["gigabytes_per_second"] as? Double) > 0)
      #expect(try #require(object["error"] as? Double) <= 1e-5)
      #expect(try #require(object["runs"] as? Int) >= 3)
    }
    #expect(outcome.errors.contains("GB/s"))
  }

  @Test("a network tells images a second", .timeLimit(.minutes(2)))
  func network() throws {
    let outcome = try run("--quick", "--json", "inference/vgg10/1")
    let objects = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
    let found = try #require(objects as? [[String: Any]])
    #expect(found.map { $0["name"] as? String } == ["inference/vgg10/1", "inference/vgg10/128"])
    for object in found {
      let time = try #require(object["milliseconds"] as? Double)
      let rate = try #require(object["images_per_second"] as? Double)
      let batch = object["name"] as? String == "inference/vgg10/1" ? 1.0 : 128.0
      #expect(abs(rate * time / 1e3 - batch) <= 1e-9 * batch)
    }
  }

  @Test("LIME's time and its stability on drawn faces", .timeLimit(.minutes(3)))
  func explanations() throws {
    try withTemporaryFolder { folder in
      func mien(_ arguments: String...) throws {
        let outcome = try ChildProcess(
          Project.products.appendingPathComponent("mien"), arguments, in: folder
        ).finish()
        #expect(outcome.code == 0, "\(outcome.errors)")
      }
      try mien("synthesize", "--rows", "60", "--seed", "1", "--out", "faces.csv")
      try mien("prepare", "faces.csv", "--out", "data")
      try mien("train", "--data", "data", "--run", "run", "--model", "simple-cnn", "--epochs", "1")
      let (checkpoint, data) = (
        folder.appendingPathComponent("run").path, folder.appendingPathComponent("data").path
      )
      let times = try run("--explain", checkpoint, data, "--quick")
      #expect(times.code == 0, "\(times.errors)")
      let found = try #require(
        JSONSerialization.jsonObject(with: Data(times.output.utf8)) as? [String: Any])
      #expect(found["samples"] as? Int == 1000 && found["runs"] as? Int == 3)
      #expect(try #require(found["milliseconds"] as? Double) > 0)
      #expect(try #require(found["milliseconds_together"] as? Double) > 0)
      #expect((found["weights"] as? [Double])?.count == found["parts"] as? Int)

      let stability = try run("--stability", checkpoint, data, "2", "default")
      #expect(stability.code == 0, "\(stability.errors)")
      let lines = stability.output.split(separator: "\n").map(String.init)
      #expect(lines.count == 4)
      let cells = try #require(lines.last).split(separator: "|").dropFirst().compactMap {
        Double($0.trimmingCharacters(in: .whitespaces))
      }
      #expect(cells.count >= 8 && cells[0] == 3000)
      #expect(cells[1] > 0 && cells[1] <= 1 && abs(cells[2]) <= 1)
    }
    #expect(try run("--stability", "only").code == 64)
    #expect(try run("--explain").code == 64)
  }

  @Test("a name that nothing has is a wrong command line", arguments: ["nothing", "--fast"])
  func unknown(argument: String) throws {
    let outcome = try run(argument)
    #expect(outcome.code == 64 && outcome.output.isEmpty)
    #expect(outcome.errors.contains(argument) && outcome.errors.contains("usage:"))
  }

  @Test(
    "what is said of the peers is right: their own tests pass",
    .enabled(if: ChildProcess.find("python3") != nil))
  func peers() throws {
    let python = try #require(ChildProcess.find("python3"))
    let folder = Project.root.appendingPathComponent("Sources/MienBenchmarks/peers")
    let outcome = try ChildProcess(
      python, ["-B", "-m", "unittest", "test_page"], in: folder
    ).finish()
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.errors.contains("OK"))
  }
}
