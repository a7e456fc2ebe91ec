internal import Foundation
internal import Kernels

/// All benchmarks, in the order of the table.
let benchmarks =
  GEMMBenchmark.cases + ConvolutionBenchmark.cases + WinogradBenchmark.cases
  + PoolingBenchmark.cases + ElementwiseBenchmark.cases + PrepareBenchmark.cases

let usage = """
  usage: MienBenchmarks [--json] [--list] [FILTER]
  Checks each kernel against its naive version, then times it. FILTER is a part of a name.
    --json   one JSON array on the standard output
    --list   the names alone
  """

var arguments = Array(CommandLine.arguments.dropFirst())
@MainActor func flag(_ name: String) -> Bool {
  let given = arguments.contains(name)
  arguments.removeAll { $0 == name }
  return given
}
let (json, list, help) = (flag("--json"), flag("--list"), flag("--help"))
let chosen = benchmarks.filter { $0.name.contains(arguments.first ?? "") || arguments.isEmpty }

/// Prints at once, so that a table that goes to a file can be watched as it grows.
func say(_ line: String) { FileHandle.standardOutput.write(Data("\(line)\n".utf8)) }

func fail(_ message: String, _ code: Int32) -> Never {
  FileHandle.standardError.write(Data("\(message)\n".utf8))
  exit(code)
}

if help {
  print(usage)
} else if arguments.count > 1 || arguments.first?.hasPrefix("-") == true || chosen.isEmpty {
  fail("no benchmark is named \(arguments.joined(separator: " "))\n\(usage)", 64)
} else if list {
  for benchmark in chosen { print(benchmark.name) }
} else {
  do {
    try run(chosen)
  } catch {
    fail("\(error)", 70)
  }
}

@MainActor func run(_ chosen: [Benchmark]) throws {
  if !json {
    say(
      "\(Workers.count) workers; median, spread (interquartile range / median), rate, "
        + "share of a large sgemm's rate just before")
  }
  var outcomes: [Outcome] = []
  for benchmark in chosen {
    let outcome = try benchmark.run()
    outcomes.append(outcome)
    if json { continue }
    let name = outcome.name.padding(toLength: 44, withPad: " ", startingAt: 0)
    let rate =
      if let gflops = outcome.gflops, let share = outcome.shareOfPeak {
        String(format: "%8.1f GFLOP/s  %3.0f %%", gflops, 100 * share)
      } else {
        String(format: "%8.1f GB/s", outcome.gigabytesPerSecond ?? .nan)
      }
    let time = String(format: "%9.2f ms  ±%3.0f %%", outcome.milliseconds, 100 * outcome.spread)
    let speedup = outcome.speedup.map { String(format: "  %5.2fx its baseline", $0) } ?? ""
    say("\(name) \(time) \(rate)\(speedup)")
  }
  if json {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    say(String(decoding: try encoder.encode(outcomes), as: UTF8.self))
  }
}
