/// Bytes of a file that whole numbers are read from; nil where they lie beyond the end.
struct ByteView {
  let bytes: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { self.bytes = bytes[...] }
  init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

  var count: Int { bytes.count }

  /// An unsigned number of `size` bytes, at most 4.
  func number(at offset: Int, size: Int, littleEndian: Bool) -> Int? {
    guard offset >= 0, offset <= count - size else { return nil }
    let start = bytes.startIndex + offset
    let digits = bytes[start..<start + size]
    return littleEndian
      ? digits.reversed().reduce(0) { $0 << 8 | Int($1) } : digits.reduce(0) { $0 << 8 | Int($1) }
  }

  /// A number with its least byte first.
  func little(_ offset: Int, _ size: Int) -> Int? {
    number(at: offset, size: size, littleEndian: true)
  }

  /// A number with its greatest byte first.
  func big(_ offset: Int, _ size: Int) -> Int? {
    number(at: offset, size: size, littleEndian: false)
  }

  /// True where the bytes from `offset` on are those of the text.
  func hasText(_ text: String, at offset: Int) -> Bool {
    offset >= 0 && offset <= count && bytes.dropFirst(offset).starts(with: text.utf8)
  }

  /// A piece, cut where the bytes end.
  func piece(from offset: Int, count: Int) -> ByteView {
    ByteView(bytes.dropFirst(max(0, offset)).prefix(max(0, count)))
  }
}
