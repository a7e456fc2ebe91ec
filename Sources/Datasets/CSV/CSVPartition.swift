/// The data rows of a FER-format CSV that start in a range of its bytes: a pure function of
/// (bytes, range), so that partitions can be worked on anywhere, in any order.
struct CSVPartition {
  let layout: CSVLayout
  let range: Range<Int>
  /// Where the first data row of these bytes starts.
  let origin: Int

  /// Cuts what comes behind the header of `byteCount` bytes into `count` ranges of like length.
  static func cut(_ layout: CSVLayout, byteCount: Int, into count: Int) -> [CSVPartition] {
    let start = layout.dataStart
    return ranges(max(0, byteCount - start), into: count).map {
      CSVPartition(
        layout: layout, range: start + $0.lowerBound..<start + $0.upperBound, origin: start)
    }
  }

  /// Reads, checks and resizes the rows into `builder`.
  ///
  /// - Parameter progress: called with the bytes read, now and then.
  func parse(
    _ reader: some ByteReader, into builder: PartBuilder, size: Int,
    progress: (Int) throws -> Void
  ) throws {
    var parser = RowParser(layout, size: size)
    try LineReader.forEachLine(of: reader, in: range, origin: origin, progress: progress) {
      try add($0, to: builder, &parser)
    }
  }

  /// The same for a piece whose text was read.
  func parse(_ text: PieceText, into builder: PartBuilder, size: Int) throws {
    var parser = RowParser(layout, size: size)
    try LineReader.forEachLine(of: text.file, in: range, origin: origin, held: text.held) {
      try add($0, to: builder, &parser)
    }
  }

  private func add(
    _ line: LineReader.Line, to builder: PartBuilder, _ parser: inout RowParser
  ) throws {
    let row: RowParser.Row
    do throws(RowProblem) {
      row = try parser.parse(line, pixels: builder.pixels)
    } catch {
      return try builder.reject(error, excerpt: line.bytes.excerpt())
    }
    try builder.add(label: row.label, split: row.split)
  }
}

/// Ranges of like length that tile `0..<total`.
func ranges(_ total: Int, into count: Int) -> [Range<Int>] {
  (0..<count).map { total * $0 / count..<total * ($0 + 1) / count }
}
