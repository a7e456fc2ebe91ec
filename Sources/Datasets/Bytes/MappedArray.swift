internal import Foundation
internal import TensorCore

/// The numbers of a `.npy` file, mapped into memory: read when touched, shared between processes.
final class MappedArray: @unchecked Sendable {
  // Unchecked: the mapping is read-only and lives as long as the object.
  let header: NPYHeader
  let file: RandomAccessFile
  private let mapping: UnsafeMutableRawPointer
  private let length: Int

  /// Maps the file. Throws `FileError` and `DatasetError.badArray`.
  init(_ url: URL, expected: String) throws {
    file = try RandomAccessFile(url, expected: expected)
    header = try NPYHeader(of: file)
    length = file.byteCount
    let descriptor = open(url.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw FileError.unreadable(path: url.path, reason: systemReason())
    }
    defer { close(descriptor) }
    guard let mapping = mmap(nil, length, PROT_READ, MAP_PRIVATE, descriptor, 0),
      mapping != MAP_FAILED
    else { throw FileError.unreadable(path: url.path, reason: systemReason()) }
    self.mapping = mapping
  }

  deinit { munmap(mapping, length) }

  /// The numbers as bytes.
  var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: mapping + header.dataOffset, count: header.dataCount)
  }
}
