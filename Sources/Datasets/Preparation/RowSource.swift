internal import Foundation

/// A data set that can be cut into ranges of its units (bytes or images).
protocol RowSource: Sendable {
  /// What messages call it.
  var path: String { get }
  var classes: [String] { get }
  /// The units that ranges are cut from.
  var range: Range<Int> { get }
  /// How many partitions suit its size.
  var defaultPartitions: Int { get }
  /// Name, size and SHA-256.
  func identity() throws -> SourceIdentity
  /// Reads the rows that start in `range` into `builder`.
  func read(
    _ range: Range<Int>, into builder: PartBuilder, size: Int, progress: (Int) throws -> Void
  ) throws
  /// The data rows that start before `unit`, for messages.
  func rows(before unit: Int) throws -> Int
  /// The bad row as an error; `row` counts from 0 in the whole source.
  func error(_ rejected: RejectedRow, row: Int) -> DatasetError
}

extension RowSource {
  static var badRowRemedy: String { "mend the row, or pass --skip-bad-rows to leave such rows out" }

  /// Partition `index` of `count`.
  func partition(_ index: Int, of count: Int) -> Range<Int> {
    let piece = ranges(range.count, into: count)[index]
    return range.lowerBound + piece.lowerBound..<range.lowerBound + piece.upperBound
  }
}

/// A plain FER-format CSV; its units are bytes.
struct CSVSource: RowSource {
  private static let partitionBytes = 8 << 20

  let file: RandomAccessFile
  let layout: CSVLayout

  init(_ file: RandomAccessFile) throws {
    self.file = file
    layout = try CSVLayout(of: file, file: file.url.path)
  }

  var path: String { file.url.path }
  var classes: [String] { ClassNames.fer2013 }
  var range: Range<Int> { layout.dataStart..<max(layout.dataStart, file.byteCount) }
  var defaultPartitions: Int { max(1, file.byteCount / Self.partitionBytes) }

  func identity() throws -> SourceIdentity { identity(sha256: try SHA256.hex(of: file)) }

  /// The same where the sum is known.
  func identity(sha256: String) -> SourceIdentity {
    SourceIdentity(name: file.url.lastPathComponent, sha256: sha256, bytes: file.byteCount)
  }

  func read(
    _ range: Range<Int>, into builder: PartBuilder, size: Int, progress: (Int) throws -> Void
  ) throws {
    try CSVPartition(layout: layout, range: range, origin: layout.dataStart).parse(
      file, into: builder, size: size, progress: progress)
  }

  func rows(before unit: Int) throws -> Int {
    var count = 0
    try LineReader.forEachLine(
      of: file, in: layout.dataStart..<unit, origin: layout.dataStart
    ) { _ in count += 1 }
    return count
  }

  func error(_ rejected: RejectedRow, row: Int) -> DatasetError {
    // The header is line 1, the first data row line 2.
    .badRow(
      file: path, line: row + 2, problem: rejected.reason, remedy: Self.badRowRemedy)
  }
}
