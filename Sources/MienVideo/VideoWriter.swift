internal import CVideoInterface
public import Foundation
public import Imaging
internal import TensorCore

/// Writes a video; the file appears whole or not at all. Serves one thread at a time.
public final class VideoWriter {
  /// Endings of names and the codecs that are written under them.
  public static let codecs = ["mp4": "mp4v", "mkv": "mp4v", "avi": "MJPG", "webm": "VP80"]

  /// The size of its pictures, both even, as most codecs need them.
  public let (width, height): (Int, Int)
  private let destination, temporary: URL
  private let functions: mien_video_functions
  private var writer: OpaquePointer?
  private var count = 0

  /// Begins a file.
  ///
  /// - Parameters:
  ///   - file: ends in one of `codecs`.
  ///   - framesPerSecond: above 0.
  ///   - width: of the pictures; an odd one is made even.
  ///   - height: see `width`.
  ///
  /// Throws `VideoError`, `FileError.cannotWrite`.
  public init(_ file: URL, framesPerSecond: Double, width: Int, height: Int) throws {
    guard let codec = Self.codecs[file.pathExtension.lowercased()] else {
      throw VideoError.cannotWrite(
        path: file.relativePath,
        problem: "expected a name that ends in "
          + Self.codecs.keys.sorted().map { ".\($0)" }.joined(separator: ", "))
    }
    destination = file
    (self.width, self.height) = (max(2, width & ~1), max(2, height & ~1))
    let functions = try VideoLibrary.functions()
    try createFolder(file.deletingLastPathComponent())
    // The ending decides the container, so it stays.
    temporary = file.deletingLastPathComponent().appendingPathComponent(
      ".\(file.deletingPathExtension().lastPathComponent).\(getpid())-"
        + "\(UInt32.random(in: 0...UInt32.max)).tmp.\(file.pathExtension)")
    let (path, size) = (temporary.absoluteURL.path, (Int32(self.width), Int32(self.height)))
    var opened: OpaquePointer?
    let (status, message) = withVideoMessage {
      functions.create(path, codec, framesPerSecond, size.0, size.1, &opened, $0)
    }
    (self.functions, writer) = (functions, opened)
    guard status == MIEN_VIDEO_OK, opened != nil else {
      try? FileManager.default.removeItem(at: temporary)
      throw VideoError.cannotWrite(path: file.relativePath, problem: message)
    }
  }

  deinit {
    close()
    try? FileManager.default.removeItem(at: temporary)
  }

  /// Adds a picture; one of another size is brought to the video's. Throws
  /// `VideoError.cannotWrite`.
  public func add(_ image: RGBImage) throws(VideoError) {
    guard let writer else { return }
    let picture = image.resized(width: width, height: height)
    let (status, message) = withVideoMessage { functions.write(writer, picture.pixels, $0) }
    guard status == MIEN_VIDEO_OK else { throw failure(message) }
    count += 1
  }

  /// Ends the file and makes it visible under its name. FFmpeg does not say when a disk is full, so the
  /// file is opened again and asked for its frames. Throws `VideoError.cannotWrite`.
  public func commit() throws {
    close()
    guard count > 0 else { throw failure("it has no picture") }
    let written = try? VideoReader(.file(temporary)).frameCount
    guard let written, abs(written - count) <= 1 else {
      throw failure(
        "\(written ?? 0) of \(count) pictures were written; is the disk full?")
    }
    guard rename(temporary.path, destination.path) == 0 else {
      throw failure(String(cString: strerror(errno)))
    }
  }

  private func close() {
    guard let writer else { return }
    _ = withVideoMessage { functions.close_writer(writer, $0) }
    self.writer = nil
  }

  private func failure(_ problem: String) -> VideoError {
    .cannotWrite(path: destination.relativePath, problem: problem)
  }
}
