internal import Foundation
internal import TensorCore

/// A regular file open for reading at any place. It reads with `pread`, so an answer never depends
/// on an earlier question.
final class InputFile {
  let size: Int
  private let path: String
  private let descriptor: Int32

  /// Throws `FileError`.
  init(_ url: URL) throws {
    path = url.path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    var status = stat()
    guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
      throw errno == ENOENT
        ? FileError.missing(
          path: path, expected: "a safetensors file", remedy: "check the path")
        : FileError.unreadable(path: path, reason: systemReason())
    }
    size = Int(status.st_size)
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileError.unreadable(path: path, reason: "it is no regular file")
    }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }

  /// Fills the memory with the bytes from `offset` on. Throws `FileError.unreadable`, also where
  /// the file has become shorter.
  func read(into memory: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    var done = 0
    while done < memory.count, let base = memory.baseAddress {
      let got = pread(descriptor, base + done, memory.count - done, off_t(offset + done))
      if got < 0 && errno == EINTR { continue }
      guard got > 0 else {
        let reason = got < 0 ? systemReason() : "it ended at byte \(offset + done)"
        throw FileError.unreadable(path: path, reason: reason)
      }
      done += got
    }
  }
}
