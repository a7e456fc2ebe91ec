internal import Foundation
internal import TensorCore

/// The text of a piece of a file, read once for all that is done with it.
final class PieceText: @unchecked Sendable {
  // Unchecked: filled as it is made, then only read.

  /// The most that a piece has.
  static let mostBytes = 1 << 20
  /// So much is read beyond the piece, for its last line: more than one of FER-2013 has.
  private static let overhang = 12 << 10
  private static let pool = RoomPool(byteCount: mostBytes + overhang + 1)

  let file: RandomAccessFile
  private let start: UnsafeMutableRawPointer
  /// The text from the byte before the piece on, which may end a line, or from its first where that
  /// is the first of all; some of what is behind the piece, too.
  let held: UnsafeRawBufferPointer
  /// The piece itself.
  let bytes: UnsafeRawBufferPointer

  /// Reads the bytes of `range`, whose file has its first data row at `origin`. Throws `FileError`.
  init(_ file: RandomAccessFile, _ range: Range<Int>, origin: Int) throws {
    precondition(range.count <= Self.mostBytes, "a piece of \(range.count) bytes")
    self.file = file
    start = Self.pool.take()
    let first = range.lowerBound > origin ? range.lowerBound - 1 : range.lowerBound
    let end = min(range.upperBound + Self.overhang, max(range.upperBound, file.byteCount))
    let room = UnsafeMutableRawBufferPointer(start: start, count: end - first)
    do {
      let count = try file.read(at: first, into: room)
      guard count >= range.upperBound - first else {
        throw FileError.unreadable(
          path: file.url.path,
          reason: "it became shorter while it was read, \(first + count) bytes, expected "
            + "\(file.byteCount)")
      }
      held = UnsafeRawBufferPointer(rebasing: room[..<count])
      bytes = UnsafeRawBufferPointer(
        rebasing: room[range.lowerBound - first..<range.upperBound - first])
    } catch {
      Self.pool.giveBack(start)
      throw error
    }
  }

  deinit { Self.pool.giveBack(start) }
}
