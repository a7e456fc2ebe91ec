import Foundation
import Synchronization
import TensorCore

/// Where a command speaks: results on stdout, remarks on stderr. Under `--json` stdout carries JSON
/// alone, and what was meant for people goes to stderr too.
final class Console: Sendable {
  /// Emphasis for people; vanishes where the output is no terminal or `NO_COLOR` is set.
  enum Style: String, Sendable {
    case bold = "1"
    case red = "31"
    case green = "32"
  }

  /// True under `--json`.
  let isJSON: Bool
  /// True where a person sees stderr as it is written: progress may be drawn.
  let showsProgress: Bool
  private let output: Int32
  private let errors: Int32
  private let outputIsTerminal: Bool
  private let isColoured: Bool
  /// A line on the terminal that the next text replaces; writers take turns by this lock.
  private let transientLine = Mutex("")

  /// A console on two file descriptors; `environment` decides about colour.
  init(
    isJSON: Bool, output: Int32 = STDOUT_FILENO, errors: Int32 = STDERR_FILENO,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) {
    self.isJSON = isJSON
    self.output = output
    self.errors = errors
    outputIsTerminal = isatty(output) == 1
    showsProgress = isatty(errors) == 1 && environment["TERM"] != "dumb"
    isColoured =
      outputIsTerminal && environment["NO_COLOR", default: ""].isEmpty
      && environment["TERM"] != "dumb"
  }

  /// Writes lines for people: to stdout, or to stderr under `--json`.
  func print(_ text: String) throws {
    if isJSON {
      note(text)
    } else {
      try put(text + "\n", on: output)
    }
  }

  /// Writes a result: as one line of JSON under `--json`, else as `text` says.
  func report(_ value: some Encodable, _ text: () -> String) throws {
    if isJSON {
      try printJSON(value)
    } else {
      try print(text())
    }
  }

  /// Writes one JSON value on a line of its own to stdout, keys sorted.
  func printJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try put(String(decoding: try encoder.encode(value), as: UTF8.self) + "\n", on: output)
  }

  /// Writes a remark to stderr. What cannot be written there is nobody's loss.
  func note(_ text: String) {
    try? put(text + "\n", on: errors)
  }

  /// Writes the one line that says why the command failed.
  func complain(_ problem: String) {
    note("mien: " + problem.split(whereSeparator: \.isNewline).joined(separator: " ").printable)
  }

  /// The text with emphasis, where stdout shows it.
  func styled(_ text: String, _ style: Style) -> String {
    isColoured && !isJSON ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }

  /// Shows a line at the foot of the terminal until other text comes; an empty one takes it away.
  func showTransient(_ line: String) {
    guard showsProgress else { return }
    transientLine.withLock { shown in
      if line == shown { return }
      try? Self.write("\r\u{1B}[K" + line, to: errors)
      shown = line
    }
  }

  /// The columns of the terminal on stderr, 80 where it does not say.
  var width: Int {
    var size = winsize()
    guard ioctl(errors, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  private func put(_ text: String, on descriptor: Int32) throws {
    try transientLine.withLock { shown in
      let sharesTerminal = descriptor == errors || outputIsTerminal
      if !shown.isEmpty, sharesTerminal { try? Self.write("\r\u{1B}[K", to: errors) }
      try Self.write(text, to: descriptor)
      if !shown.isEmpty, sharesTerminal { try? Self.write(shown, to: errors) }
    }
  }

  private static func write(_ text: String, to descriptor: Int32) throws {
    var rest = Array(text.utf8)[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0 && errno == EINTR { continue }
      guard written >= 0 else {
        if errno == EPIPE { throw ClosedOutput() }
        throw BrokenOutput(reason: systemReason())
      }
      rest = rest.dropFirst(written)
    }
  }
}

/// Nobody reads our output any more (`mien … | head -1`): the program ends quietly.
struct ClosedOutput: Error {}

/// Our output cannot be written: a full disk, say.
struct BrokenOutput: MienError {
  let reason: String
  var kind: FailureKind { .cannotWrite }
  var description: String {
    "standard output cannot be written (\(reason)); what came out is incomplete, free some space"
  }
}
