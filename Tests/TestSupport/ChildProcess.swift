public import Foundation

/// Another program, run by a test.
public struct ChildProcess {
  /// What a program left behind when it ended.
  public struct Outcome: Sendable {
    /// The exit code, or the number of the signal that ended it.
    public var code: Int32
    /// What it wrote to stdout.
    public var output: String
    /// What it wrote to stderr.
    public var errors: String
  }

  /// The process, for its id and for signals.
  public let process = Process()
  private let output: PipeReader
  private let errors: PipeReader

  /// Starts a program with an empty stdin; `environment` is laid over the tests' own.
  public init(
    _ program: URL, _ arguments: [String], in folder: URL? = nil,
    environment: [String: String] = [:]
  ) throws {
    let (outputPipe, errorPipe) = (Pipe(), Pipe())
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = outputPipe
    process.standardError = errorPipe
    try process.run()
    // Both pipes are emptied from the start, so that a program that fills one is not stuck.
    output = PipeReader(outputPipe.fileHandleForReading)
    errors = PipeReader(errorPipe.fileHandleForReading)
  }

  /// Waits for the end.
  public func finish() -> Outcome {
    let (output, errors) = (output.text(), errors.text())
    process.waitUntilExit()
    return Outcome(code: process.terminationStatus, output: output, errors: errors)
  }

  /// The program of that name on the PATH, nil where there is none.
  public static func find(_ name: String) -> URL? {
    let folders = ProcessInfo.processInfo.environment["PATH"]?.split(separator: ":") ?? []
    return folders.map { URL(fileURLWithPath: String($0)).appendingPathComponent(name) }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }
}

/// Reads a pipe to its end on a thread of its own. The semaphore orders the one write before the
/// one read, hence `@unchecked`.
private final class PipeReader: @unchecked Sendable {
  private var data = Data()
  private let isDone = DispatchSemaphore(value: 0)

  init(_ handle: FileHandle) {
    Thread.detachNewThread { [self] in
      data = handle.readDataToEndOfFile()
      isDone.signal()
    }
  }

  func text() -> String {
    isDone.wait()
    return String(decoding: data, as: UTF8.self)
  }
}
