internal import Foundation
internal import Kernels

/// The program `MienBenchmarks`.
@main
enum BenchmarkProgram {
  /// All benchmarks, in the order of the table.
  static var all: [Benchmark] {
    GEMMBenchmark.cases + ConvolutionBenchmark.cases + WinogradBenchmark.cases
      + PoolingBenchmark.cases + ElementwiseBenchmark.cases + OptimiserBenchmark.cases
      + NetworkBenchmark.cases + AugmentationBenchmark.cases
      + EpochBenchmark.cases + FolderBenchmark.cases + PrepareBenchmark.cases
      + SignalBenchmark.cases
      + NetworkBenchmark.growth
  }

  private static let usage = """
    usage: MienBenchmarks [--json] [--list] [--quick] [FILTER]
           MienBenchmarks --paths DATA [EPOCHS]
           MienBenchmarks --explain CHECKPOINT DATA [--bf16] [--quick]
           MienBenchmarks --sounds FILES.json [--quick]
           MienBenchmarks --stability CHECKPOINT DATA FACES [SETTINGS]
    Checks each kernel against its naive version, then times it: the median of at least 7 runs.
    FILTER is a part of a name.
      --json   one JSON array on the standard output
      --list   the names alone
      --quick  3 runs each, for a look
      --paths  does vgg10 learn from prepared DATA as it does with every convolution by columns?
               200 losses side by side and, where EPOCHS are given, accuracy with two seeds
      --explain  how long LIME takes for the first face of prepared DATA, and for ten together
                 (--bf16: the network multiplying in bfloat16)
      --sounds   how long the features of speech and of music take, of the files in two lists
      --stability  how much LIME's answer for FACES of PublicTest depends on the seed, under the
               settings whose names begin with SETTINGS (all; "default")
    """

  static func main() {
    dismissOpenBLASThreads()
    var arguments = Array(CommandLine.arguments.dropFirst())
    if let mode = arguments.first,
      ["--paths", "--explain", "--sounds", "--stability"].contains(mode)
    {
      arguments.removeFirst()
      do {
        guard try runMode(mode, arguments) else { fail(usage, 64) }
      } catch {
        fail("\(error)", 70)
      }
      return
    }
    func flag(_ name: String) -> Bool {
      let given = arguments.contains(name)
      arguments.removeAll { $0 == name }
      return given
    }
    let (json, list, help) = (flag("--json"), flag("--list"), flag("--help"))
    let effort = flag("--quick") ? Effort.quick : .full
    let chosen = all.filter { arguments.isEmpty || $0.name.contains(arguments[0]) }

    if help {
      print(usage)
    } else if arguments.count > 1 || arguments.first?.hasPrefix("-") == true || chosen.isEmpty {
      fail("no benchmark is named \(arguments.joined(separator: " "))\n\(usage)", 64)
    } else if list {
      for benchmark in chosen { print(benchmark.name) }
    } else {
      do {
        try run(chosen, effort, json: json)
      } catch {
        fail("\(error)", 70)
      }
    }
  }

  /// Runs what is no benchmark of the table; false where the arguments make no sense.
  private static func runMode(_ mode: String, _ arguments: [String]) throws -> Bool {
    switch mode {
    case "--paths":
      let epochs = arguments.count == 2 ? Int(arguments[1]) : 0
      guard (1...2).contains(arguments.count), let epochs, epochs >= 0 else { return false }
      try PathsComparison(data: arguments[0]).run(epochs: epochs) { say($0, .standardOutput) }
    case "--explain":
      let flags = Set(arguments.dropFirst(2))
      guard arguments.count == 2 + flags.count, flags.isSubset(of: ["--bf16", "--quick"]) else {
        return false
      }
      let times = try ExplanationTimes(
        checkpoint: arguments[0], data: arguments[1], faces: 10, samples: 1000,
        precision: flags.contains("--bf16") ? .bfloat16 : .float32,
        effort: flags.contains("--quick") ? .quick : .full)
      say(String(decoding: try JSONEncoder().encode(times), as: UTF8.self), .standardOutput)
    case "--sounds":
      let isQuick = arguments.last == "--quick"
      guard arguments.count == (isQuick ? 2 : 1) else { return false }
      let times = try SoundTimes(files: arguments[0], effort: isQuick ? .quick : .full)
      say(String(decoding: try JSONEncoder().encode(times), as: UTF8.self), .standardOutput)
    default:
      guard (3...4).contains(arguments.count), let faces = Int(arguments[2]), faces >= 1 else {
        return false
      }
      try StabilityComparison(
        checkpoint: arguments[0], data: arguments[1], faces: faces,
        filter: arguments.count == 4 ? arguments[3] : ""
      ).run { say($0, .standardOutput) }
    }
    return true
  }

  private static func run(_ chosen: [Benchmark], _ effort: Effort, json: Bool) throws {
    let table = json ? FileHandle.standardError : .standardOutput
    say(
      "\(Workers.count) workers; median, spread over median, rate, share of a large sgemm's rate "
        + "just before", table)
    var outcomes: [Outcome] = []
    for benchmark in chosen {
      let outcome = try benchmark.run(effort)
      outcomes.append(outcome)
      say(outcome.line, table)
    }
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      say(String(decoding: try encoder.encode(outcomes), as: UTF8.self), .standardOutput)
    }
  }

  /// Writes at once, so that a table that goes to a file can be watched as it grows.
  private static func say(_ line: String, _ file: FileHandle) {
    file.write(Data("\(line)\n".utf8))
  }

  private static func fail(_ message: String, _ code: Int32) -> Never {
    say(message, .standardError)
    exit(code)
  }
}
