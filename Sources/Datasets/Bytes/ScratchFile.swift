internal import Foundation
internal import Synchronization
internal import TensorCore

/// Where blocks of pixels are put down and found again.
protocol PixelStore: Sendable {
  /// Fills `buffer` with the bytes from `offset` on.
  func load(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws
}

/// Room on disk without a name: it is gone when the process ends, however that happens.
/// Threads may write and read at once.
final class ScratchFile: PixelStore, Sendable {
  private let descriptor: Int32
  private let folder: String
  private let end = Atomic<Int>(0)

  /// Makes the file in `folder`, which is made where missing. Throws `FileError.cannotWrite`.
  init(in folder: URL) throws {
    try createFolder(folder)
    self.folder = folder.path
    var name = Array(folder.appendingPathComponent(".scratch-XXXXXX").path.utf8CString)
    descriptor = mkstemp(&name)
    guard descriptor >= 0 else {
      throw FileError.cannotWrite(path: folder.path, reason: systemReason())
    }
    unlink(name)
  }

  deinit { close(descriptor) }

  /// Puts down a block and says where.
  func append(_ block: UnsafeRawBufferPointer) throws -> Int {
    let offset = end.wrappingAdd(block.count, ordering: .relaxed).oldValue
    var written = 0
    while written < block.count {
      let rest = UnsafeRawBufferPointer(rebasing: block[written...])
      let count = pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset + written))
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        throw FileError.cannotWrite(path: folder, reason: systemReason())
      }
      written += count
    }
    return offset
  }

  func load(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    let count = try readFully(descriptor, at: offset, into: buffer) {
      FileError.unreadable(path: folder, reason: systemReason())
    }
    precondition(count == buffer.count, "\(count) bytes of \(buffer.count) in the scratch file")
  }
}
