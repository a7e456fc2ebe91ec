internal import Foundation
internal import TensorCore

/// The shards of a source whose rows say their splits, written as the rows come: the pixels go from
/// the text to their file while they are in the core's cache, and nowhere else.
///
/// Rows are taken in source order, whoever read them. A shard's number is known when all rows are
/// there, so it has a name of its own until then.
final class ShardStream: @unchecked Sendable {
  // Unchecked: `RowOrder` lets one thread in at a time.

  /// The text that a thread reads at a time: its pixels stay in the core's cache.
  static let pieceBytes = 1 << 20

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
  private var shards: [[Shard]] = []
  private(set) var places: [Place] = []

  /// Where a row's pixels are.
  struct Place {
    let split: Int
    /// The shard among those of its split.
    let shard: Int
    /// The place in the shard.
    let index: Int
  }

  /// - Parameters:
  ///   - size: the side of the images.
  ///   - sync: brings the shards to the disk.
  init(in folder: URL, size: Int, syncedBy sync: FileSync) {
    (self.folder, self.size, self.sync) = (folder, size, sync)
  }

  /// Takes the next rows of the source. Throws `TooManySplits` and `FileError.cannotWrite`.
  ///
  /// - Parameters:
  ///   - table: their labels, splits and numbers; `base` is to be added to those.
  ///   - pixels: their images, one behind the other.
  func append(_ table: PartTable, base: Int, _ pixels: UnsafeRawBufferPointer) throws {
    let splits = try table.splitNames.map { name in
      if let known = names.firstIndex(of: name) { return known }
      guard names.count < Self.mostSplits else { throw TooManySplits() }
      names.append(name)
      shards.append([])
      return names.count - 1
    }
    var start = 0
    while start < table.count {
      let split = splits[table.splits[start]]
      if shards[split].last?.isFull ?? true {
        try shards[split].last?.close(syncedBy: sync)
        let name = "stream-\(split)-\(shards[split].count).npy"
        shards[split].append(try Shard(folder.appendingPathComponent(name), size: size))
      }
      let number = shards[split].count - 1
      let shard = shards[split][number]
      // As many as are of the split and have room.
      var end = start + 1
      while end < table.count, end - start < shard.room, table.splits[end] == table.splits[start] {
        end += 1
      }
      let first = places.count
      for index in start..<end {
        places.append(Place(split: split, shard: number, index: shard.count + index - start))
      }
      let imageBytes = size * size
      try shard.append(
        labels: table.labels[start..<end], rows: table.rows[start..<end].map { base + $0 },
        members: first,
        UnsafeRawBufferPointer(rebasing: pixels[start * imageBytes..<end * imageBytes]))
      start = end
    }
  }

  /// Ends the shards and gives them their names.
  func finish(observer: PreparationObserver) throws -> StreamedShards {
    let all = shards.enumerated().flatMap { split, shards in shards.map { (split, $0) } }
    let (outcomes, failure) = parallelMap(all.count) { index in
      let outcome = try all[index].1.finish(
        as: index, split: names[all[index].0], in: folder, syncedBy: sync)
      try observer(PreparationProgress(stage: .writing, steps: 1, total: all.count))
      return outcome
    }
    if let failure { throw failure }
    var firsts = [0]
    for shards in shards { firsts.append((firsts.last ?? 0) + shards.count) }
    let stores = try outcomes.map {
      try ShardPixels(
        folder.appendingPathComponent($0.shard.inputs.file), size: size,
        staysOpen: outcomes.count <= Self.mostOpenShards)
    }
    return StreamedShards(
      outcomes: outcomes, stores: stores,
      places: places.map { (store: firsts[$0.split] + $0.shard, offset: $0.index * size * size) })
  }
}

/// Shards that were written as their rows came.
struct StreamedShards {
  let outcomes: [ShardWriter.Outcome]
  /// The pixels of each shard.
  let stores: [any PixelStore]
  /// The store of each row and the place there.
  let places: [(store: Int, offset: Int)]
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

/// A shard that is being written.
private final class Shard {
  private let size: Int
  private let url: URL
  private let file: AtomicFile
  private let sum = SHA256()
  private var digest: String?
  private var labels: [UInt8] = []
  private var rows: [Int64] = []
  private var levels = LevelCount()

  /// Opens the file as if it were to be full.
  init(_ url: URL, size: Int) throws {
    (self.url, self.size) = (url, size)
    file = try AtomicFile(url)
    let header = NPYHeader.bytes(.uint8, ShardWriter.shape(ShardWriter.rowsPerShard, size))
    header.withUnsafeBytes { sum.update($0) }
    try header.withUnsafeBytes { try file.write(raw: $0) }
  }

  var count: Int { labels.count }
  var room: Int { ShardWriter.rowsPerShard - count }
  var isFull: Bool { room == 0 }

  /// - Parameter members: the record of the first of the rows.
  func append(
    labels: ArraySlice<UInt8>, rows: [Int], members: Int, _ pixels: UnsafeRawBufferPointer
  ) throws {
    self.labels += labels
    self.rows += rows.map { Int64($0).littleEndian }
    levels.add(members..<members + rows.count, pixels)
    sum.update(pixels)
    try file.write(raw: pixels)
  }

  /// Ends a file that is full.
  func close(syncedBy sync: FileSync) throws {
    digest = sum.finish()
    try file.commit(syncedBy: sync)
  }

  /// Ends the shard as number `number`.
  func finish(
    as number: Int, split: String, in folder: URL, syncedBy sync: FileSync
  ) throws -> ShardWriter.Outcome {
    if digest == nil, isFull { try close(syncedBy: sync) }
    if digest == nil {
      // The header said how many rows a full one has; so the sum has to be made anew. Headers of
      // up to 4,096 rows have the same length: NumPy pads them.
      let header = NPYHeader.bytes(.uint8, ShardWriter.shape(count, size))
      try header.withUnsafeBytes { try file.overwrite(at: 0, $0) }
      try file.commit(syncedBy: sync)
      digest = try SHA256.hex(of: try RandomAccessFile(url, expected: "a shard"))
    }
    let name = ShardWriter.name("inputs", number)
    let destination = folder.appendingPathComponent(name)
    guard rename(url.path, destination.path) == 0 else {
      throw FileError.cannotWrite(path: destination.path, reason: systemReason())
    }
    return try ShardWriter.finish(
      number, split: split, inputs: Manifest.File(file: name, sha256: digest ?? ""),
      labels: labels, rows: rows, levels, in: folder, syncedBy: sync)
  }
}
