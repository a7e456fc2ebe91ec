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

/// Fills a table row by row and keeps the images, or puts them down in blocks.
final class PartBuilder {
  private static let blockRows = 256
  /// So many images are hashed at a time: they are still in the core's cache.
  private static let hashedRows = 16

  private(set) var table = PartTable()
  /// The images of the rows, or of those of the last block.
  let images = ImageRoom()
  private let imageBytes: Int
  private let skipsBadRows: Bool
  private let hash: PerceptualHash
  private let putDown: ((UnsafeRawBufferPointer) throws -> Int)?
  private var splitIndex: [String: Int] = [:]

  /// - Parameters:
  ///   - hash: the hash for images of this size, where there is one already.
  ///   - putDown: stores a block of images and says at which offset; nil leaves all in `images`.
  init(
    size: Int, skipsBadRows: Bool, hash: PerceptualHash? = nil,
    putDown: ((UnsafeRawBufferPointer) throws -> Int)?
  ) {
    imageBytes = size * size
    self.skipsBadRows = skipsBadRows
    self.putDown = putDown
    self.hash = hash ?? PerceptualHash(width: size, height: size)
  }

  /// Where the next image is to be written before `add`.
  var pixels: UnsafeMutablePointer<UInt8> { images.place(imageBytes) }

  /// Takes over the image at `pixels` as the next data row.
  func add(label: UInt8, split: String?) throws {
    table.labels.append(label)
    table.splits.append(split.map(index) ?? 0)
    table.rows.append(table.rowCount)
    table.rowCount += 1
    images.add(imageBytes)
    if table.count - table.contentHashes.count == Self.hashedRows { hashImages() }
    if putDown != nil, images.byteCount == Self.blockRows * imageBytes { try flush() }
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

  /// Hashes the images that were not yet.
  private func hashImages() {
    let count = table.count - table.contentHashes.count
    let fresh = images.bytes.suffix(count * imageBytes)
    guard let first = UnsafeRawBufferPointer(rebasing: fresh).baseAddress else { return }
    let pixels = first.assumingMemoryBound(to: UInt8.self)
    table.contentHashes += contentHashes(pixels, bytes: imageBytes, count: count)
    table.perceptualHashes += (0..<count).map { hash(pixels + $0 * imageBytes) }
  }

  private func flush() throws {
    hashImages()
    let fresh = table.offsets.count..<table.count
    let start = try putDown?(images.bytes) ?? 0
    table.offsets += fresh.indices.map { start + ($0 - fresh.lowerBound) * imageBytes }
    if putDown != nil { images.removeAll() }
  }
}
