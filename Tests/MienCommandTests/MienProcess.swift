import Foundation

/// The built program `mien`, run as a process of its own: what a user's script sees.
struct MienProcess {
  /// What one run left behind.
  struct Outcome: Sendable {
    var code: Int32
    var output: String
    var errors: String
    var outputLines: [String] { output.split(separator: "\n").map(String.init) }
  }

  /// The program that the build put beside the bundle these tests are in.
  static let executable: URL = {
    // SwiftPM runs the bundle itself, or a helper that is handed the bundle's path.
    let arguments = CommandLine.arguments
    let index = arguments.firstIndex(of: "--test-bundle-path")
    let bundle = index.map { arguments[$0 + 1] } ?? arguments[0]
    return URL(fileURLWithPath: bundle).deletingLastPathComponent().appendingPathComponent("mien")
  }()

  let process = Process()
  private let output = Pipe()
  private let errors = Pipe()

  /// Starts `mien` with these arguments; `environment` is added to the tests' own.
  static func start(
    _ arguments: [String], in folder: URL? = nil, environment: [String: String] = [:]
  ) throws -> MienProcess {
    try MienProcess(executable, arguments, in: folder, environment: environment)
  }

  /// Runs `mien` to its end.
  @discardableResult
  static func run(
    _ arguments: String..., in folder: URL? = nil, environment: [String: String] = [:]
  ) throws -> Outcome {
    try start(arguments, in: folder, environment: environment).finish()
  }

  /// Runs a line of `bash`, in which `mien` is the program under test, to its end.
  static func shell(
    _ script: String, in folder: URL? = nil, environment: [String: String] = [:]
  ) throws -> Outcome {
    try MienProcess(
      URL(fileURLWithPath: "/bin/bash"), ["-e", "-u", "-c", script], in: folder,
      environment: environment
    ).finish()
  }

  private init(
    _ program: URL, _ arguments: [String], in folder: URL?, environment: [String: String]
  ) throws {
    process.executableURL = program
    process.arguments = arguments
    process.currentDirectoryURL = folder
    var variables = ProcessInfo.processInfo.environment
    let path = variables["PATH"] ?? "/usr/bin:/bin"
    variables["PATH"] = "\(Self.executable.deletingLastPathComponent().path):\(path)"
    process.environment = variables.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
  }

  /// Reads all output and waits for the end.
  func finish() throws -> Outcome {
    // Both pipes are emptied at once, so that a program that fills one is not stuck.
    let errorReader = PipeReader(errors.fileHandleForReading)
    let outputData = output.fileHandleForReading.readDataToEndOfFile()
    let errorData = errorReader.wait()
    process.waitUntilExit()
    return Outcome(
      code: process.terminationStatus, output: String(decoding: outputData, as: UTF8.self),
      errors: String(decoding: errorData, as: UTF8.self))
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

  func wait() -> Data {
    isDone.wait()
    return data
  }
}

/// A folder that is gone after `body`.
func withTemporaryFolder<R>(_ body: (URL) throws -> R) throws -> R {
  let folder = FileManager.default.temporaryDirectory
    .appendingPathComponent("mien-test-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder)
}
