/// A row that was left out.
struct RejectedRow: Codable, Equatable, Sendable {
  /// Data row in the part, from 0.
  var row: Int
  let reason: String
  let excerpt: String
}

/// What a part knows about its rows beside their pixels: parallel lists, one entry a good row.
struct PartTable: Codable, Equatable, Sendable {
  /// Data rows, the rejected included.
  var rowCount = 0
  /// Split names in order of first appearance; empty where the source has no splits.
  var splitNames: [String] = []
  var labels: [UInt8] = []
  /// Indices into `splitNames`.
  var splits: [Int] = []
  /// Data rows in the part, from 0.
  var rows: [Int] = []
  /// Hashes of the pixels: equal images have equal ones.
  var contentHashes: [UInt64] = []
  /// Hashes of what the images look like: similar images have similar ones.
  var perceptualHashes: [UInt64] = []
  /// Where the pixels lie in their store.
  var offsets: [Int] = []
  var rejected: [RejectedRow] = []

  /// The number of good rows.
  var count: Int { labels.count }

  /// Whether the lists belong together, for tables that come from a file.
  func isConsistent(pixelBytes: Int) -> Bool {
    let counts = [
      splits.count, rows.count, contentHashes.count, perceptualHashes.count, offsets.count,
    ]
    return counts.allSatisfy { $0 == count } && rowCount == count + rejected.count
      && splits.allSatisfy { splitNames.isEmpty ? $0 == 0 : splitNames.indices.contains($0) }
      && rows.allSatisfy { (0..<rowCount).contains($0) } && offsets.allSatisfy { $0 >= 0 }
      && offsets.allSatisfy { $0 <= pixelBytes }
  }
}

/// The first bad row of a part, where none is allowed.
struct FirstBadRow: Error {
  let rejected: RejectedRow
}

/// Fills a table row by row and puts the pixels down in blocks.
final class PartBuilder {
  private static let blockRows = 256

  private(set) var table = PartTable()
  private let size: Int
  private let skipsBadRows: Bool
  private let hash: PerceptualHash
  private let putDown: (UnsafeRawBufferPointer) throws -> Int
  private let block: UnsafeMutablePointer<UInt8>
  private var filled = 0
  private var splitIndex: [String: Int] = [:]

  /// - Parameter putDown: stores a block of images and says at which offset.
  init(
    size: Int, skipsBadRows: Bool, putDown: @escaping (UnsafeRawBufferPointer) throws -> Int
  ) {
    self.size = size
    self.skipsBadRows = skipsBadRows
    self.putDown = putDown
    hash = PerceptualHash(width: size, height: size)
    block = .allocate(capacity: Self.blockRows * size * size)
  }

  deinit { block.deallocate() }

  /// Where the next image is to be written before `add`.
  var pixels: UnsafeMutablePointer<UInt8> { block + filled * size * size }

  /// Takes over the image at `pixels` as the next data row.
  func add(label: UInt8, split: String?) throws {
    table.labels.append(label)
    table.splits.append(split.map(index) ?? 0)
    table.rows.append(table.rowCount)
    table.contentHashes.append(contentHash(pixels, count: size * size))
    table.perceptualHashes.append(hash(pixels))
    table.rowCount += 1
    filled += 1
    if filled == Self.blockRows { try flush() }
  }

  /// Leaves the next data row out, or throws `FirstBadRow`.
  func reject(_ problem: RowProblem, excerpt: String) throws {
    let rejected = RejectedRow(row: table.rowCount, reason: problem.text, excerpt: excerpt)
    guard skipsBadRows else { throw FirstBadRow(rejected: rejected) }
    table.rejected.append(rejected)
    table.rowCount += 1
  }

  /// The whole table, once all rows are in.
  func finish() throws -> PartTable {
    try flush()
    return table
  }

  private func index(of split: String) -> Int {
    if let index = splitIndex[split] { return index }
    splitIndex[split] = table.splitNames.count
    table.splitNames.append(split)
    return table.splitNames.count - 1
  }

  private func flush() throws {
    guard filled > 0 else { return }
    let bytes = size * size
    let start = try putDown(UnsafeRawBufferPointer(start: block, count: filled * bytes))
    table.offsets += (0..<filled).map { start + $0 * bytes }
    filled = 0
  }
}
