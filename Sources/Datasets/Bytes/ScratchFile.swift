internal import Foundation
internal import Synchronization
internal import TensorCore

/// Where blocks of pixels are put down and found again.
protocol PixelStore: Sendable {
  /// Fills `buffer` with the bytes from `offset` on.
  func load(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws
  /// The `count` bytes from `offset` on, where they lie in memory as long as the store lives.
  func bytes(at offset: Int, _ count: Int) -> UnsafeRawBufferPointer?
}

extension PixelStore {
  /// Nothing lies in memory, unless the store says otherwise.
  func bytes(at offset: Int, _ count: Int) -> UnsafeRawBufferPointer? { nil }
}

/// Room for pixels: the first of them in memory, the others on disk in a file without a name, which
/// is gone when the process ends, however that happens. Threads may write and read at once.
final class ScratchFile: PixelStore, @unchecked Sendable {
  // Unchecked: every block of the memory is written once, before anyone knows its offset.

  /// So many bytes stay in memory, which saves writing and reading them; not more, because memory
  /// must not grow with the source.
  static let memoryBytes = 24 << 20

  private let memory: UnsafeMutableRawBufferPointer
  private let descriptor: Int32
  private let folder: String
  private let end = Atomic<Int>(0)
  /// Where the part on disk begins.
  private let boundary = Atomic<Int>(memoryBytes)

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
    // Pages that are never touched are never given.
    memory = .allocate(byteCount: Self.memoryBytes, alignment: 2 << 20)
    #if canImport(Glibc)
      madvise(memory.baseAddress, memory.count, MADV_HUGEPAGE)
    #endif
  }

  deinit {
    close(descriptor)
    memory.deallocate()
  }

  /// Puts down a block and says where.
  func append(_ block: UnsafeRawBufferPointer) throws -> Int {
    let offset = end.wrappingAdd(block.count, ordering: .relaxed).oldValue
    if offset + block.count <= memory.count {
      UnsafeMutableRawBufferPointer(rebasing: memory[offset...]).copyMemory(from: block)
      return offset
    }
    // At most one block would lie across the end of the memory; it goes to disk as a whole.
    if offset < memory.count { boundary.store(offset, ordering: .releasing) }
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

  func bytes(at offset: Int, _ count: Int) -> UnsafeRawBufferPointer? {
    guard offset + count <= boundary.load(ordering: .acquiring) else { return nil }
    return UnsafeRawBufferPointer(rebasing: memory[offset..<offset + count])
  }

  func load(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    // A run of blocks may begin in memory and end on disk.
    let inMemory = max(0, min(buffer.count, boundary.load(ordering: .acquiring) - offset))
    if inMemory > 0 {
      buffer.copyMemory(
        from: UnsafeRawBufferPointer(rebasing: memory[offset..<offset + inMemory]))
    }
    let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[inMemory...])
    let count = try readFully(descriptor, at: offset + inMemory, into: rest) {
      FileError.unreadable(path: folder, reason: systemReason())
    }
    precondition(count == rest.count, "\(count) bytes of \(rest.count) in the scratch file")
  }
}
