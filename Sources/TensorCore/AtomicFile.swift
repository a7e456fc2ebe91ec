public import Foundation

/// A file that appears whole or not at all: bytes go to a neighbour `NAME.PID-N.tmp`, and
/// `commit()` moves it over the final name. Dropped without a commit, it leaves nothing behind.
public final class AtomicFile {
  private let destination: URL
  private let temporary: URL
  private var descriptor: Int32
  private var buffer: [UInt8] = []
  private static let flushThreshold = 1 << 16

  /// Opens the neighbour; missing parent folders are made. Throws `FileError.cannotWrite`, also for a
  /// device, a pipe or a folder: to move a file over them would be to destroy them.
  public init(_ destination: URL) throws {
    self.destination = destination
    var status = stat()
    if stat(destination.path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      throw FileError.cannotWrite(
        path: destination.path, reason: "it is there and is no file; give a file's name")
    }
    try createFolder(destination.deletingLastPathComponent())
    temporary = destination.deletingLastPathComponent().appendingPathComponent(
      ".\(destination.lastPathComponent).\(getpid())-\(UInt32.random(in: 0...UInt32.max)).tmp")
    descriptor = open(temporary.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw FileError.cannotWrite(path: destination.path, reason: systemReason())
    }
  }

  deinit { discard() }

  /// Appends bytes.
  public func write(_ bytes: some Collection<UInt8>) throws {
    buffer.append(contentsOf: bytes)
    if buffer.count >= Self.flushThreshold { try flush() }
  }

  /// Appends the UTF-8 bytes of a text.
  public func write(_ text: String) throws { try write(text.utf8) }

  /// Appends raw memory without a detour through the buffer.
  public func write(raw bytes: UnsafeRawBufferPointer) throws {
    try flush()
    try writeAll(bytes)
  }

  /// Replaces bytes that were written before.
  public func overwrite(at offset: Int, _ bytes: UnsafeRawBufferPointer) throws {
    try flush()
    guard pwrite(descriptor, bytes.baseAddress, bytes.count, off_t(offset)) == bytes.count else {
      throw failure()
    }
  }

  /// Makes the file visible under its name, on disk and all. Throws `FileError.cannotWrite`, and
  /// then whatever was there before still is.
  ///
  /// - Parameter sync: brings the file to the disk later, which is enough where its folder is moved
  ///   into place after `sync.finish()`; nil brings it there before it is visible.
  public func commit(syncedBy sync: FileSync? = nil) throws {
    try flush()
    if let sync {
      sync.add(descriptor, path: destination.path)
    } else {
      guard fsync(descriptor) == 0 else { throw failure() }
      // Whatever close says, the descriptor is gone; the data were synced before.
      close(descriptor)
    }
    descriptor = -1
    guard rename(temporary.path, destination.path) == 0 else {
      let error = failure()
      unlink(temporary.path)
      throw error
    }
  }

  private func flush() throws {
    try buffer.withUnsafeBytes { try writeAll($0) }
    buffer.removeAll(keepingCapacity: true)
  }

  private func writeAll(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes
    while let start = rest.baseAddress, !rest.isEmpty {
      #if canImport(Glibc)
        let written = Glibc.write(descriptor, start, rest.count)
      #else
        let written = Foundation.write(descriptor, start, rest.count)
      #endif
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw failure() }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
    }
  }

  private func failure() -> FileError {
    .cannotWrite(path: destination.path, reason: systemReason())
  }

  private func discard() {
    guard descriptor >= 0 else { return }
    close(descriptor)
    unlink(temporary.path)
  }
}

extension AtomicFile {
  /// Takes away the neighbours that processes left in a folder which were killed while writing;
  /// those of a living process stay.
  public static func removeAbandoned(in folder: URL) {
    // Most names are none of ours, and a regular expression takes its time to say so.
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    where name.hasPrefix(".") && name.hasSuffix(".tmp") {
      guard let match = name.wholeMatch(of: /\..+\.(\d+)-\d+\.tmp/),
        let process = pid_t(match.1), kill(process, 0) != 0, errno == ESRCH
      else { continue }
      unlink(folder.appendingPathComponent(name).path)
    }
  }
}

/// Writes a whole file beside its name and moves it into place; `sync` as in `AtomicFile.commit`.
public func writeAtomically(
  _ bytes: some Collection<UInt8>, to destination: URL, syncedBy sync: FileSync? = nil
) throws {
  let file = try AtomicFile(destination)
  try file.write(bytes)
  try file.commit(syncedBy: sync)
}

/// Makes a folder and its parents. Throws `FileError.cannotWrite`.
public func createFolder(_ folder: URL) throws {
  if mkdir(folder.path, 0o777) == 0 { return }
  var reason = systemReason()
  switch errno {
  case EEXIST:
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder)
    if isFolder.boolValue { return }
    reason = "a file of that name exists"
  case ENOENT where folder.pathComponents.count > 1:
    try createFolder(folder.deletingLastPathComponent())
    if mkdir(folder.path, 0o777) == 0 || errno == EEXIST { return }
    reason = systemReason()
  default: break
  }
  throw FileError.cannotWrite(path: folder.path, reason: reason)
}

/// The system's words for the last failed call.
public func systemReason() -> String { String(cString: strerror(errno)) }

/// Reads a whole file. Throws `FileError`; `expected` says in words what should be there.
public func readFile(_ url: URL, expected: String) throws -> Data {
  var isFolder: ObjCBool = false
  guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
    throw FileError.missing(path: url.path, expected: expected, remedy: "check the path")
  }
  guard !isFolder.boolValue else {
    throw FileError.unreadable(path: url.path, reason: "it is a folder, expected \(expected)")
  }
  do {
    // Not `Data(contentsOf:)`, which wants to know the size: a pipe has none.
    return try FileHandle(forReadingFrom: url).readToEnd() ?? Data()
  } catch {
    throw FileError.unreadable(path: url.path, reason: systemReason())
  }
}
