internal import Foundation
internal import Kernels
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
  let (identity, tables) = try source.gathered(outcomes, failure)
  return GatheredRows(
    path: source.path, classes: source.classes, identity: identity, tables: tables,
    stores: tables.map { _ in scratch })
}

/// Reads a CSV that says its splits and writes the shards on the way, all of it in parallel. Throws
/// `ShardStream.TooManySplits` where the shards have to be made otherwise.
func gatherStreaming(
  _ source: CSVSource, _ options: PreparationOptions, to staging: URL, syncedBy sync: FileSync,
  observer: PreparationObserver
) throws -> GatheredRows {
  let count = max(1, source.range.count / ShardStream.pieceBytes)
  let total = source.range.count
  let stream = ShardStream(in: staging, size: options.size, syncedBy: sync)
  var base = 0
  let order = RowOrder<(table: PartTable, pixels: PieceRoom)> { piece in
    try stream.append(piece.table, base: base, piece.pixels.bytes)
    base += piece.table.rowCount
  }
  // Task 0 sums up the file while the others read it.
  let (outcomes, failure) = parallelMap(count + 1) { task -> (PartTable?, SourceIdentity?) in
    do {
      if task == 0 { return (nil, try source.identity()) }
      let room = PieceRoom()
      let builder = PartBuilder(
        size: options.size, skipsBadRows: options.skipsBadRows, putDown: room.append)
      try source.read(
        source.partition(task - 1, of: count), into: builder, size: options.size
      ) { try observer(PreparationProgress(stage: .reading, steps: $0, total: total)) }
      let table = try builder.finish()
      try order.put(task - 1, (table, room))
      return (table, nil)
    } catch {
      order.fail()
      throw error
    }
  }
  let (identity, tables) = try source.gathered(outcomes, failure)
  return GatheredRows(
    path: source.path, classes: source.classes, identity: identity, tables: tables, stores: [],
    streamed: try stream.finish(observer: observer))
}

extension RowSource {
  /// The outcomes of task 0, which sums up the file, and of those that read its pieces in order; a
  /// bad row is told with its number in the whole file.
  fileprivate func gathered(
    _ outcomes: [(PartTable?, SourceIdentity?)], _ failure: (any Error)?
  ) throws -> (SourceIdentity, [PartTable]) {
    let tables = outcomes.compactMap(\.0)
    if let bad = failure as? FirstBadRow {
      throw error(bad.rejected, row: tables.reduce(bad.rejected.row) { $0 + $1.rowCount })
    }
    if let failure { throw failure }
    guard let identity = outcomes.first?.1 else { preconditionFailure("no identity") }
    return (identity, tables)
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
