public import Foundation

/// Adds bytes to the end of a file that is there, on disk and all. Throws `FileError.cannotWrite`, and
/// then the file is cut back to what it held before.
///
/// For files that others follow while they grow; all others are written by `AtomicFile`. The bytes go
/// out in one call, which a signal that ends the process does not cut; only a crash of the whole
/// machine can leave a part of them, so their format must tell a part from the whole.
public func appendAsOne(_ bytes: [UInt8], to file: URL) throws {
  func failure() -> FileError { .cannotWrite(path: file.path, reason: systemReason()) }
  let descriptor = open(file.path, O_WRONLY | O_APPEND | O_CLOEXEC)
  guard descriptor >= 0 else { throw failure() }
  defer { close(descriptor) }
  let before = lseek(descriptor, 0, SEEK_END)
  guard before >= 0 else { throw failure() }
  var rest = bytes[...]
  while !rest.isEmpty {
    let written = rest.withUnsafeBytes { systemWrite(descriptor, $0) }
    if written < 0 && errno == EINTR { continue }
    guard written > 0 else {
      let error = failure()
      _ = ftruncate(descriptor, before)
      throw error
    }
    rest = rest.dropFirst(written)
  }
  guard fsync(descriptor) == 0 else { throw failure() }
}

private func systemWrite(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  write(descriptor, bytes.baseAddress, bytes.count)
}
