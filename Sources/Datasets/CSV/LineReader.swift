internal import Foundation

/// Cuts bytes into lines within bounded memory.
struct LineReader {
  /// The longest line that is taken; of a longer one only that much is seen.
  static let lineLimit = 1 << 20
  /// So much is read at a time: it is still in the core's own cache when it is parsed.
  private static let pieceBytes = 1 << 18

  private static let smallPieceBytes = 1 << 14
  private static let windowBytes = lineLimit + 4096
  private static let windows = RoomPool(byteCount: windowBytes)

  /// One line without its end.
  struct Line {
    let bytes: UnsafeRawBufferPointer
    /// Where it starts.
    let offset: Int
    /// False for a last line that the file ends without a line feed.
    let isTerminated: Bool
    /// True where the line goes on beyond `lineLimit`.
    let isTooLong: Bool
  }

  /// Calls `body` with every line that starts in `range`, in order; the last one may reach beyond
  /// the range. A line starts at `origin` or after a line feed.
  ///
  /// - Parameter progress: called with the bytes read, now and then.
  static func forEachLine(
    of reader: some ByteReader, in range: Range<Int>, origin: Int,
    progress: (Int) throws -> Void = { _ in }, _ body: (Line) throws -> Void
  ) throws {
    let memory = windows.take()
    defer { windows.giveBack(memory) }
    let window = UnsafeMutableRawBufferPointer(start: memory, count: windowBytes)
    // The line feed that ends the line before is part of finding out whether one starts here.
    var isSkipping = range.lowerBound > origin
    var offset = isSkipping ? range.lowerBound - 1 : range.lowerBound
    var (start, end) = (0, 0)  // the unread part of the window, whose first byte is at `offset`
    var isAtEnd = false
    while true {
      let unread = UnsafeRawBufferPointer(rebasing: window[start..<end])
      if let length = unread.firstIndex(ofByte: UInt8(ascii: "\n")) {
        if !isSkipping {
          if offset >= range.upperBound { return }
          let line = UnsafeRawBufferPointer(rebasing: unread[..<length])
          try body(Line(bytes: line, offset: offset, isTerminated: true, isTooLong: false))
        }
        isSkipping = false
        offset += length + 1
        start += length + 1
        continue
      }
      if isAtEnd {
        if !unread.isEmpty, !isSkipping, offset < range.upperBound {
          try body(Line(bytes: unread, offset: offset, isTerminated: false, isTooLong: false))
        }
        return
      }
      if unread.count > lineLimit || isSkipping {
        if !isSkipping {
          if offset >= range.upperBound { return }
          let line = UnsafeRawBufferPointer(rebasing: unread[..<lineLimit])
          try body(Line(bytes: line, offset: offset, isTerminated: false, isTooLong: true))
          isSkipping = true
        }
        offset += unread.count
        (start, end) = (0, 0)
        if offset >= range.upperBound { return }
      } else {
        if offset >= range.upperBound { return }
        window.copyMemory(from: unread)
        (start, end) = (0, unread.count)
      }
      // Past the range only a line's end is missing.
      let wanted = max(smallPieceBytes, min(pieceBytes, range.upperBound - offset - end))
      let room = window[end..<min(end + wanted, window.count)]
      let count = try reader.read(
        at: offset + end, into: UnsafeMutableRawBufferPointer(rebasing: room))
      isAtEnd = count == 0
      end += count
      try progress(count)
    }
  }

  /// The same where the bytes from the range's first on, or from the one before it unless that is the
  /// origin, lie in memory already; what of the last line is missing there is read.
  static func forEachLine(
    of reader: some ByteReader, in range: Range<Int>, origin: Int, held: UnsafeRawBufferPointer,
    _ body: (Line) throws -> Void
  ) throws {
    let isSkipping = range.lowerBound > origin
    let offset = isSkipping ? range.lowerBound - 1 : range.lowerBound
    var start = 0
    if isSkipping {
      guard let length = held.firstIndex(ofByte: UInt8(ascii: "\n")) else {
        return try forEachLine(of: reader, in: range, origin: origin, body)
      }
      start = length + 1
    }
    while offset + start < range.upperBound {
      let rest = UnsafeRawBufferPointer(rebasing: held[start...])
      guard let length = rest.firstIndex(ofByte: UInt8(ascii: "\n")), length <= lineLimit else {
        let next = offset + start
        return try forEachLine(of: reader, in: next..<range.upperBound, origin: next, body)
      }
      let line = UnsafeRawBufferPointer(rebasing: rest[..<length])
      try body(Line(bytes: line, offset: offset + start, isTerminated: true, isTooLong: false))
      start += length + 1
    }
  }
}

extension UnsafeRawBufferPointer {
  /// The place of the first such byte.
  func firstIndex(ofByte byte: UInt8) -> Int? {
    guard let start = baseAddress, let found = memchr(start, Int32(byte), count) else {
      return nil
    }
    return UnsafeRawPointer(found) - start
  }

  /// The bytes as text that is safe to show: what is not printable is escaped, and it is cut short.
  func excerpt(_ limit: Int = 60) -> String {
    var text = ""
    for byte in prefix(limit) {
      text +=
        (0x20..<0x7F).contains(byte)
        ? String(UnicodeScalar(byte)) : "\\x" + String(UInt16(byte) + 0x100, radix: 16).dropFirst()
    }
    return count > limit ? text + "…" : text
  }
}
