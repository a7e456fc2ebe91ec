internal import Foundation
internal import Kernels
internal import Synchronization
internal import TensorCore

/// All rows of a source, checked: tables in source order, pixels in a store.
struct GatheredRows {
  let path: String
  let classes: [String]
  let identity: SourceIdentity
  var tables: [PartTable]
  /// The store of each table.
  let stores: [any PixelStore]
  /// The shards, where they were written as the rows came; the tables then have no stores.
  var streamed: StreamedShards?
}

/// Reads a whole source in partitions, in parallel.
func gather(
  _ source: some RowSource, _ options: PreparationOptions, scratch: ScratchFile,
  observer: PreparationObserver
) throws -> GatheredRows {
  let count = options.partitions ?? source.defaultPartitions
  let total = source.range.count
  // Task 0 sums up the file while the others read it.
  let (outcomes, failure) = parallelMap(count + 1) { task -> (PartTable?, SourceIdentity?) in
    if task == 0 { return (nil, try source.identity()) }
    let builder = PartBuilder(
      size: options.size, skipsBadRows: options.skipsBadRows, putDown: scratch.append)
    try source.read(
      source.partition(task - 1, of: count), into: builder, size: options.size
    ) { try observer(PreparationProgress(stage: .reading, steps: $0, total: total)) }
    return (try builder.finish(), nil)
  }
  let tables = outcomes.compactMap(\.0)
  if let failure { throw source.told(failure, after: tables.reduce(0) { $0 + $1.rowCount }) }
  guard let identity = outcomes.first?.1 else { preconditionFailure("no identity") }
  return GatheredRows(
    path: source.path, classes: source.classes, identity: identity, tables: tables,
    stores: tables.map { _ in scratch })
}

/// Reads a CSV that says its splits and writes the shards on the way, all of it in parallel. Throws
/// `ShardStream.TooManySplits` where the shards have to be made otherwise.
///
/// A piece of text is read once: it is summed up when its turn comes, and cut into rows.
func gatherStreaming(
  _ source: CSVSource, _ options: PreparationOptions, to staging: URL, syncedBy sync: FileSync,
  observer: PreparationObserver
) throws -> GatheredRows {
  let (total, origin) = (source.range.count, source.range.lowerBound)
  let count = max(1, (total + PieceText.mostBytes - 1) / PieceText.mostBytes)
  let hash = PerceptualHash(width: options.size, height: options.size)
  let stream = ShardStream(in: staging, size: options.size, syncedBy: sync)
  let sum = SHA256()
  try source.file.bytes(in: 0..<origin).withUnsafeBytes { sum.update($0) }
  let rowCounts = Mutex([Int](repeating: 0, count: count))
  let failure = withoutActuallyEscaping(observer) { observer in
    PieceLine<PieceText, (table: PartTable, images: ImageRoom)>.run(
      count,
      .init(
        read: { index in
          let range = source.partition(index, of: count)
          try observer(PreparationProgress(stage: .reading, steps: range.count, total: total))
          return try PieceText(source.file, range, origin: origin)
        },
        sum: { sum.update($0.bytes) },
        parse: { index, text in
          let builder = PartBuilder(
            size: options.size, skipsBadRows: options.skipsBadRows, hash: hash, putDown: nil)
          try CSVPartition(
            layout: source.layout, range: source.partition(index, of: count), origin: origin
          ).parse(text, into: builder, size: options.size)
          let table = try builder.finish()
          rowCounts.withLock { $0[index] = table.rowCount }
          return (table, builder.images)
        },
        take: { try stream.append($0.table, $0.images.bytes) }))
  }
  if let failure {
    let before = rowCounts.withLock { $0[..<failure.index].reduce(0, +) }
    throw source.told(failure.error, after: before)
  }
  return GatheredRows(
    path: source.path, classes: source.classes, identity: source.identity(sha256: sum.finish()),
    tables: [], stores: [], streamed: try stream.finish(observer: observer))
}

extension RowSource {
  /// What made a reading fail, in words: a bad row is told with its number in the whole file, given
  /// the number of rows before the piece that failed.
  fileprivate func told(_ failure: any Error, after rowCount: Int) -> any Error {
    guard let bad = failure as? FirstBadRow else { return failure }
    return error(bad.rejected, row: rowCount + bad.rejected.row)
  }
}

/// Decodes a compressed CSV and reads its pieces while the next ones are being decoded.
func gatherCompressed(
  _ file: RandomAccessFile, _ compression: Compression, _ options: PreparationOptions,
  scratch: ScratchFile, observer: PreparationObserver
) throws -> GatheredRows {
  var chunks = ChunkDecoder(try Decompressor(file, compression))
  var layout: CSVLayout?
  var tables: [PartTable] = []
  var pending: [Chunk] = []
  repeat {
    // One task decodes, the others read what was decoded in the round before.
    var decoded: [Chunk] = []
    let readable = pending
    let (results, failure) = parallelMap(readable.count + 1) { task -> PartTable? in
      if task == readable.count {
        let before = chunks.consumed
        for _ in 0..<Workers.count {
          if let chunk = try chunks.next() { decoded.append(chunk) }
        }
        try observer(
          PreparationProgress(
            stage: .reading, steps: chunks.consumed - before, total: file.byteCount))
        return nil
      }
      guard let layout else { preconditionFailure("a chunk before the header") }
      let chunk = readable[task]
      let builder = PartBuilder(
        size: options.size, skipsBadRows: options.skipsBadRows, putDown: scratch.append)
      let origin = tables.isEmpty && task == 0 ? layout.dataStart : 0
      try CSVPartition(layout: layout, range: origin..<chunk.count, origin: origin).parse(
        MemoryReader(bytes: chunk.bytes), into: builder, size: options.size, progress: { _ in })
      return try builder.finish()
    }
    tables += results.compactMap { $0 }
    if let bad = failure as? FirstBadRow {
      let row = tables.reduce(bad.rejected.row) { $0 + $1.rowCount }
      throw DatasetError.badRow(
        file: file.url.path, line: row + 2, problem: bad.rejected.reason,
        remedy: CSVSource.badRowRemedy)
    }
    if let failure { throw failure }
    if layout == nil {
      layout = try CSVLayout(
        of: MemoryReader(bytes: decoded.first?.bytes ?? .init(start: nil, count: 0)),
        file: file.url.path)
    }
    pending = decoded
  } while !pending.isEmpty
  let identity = SourceIdentity(
    name: file.url.lastPathComponent, sha256: chunks.finishSum(), bytes: file.byteCount)
  return GatheredRows(
    path: file.url.path, classes: ClassNames.fer2013, identity: identity, tables: tables,
    stores: tables.map { _ in scratch })
}
