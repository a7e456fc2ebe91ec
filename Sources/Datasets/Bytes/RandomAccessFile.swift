internal import Foundation
internal import TensorCore

/// Bytes that can be read from any place: of a file, or of memory.
protocol ByteReader {
  /// Fills `buffer` with the bytes from `offset` on; fewer only at the end, 0 past it.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

/// A file open for reading; threads may read at once.
final class RandomAccessFile: ByteReader, Sendable {
  let url: URL
  /// The size when it was opened.
  let byteCount: Int
  private let descriptor: Int32

  /// Throws `FileError`; `expected` says in words what should be at the path.
  init(_ url: URL, expected: String) throws {
    var status = stat()
    guard stat(url.path, &status) == 0 else {
      throw errno == ENOENT
        ? FileError.missing(path: url.path, expected: expected, remedy: "check the path")
        : FileError.unreadable(path: url.path, reason: systemReason())
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw FileError.unreadable(path: url.path, reason: "no regular file, expected \(expected)")
    }
    descriptor = open(url.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw FileError.unreadable(path: url.path, reason: systemReason())
    }
    self.url = url
    byteCount = Int(status.st_size)
  }

  deinit { close(descriptor) }

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    try readFully(descriptor, at: offset, into: buffer) {
      FileError.unreadable(path: url.path, reason: systemReason())
    }
  }
}

/// Bytes in memory as a reader.
struct MemoryReader: ByteReader {
  let bytes: UnsafeRawBufferPointer

  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    let count = max(0, min(buffer.count, bytes.count - offset))
    guard count > 0 else { return 0 }
    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count]))
    return count
  }
}

/// `pread` until the buffer is full or the file ends.
func readFully(
  _ descriptor: Int32, at offset: Int, into buffer: UnsafeMutableRawBufferPointer,
  failure: () -> FileError
) throws -> Int {
  var filled = 0
  while filled < buffer.count {
    let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[filled...])
    let count = pread(descriptor, rest.baseAddress, rest.count, off_t(offset + filled))
    if count < 0 && errno == EINTR { continue }
    guard count >= 0 else { throw failure() }
    if count == 0 { break }
    filled += count
  }
  return filled
}
