internal import Foundation
internal import TensorCore

/// A shard that is written as its rows come. Its files have names of their own until `finish`.
final class StreamedShard {
  private let name: String
  private let folder: URL
  private let size: Int
  private let file: AtomicFile
  private let sum = SHA256()
  private var labels: [UInt8] = []
  private var rows: [Int64] = []
  private var levels = LevelCount()
  private var closed: Closed?

  /// What is known when the last row is in.
  private struct Closed {
    let inputsSum: Meanwhile<String>
    let labelsSum: String
    let rowsSum: String
  }

  /// A shard that is whole.
  struct Finished {
    /// The name of the file of its inputs.
    let inputs: String
    let levels: LevelCount
    private let describe: @Sendable () throws -> Manifest.Shard

    fileprivate init(
      inputs: String, levels: LevelCount, describe: @escaping @Sendable () throws -> Manifest.Shard
    ) {
      (self.inputs, self.levels, self.describe) = (inputs, levels, describe)
    }

    /// What the manifest says of it. Waits for its sum; throws `FileError` where that fails.
    func outcome() throws -> ShardWriter.Outcome {
      ShardWriter.Outcome(shard: try describe(), levels: levels)
    }
  }

  /// Opens the file as if it were to be full.
  init(_ name: String, in folder: URL, size: Int) throws {
    (self.name, self.folder, self.size) = (name, folder, size)
    file = try AtomicFile(Self.url("inputs", name, folder))
    let header = NPYHeader.bytes(.uint8, ShardWriter.shape(ShardWriter.rowsPerShard, size))
    header.withUnsafeBytes { sum.update($0) }
    try header.withUnsafeBytes { try file.write(raw: $0) }
  }

  var count: Int { labels.count }
  var room: Int { ShardWriter.rowsPerShard - count }
  var isFull: Bool { room == 0 }

  private static func url(_ kind: String, _ name: String, _ folder: URL) -> URL {
    folder.appendingPathComponent("\(name)-\(kind).npy")
  }

  /// - Parameter images: of the records, one behind the other.
  func append(_ records: ArraySlice<RowRecord>, _ images: UnsafeRawBufferPointer) throws {
    for record in records {
      labels.append(record.label)
      rows.append(Int64(record.row).littleEndian)
    }
    levels.add(records.indices, images)
    sum.update(images)
    try file.write(raw: images)
  }

  /// Ends the shard: brings its files to the disk, under their own names.
  func close(syncedBy sync: FileSync) throws {
    let inputsSum: Meanwhile<String>
    if isFull {
      try file.commit(syncedBy: sync)
      inputsSum = Meanwhile(sum.finish())
    } else {
      // The header said how many rows a full one has; so the sum has to be made anew. Headers of
      // up to 4,096 rows have the same length: NumPy pads them.
      let header = NPYHeader.bytes(.uint8, ShardWriter.shape(count, size))
      try header.withUnsafeBytes { try file.overwrite(at: 0, $0) }
      try file.commit(syncedBy: sync)
      let written = try RandomAccessFile(Self.url("inputs", name, folder), expected: "a shard")
      inputsSum = Meanwhile { try SHA256.hex(of: written) }
    }
    func write(_ kind: String, _ type: NPYType, _ bytes: UnsafeRawBufferPointer) throws -> String {
      try writeNPY(
        type, shape: [count], bytes, to: Self.url(kind, name, folder), syncedBy: sync)
    }
    closed = Closed(
      inputsSum: inputsSum,
      labelsSum: try labels.withUnsafeBytes { try write("labels", .uint8, $0) },
      rowsSum: try rows.withUnsafeBytes { try write("rows", .int64, $0) })
  }

  /// Gives the files the names of shard `number`; ends it before that, if it was not.
  func finish(
    as number: Int, split: String, in folder: URL, syncedBy sync: FileSync
  ) throws -> Finished {
    if closed == nil { try close(syncedBy: sync) }
    guard let closed else { preconditionFailure("a shard that was not closed") }
    for kind in ShardWriter.kinds {
      let destination = folder.appendingPathComponent(ShardWriter.name(kind, number))
      guard rename(Self.url(kind, name, self.folder).path, destination.path) == 0 else {
        throw FileError.cannotWrite(path: destination.path, reason: systemReason())
      }
    }
    let count = count
    func file(_ kind: String, _ sum: String) -> Manifest.File {
      Manifest.File(file: ShardWriter.name(kind, number), sha256: sum)
    }
    let (labels, rows) = (file("labels", closed.labelsSum), file("rows", closed.rowsSum))
    let inputs = ShardWriter.name("inputs", number)
    return Finished(inputs: inputs, levels: levels) {
      Manifest.Shard(
        split: split, count: count,
        inputs: Manifest.File(file: inputs, sha256: try closed.inputsSum.get()), labels: labels,
        rows: rows)
    }
  }
}
