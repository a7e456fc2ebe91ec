import Foundation
import TestSupport
import Testing

@Suite("mien model and bench, run as processes") struct ModelTests {
  private func json(_ outcome: ChildProcess.Outcome) throws -> Any {
    #expect(outcome.code == 0, "\(outcome.errors)")
    return try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
  }

  @Test("vgg10 is the reference network of 1.77 million numbers") func reference() throws {
    let model = try #require(
      json(MienProcess.run("model", "show", "vgg10", "--json")) as? [String: Any])
    #expect(model["parameters"] as? Int == 1_764_519)
    #expect(try abs(#require(model["mflops"] as? Double) / 2 - 118) < 1)
    let layers = try #require(model["layers"] as? [[String: Any]])
    #expect(layers.last?["output_shape"] as? [Int] == [7])
  }

  @Test("every listed model can be shown") func list() throws {
    let models = try #require(json(MienProcess.run("model", "list", "--json")) as? [[String: Any]])
    #expect(models.count >= 3)
    for model in models {
      let name = try #require(model["name"] as? String)
      #expect(try MienProcess.run("model", "show", name, "--classes", "3").code == 0)
    }
  }

  @Test(
    "examples of every kind can be shown; a network that does not take them names one that does")
  func kinds() throws {
    for (name, input, first) in [
      ("mlp", "58", [58]), ("time-cnn", "128x20", [128, 64]),
      ("vgg-gap", "64x128x1", [64, 128, 32]),
    ] {
      let model = try #require(
        json(MienProcess.run("model", "show", name, "--input", input, "--json")) as? [String: Any])
      let layers = try #require(model["layers"] as? [[String: Any]])
      #expect(layers.first?["output_shape"] as? [Int] == first, "\(name)")
    }
    for (name, input, words) in [
      ("vgg10", "58", ["model vgg10", "is 58", "--model mlp"]),
      ("vgg10", "128x20", ["pictures", "--model time-cnn"]),
      ("time-cnn", "48x48x1", ["series, frames x numbers", "--model vgg10"]),
      ("vgg10", "12x12x1", ["max_pool2d of vgg10", "12x12x1", "larger examples"]),
      ("mlp", "1x2x3x4", ["--input", "48x48x1"]), ("mlp", "0", ["--input"]),
    ] {
      let outcome = try MienProcess.run("model", "show", name, "--input", input)
      #expect(outcome.code == 64, "\(name) \(input)")
      #expect(words.allSatisfy(outcome.errors.contains), "\(outcome.errors)")
    }
  }

  @Test("a list of layers in a file is shown; one that does not fit is refused by name")
  func file() throws {
    try withTemporaryFolder { folder in
      let file = folder.appendingPathComponent("net.json")
      try Data(#"[{"layer": "flatten"}, {"layer": "dense", "units": "classes"}]"#.utf8)
        .write(to: file)
      #expect(try MienProcess.run("model", "show", "net.json", in: folder).code == 0)
      try Data(#"[{"layer": "max_pool2d", "size": 99}]"#.utf8).write(to: file)
      let outcome = try MienProcess.run("model", "show", "net.json", in: folder)
      #expect(outcome.code == 64 && outcome.errors.contains("max_pool2d"), "\(outcome.errors)")
    }
  }

  @Test("a training step takes no fresh memory once it has begun") func steadyMemory() throws {
    let outcome = try MienProcess.run(
      "bench", "step", "--model", "vgg10", "--batch-size", "16", "--runs", "5", "--json")
    let figures = try #require(json(outcome) as? [String: Double])
    // One activation of the first layer alone is 1,152 pages.
    #expect(try #require(figures["page_faults"]) <= 40)
  }

  @Test("show tells the memory of a training step, which grows with the batch")
  func plannedMemory() throws {
    func megabytes(_ batch: String) throws -> Double {
      let outcome = try MienProcess.run("model", "show", "vgg10", "--batch", batch, "--json")
      let report = try #require(json(outcome) as? [String: Any])
      return try #require(report["planned_memory_mb"] as? Double)
    }
    let (one, many) = (try megabytes("1"), try megabytes("128"))
    #expect(one >= 7 && many >= 141 && many <= 200, "\(one) and \(many) MB")
  }

  @Test("bench gives the contract's keys", arguments: ["step", "infer"])
  func bench(work: String) throws {
    let outcome = try MienProcess.run(
      "bench", work, "--model", "simple-cnn", "--batch-size", "2", "--runs", "3", "--json")
    let figures = try #require(json(outcome) as? [String: Double])
    #expect(
      Set(figures.keys)
        == ["images_per_second", "milliseconds", "spread", "peak_rss_mb", "page_faults"])
    #expect(figures.allSatisfy { $1 > 0 || $0 == "page_faults" })
  }

  @Test("bench answers in bfloat16, but does not learn in it") func precision() throws {
    func bench(_ work: String) throws -> ChildProcess.Outcome {
      try MienProcess.run(
        "bench", work, "--model", "simple-cnn", "--batch-size", "1", "--runs", "3",
        "--precision", "bf16", "--json")
    }
    #expect(try #require((json(bench("infer")) as? [String: Double])?["milliseconds"]) > 0)
    let refused = try bench("step")
    #expect(refused.code == 64 && refused.errors.contains("fp32"), "\(refused.errors)")
  }
}
