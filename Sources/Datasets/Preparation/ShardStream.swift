internal import Foundation
internal import TensorCore

/// The shards of a source whose rows say their splits, written as the rows come: the pixels go from
/// the text to their file while they are in the core's cache, and nowhere else.
///
/// Rows are taken in source order, whoever read them. A shard's number is known when all rows are
/// there, so it has a name of its own until then.
final class ShardStream: @unchecked Sendable {
  // Unchecked: `PieceLine` lets one thread in at a time.

  /// Each split keeps a file open; a source of more splits is no source that this was made for.
  static let mostSplits = 16

  /// So many shards stay open to be read again.
  private static let mostOpenShards = 256

  /// The source has more splits than that.
  struct TooManySplits: Error {}

  private let folder: URL
  private let size: Int
  private let sync: FileSync
  private var names: [String] = []
  /// The shards of each split, the last of them open.
  private var shards: [[StreamedShard]] = []
  /// All rows so far; their store is the number of the shard among those of its split.
  private var records: [RowRecord] = []
  private var rejected: [RejectedRow] = []
  private var rowCount = 0

  /// - Parameters:
  ///   - size: the side of the images.
  ///   - sync: brings the shards to the disk.
  init(in folder: URL, size: Int, syncedBy sync: FileSync) {
    (self.folder, self.size, self.sync) = (folder, size, sync)
  }

  /// Takes the next rows of the source. Throws `TooManySplits` and `FileError.cannotWrite`.
  ///
  /// - Parameter images: of the rows of the table, one behind the other.
  func append(_ table: PartTable, _ images: UnsafeRawBufferPointer) throws {
    let splits = try table.splitNames.map { name in
      if let known = names.firstIndex(of: name) { return known }
      guard names.count < Self.mostSplits else { throw TooManySplits() }
      names.append(name)
      shards.append([])
      return names.count - 1
    }
    let imageBytes = size * size
    var start = 0
    while start < table.count {
      let split = splits[table.splits[start]]
      if shards[split].last?.isFull ?? true {
        try shards[split].last?.close(syncedBy: sync)
        let name = "stream-\(split)-\(shards[split].count)"
        shards[split].append(try StreamedShard(name, in: folder, size: size))
      }
      let number = shards[split].count - 1
      let shard = shards[split][number]
      // As many as are of the split and have room.
      var end = start + 1
      while end < table.count, end - start < shard.room, table.splits[end] == table.splits[start] {
        end += 1
      }
      let first = records.count
      for index in start..<end {
        records.append(
          RowRecord(
            label: table.labels[index], split: split, row: rowCount + table.rows[index],
            contentHash: table.contentHashes[index],
            perceptualHash: table.perceptualHashes[index], store: number,
            offset: (shard.count + index - start) * imageBytes))
      }
      try shard.append(
        records[first...],
        UnsafeRawBufferPointer(rebasing: images[start * imageBytes..<end * imageBytes]))
      start = end
    }
    for var row in table.rejected {
      row.row += rowCount
      rejected.append(row)
    }
    rowCount += table.rowCount
  }

  /// Ends the shards and gives them their names.
  func finish(observer: PreparationObserver) throws -> StreamedShards {
    var firsts = [0]
    for shards in shards { firsts.append((firsts.last ?? 0) + shards.count) }
    for index in records.indices { records[index].store += firsts[records[index].split] }
    let all = shards.enumerated().flatMap { split, shards in shards.map { (split, $0) } }
    let (finished, failure) = parallelMap(all.count) { index in
      let shard = try all[index].1.finish(
        as: index, split: names[all[index].0], in: folder, syncedBy: sync)
      try observer(PreparationProgress(stage: .writing, steps: 1, total: all.count))
      return shard
    }
    if let failure { throw failure }
    let stores = try finished.map {
      try ShardPixels(
        folder.appendingPathComponent($0.inputs), size: size,
        staysOpen: finished.count <= Self.mostOpenShards)
    }
    return StreamedShards(
      shards: finished, stores: stores, records: records, splitNames: names, rejected: rejected,
      rowCount: rowCount)
  }
}

/// Shards that were written as their rows came.
struct StreamedShards {
  let shards: [StreamedShard.Finished]
  /// The pixels of each shard.
  let stores: [any PixelStore]
  /// The rows in source order.
  let records: [RowRecord]
  /// In order of first appearance.
  let splitNames: [String]
  /// Numbered as in the whole source.
  let rejected: [RejectedRow]
  /// Data rows, the rejected included.
  let rowCount: Int
}

/// The images of a written shard.
struct ShardPixels: PixelStore {
  private let url: URL
  private let header: Int
  private let open: RandomAccessFile?

  /// - Parameter staysOpen: false where there are more shards than a process may hold open; then
  ///   the file is opened for each reading.
  init(_ url: URL, size: Int, staysOpen: Bool) throws {
    self.url = url
    header = NPYHeader.bytes(.uint8, ShardWriter.shape(ShardWriter.rowsPerShard, size)).count
    open = staysOpen ? try Self.file(url) : nil
  }

  private static func file(_ url: URL) throws -> RandomAccessFile {
    try RandomAccessFile(url, expected: "a shard")
  }

  func load(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    try (open ?? Self.file(url)).load(at: header + offset, into: buffer)
  }
}
