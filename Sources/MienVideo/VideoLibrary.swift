internal import CVideoInterface
internal import Foundation

/// The functions of OpenCV's video reader, which is loaded at the first call: it brings 200 libraries
/// with it.
enum VideoLibrary {
  /// What SwiftPM calls the library of the target `CVideo`.
  private static let name = "libMienVideoReader.so"

  /// The functions. Throws `VideoError.noReader`.
  static func functions() throws(VideoError) -> mien_video_functions { try loaded.get() }

  private static let loaded: Result<mien_video_functions, VideoError> = load()

  /// It lies beside the program, as it is built, or in `../lib/mien`, as it is installed.
  private static func load() -> Result<mien_video_functions, VideoError> {
    let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    let folder = program.deletingLastPathComponent()
    let places = [
      folder.appendingPathComponent(name),
      folder.deletingLastPathComponent().appendingPathComponent("lib/mien/\(name)"),
    ]
    guard let file = places.first(where: { FileManager.default.fileExists(atPath: $0.path) })
    else {
      return .failure(
        .noReader(
          problem: "no \(name) in "
            + places.map { $0.deletingLastPathComponent().path }
            .joined(separator: " or ")))
    }
    var functions: UnsafePointer<mien_video_functions>?
    let (_, message) = withVideoMessage {
      functions = mien_video_load(file.path, $0)
      return 0
    }
    guard let functions else { return .failure(.noReader(problem: message)) }
    return .success(functions.pointee)
  }
}

/// Calls a function that gives a status and then a message.
func withVideoMessage(
  _ body: (UnsafeMutablePointer<CChar>) -> Int32
) -> (status: Int, message: String) {
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: MIEN_VIDEO_MESSAGE_SIZE) { buffer in
    buffer.initialize(repeating: 0)
    guard let start = buffer.baseAddress else { return (-1, "") }
    let status = body(start)
    let message = String(cString: start).split(whereSeparator: \.isWhitespace)
    return (Int(status), message.joined(separator: " "))
  }
}
