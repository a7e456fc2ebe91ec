/// The options that every command has.
enum SharedOptions {
  static let json = Flag("--json", "results as JSON on stdout, all else on stderr")
  static let seed = Option<UInt64?>(
    "--seed", "N", "decides everything random",
    Constraint("a whole number from 0 to \(Int.max)") { $0 <= UInt64(Int.max) })
  static let workers = Option<Int?>(
    "--workers", "N", "threads (default: cores); never changes a result", .atLeast(1))
  static let help = Flag("--help", "show this help")

  static let all: [any ArgumentKey] = [json, seed, workers, help]
}
