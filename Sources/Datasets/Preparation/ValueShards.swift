internal import Foundation
internal import TensorCore

/// Writes float32 rows as shards, as they come: up to 4,096 rows of one split each, in the order of
/// arrival. The files have names of their own until `finish`.
final class ValueShards {
  private let folder: URL
  private let split: Int
  private let shape: Shape
  private var open: Open?
  private var closed: [Closed] = []

  /// A shard that is being written.
  private struct Open {
    let file: AtomicFile
    let url: URL
    var labels: [UInt8] = []
    var rows: [Int64] = []
  }

  private struct Closed {
    let url: URL
    let labels: [UInt8]
    let rows: [Int64]
  }

  /// - Parameter split: its number, which keeps files of several splits apart.
  init(in folder: URL, split: Int, shape: Shape) {
    (self.folder, self.split, self.shape) = (folder, split, shape)
  }

  /// Appends a row of the split.
  func append(_ values: [Float], label: Int, row: Int) throws {
    precondition(values.count == shape.count, "\(values.count) values, not \(shape)")
    var shard = try open ?? begin()
    try values.withUnsafeBytes { try shard.file.write(raw: $0) }
    shard.labels.append(UInt8(label))
    shard.rows.append(Int64(row).littleEndian)
    open = shard
    if shard.labels.count == ShardWriter.rowsPerShard { try close() }
  }

  private func begin() throws -> Open {
    let url = folder.appendingPathComponent("split-\(split)-\(closed.count).npy")
    let file = try AtomicFile(url)
    try file.write(fullHeader)
    return Open(file: file, url: url)
  }

  /// That of a shard with all of its rows.
  private var fullHeader: [UInt8] {
    NPYHeader.bytes(.float32, [ShardWriter.rowsPerShard] + shape.dimensions)
  }

  private func close() throws {
    guard let shard = open else { return }
    // The header said how many rows a full one has; that of fewer may be shorter, and is padded.
    let header = NPYHeader.bytes(
      .float32, [shard.labels.count] + shape.dimensions, length: fullHeader.count)
    try header.withUnsafeBytes { try shard.file.overwrite(at: 0, $0) }
    try shard.file.commit()
    closed.append(Closed(url: shard.url, labels: shard.labels, rows: shard.rows))
    open = nil
  }

  /// Ends the last shard and gives all of them their names, numbered from `first`.
  func finish(numberedFrom first: Int, name: String) throws -> [Manifest.Shard] {
    try close()
    return try closed.enumerated().map { index, shard in
      let number = first + index
      let inputs = ShardWriter.name("inputs", number)
      let destination = folder.appendingPathComponent(inputs)
      guard rename(shard.url.path, destination.path) == 0 else {
        throw FileError.cannotWrite(path: destination.path, reason: systemReason())
      }
      func write(_ kind: String, _ type: NPYType, _ bytes: UnsafeRawBufferPointer) throws
        -> Manifest.File
      {
        let file = ShardWriter.name(kind, number)
        let sum = try writeNPY(
          type, shape: [shard.labels.count], bytes, to: folder.appendingPathComponent(file))
        return Manifest.File(file: file, sha256: sum)
      }
      return Manifest.Shard(
        split: name, count: shard.labels.count,
        inputs: Manifest.File(
          file: inputs,
          sha256: try SHA256.hex(of: RandomAccessFile(destination, expected: "a shard"))),
        labels: try shard.labels.withUnsafeBytes { try write("labels", .uint8, $0) },
        rows: try shard.rows.withUnsafeBytes { try write("rows", .int64, $0) })
    }
  }
}
