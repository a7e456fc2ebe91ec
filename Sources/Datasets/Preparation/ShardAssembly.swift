internal import Foundation
internal import Kernels
internal import TensorCore

/// One good row of a source, wherever its pixels lie.
struct RowRecord: Sendable {
  let label: UInt8
  /// Index into the split names.
  var split: Int
  /// Data row of the source, from 0.
  let row: Int
  let contentHash: UInt64
  let perceptualHash: UInt64
  /// Index into the stores, and the place there.
  var store: Int
  let offset: Int
}

/// All rows of a source in order, each with its split; what shards and quality report are made of.
struct AssembledRows: Sendable {
  let records: [RowRecord]
  let splitNames: [String]
  let stores: [any PixelStore]
  let classes: [String]
  /// The side of the images.
  let size: Int
  /// Whether the splits were drawn because the source has none.
  let drewSplits: Bool
  /// Rows left out, numbered as in the whole source.
  let rejected: [RejectedRow]

  /// Rows that are at hand already.
  init(
    records: [RowRecord], splitNames: [String], stores: [any PixelStore], classes: [String],
    size: Int, drewSplits: Bool = false, rejected: [RejectedRow] = []
  ) {
    (self.records, self.splitNames, self.stores) = (records, splitNames, stores)
    (self.classes, self.size) = (classes, size)
    (self.drewSplits, self.rejected) = (drewSplits, rejected)
  }

  /// The rows of a source, with splits drawn where there are none. Throws `DatasetError.badSource`
  /// where no row is left.
  init(_ gathered: GatheredRows, size: Int, seed: UInt64) throws {
    var (records, names, rejected, rowCount) =
      gathered.streamed.map { ($0.records, $0.splitNames, $0.rejected, $0.rowCount) }
      ?? Self.join(gathered.tables)
    guard !records.isEmpty else {
      throw DatasetError.badSource(
        file: gathered.path,
        problem: rowCount == 0
          ? "it has a header but no rows"
          : "all \(rowCount) rows are bad, the first: "
            + (rejected.first?.reason ?? ""),
        remedy: "check that it is the file you meant")
    }
    let drewSplits = names.isEmpty
    if names.isEmpty { names = Self.drawSplits(&records, gathered.classes.count, seed) }
    guard SplitNames.training(among: names) != nil else {
      throw DatasetError.badSource(
        file: gathered.path,
        problem: "none of its splits (\(names.joined(separator: ", "))) is for training",
        remedy: "one must be named Training or train, or be the only one")
    }
    self.init(
      records: records, splitNames: names, stores: gathered.streamed?.stores ?? gathered.stores,
      classes: gathered.classes, size: size, drewSplits: drewSplits, rejected: rejected)
  }

  /// The rows of all tables, each of which has a store of its own, with names of splits in order of
  /// first appearance; rows that were left out, numbered as in the whole source; the number of data
  /// rows.
  private static func join(
    _ tables: [PartTable]
  ) -> (records: [RowRecord], names: [String], rejected: [RejectedRow], rowCount: Int) {
    var (records, names, rejected, base) = ([RowRecord](), [String](), [RejectedRow](), 0)
    records.reserveCapacity(tables.reduce(0) { $0 + $1.count })
    for (store, table) in tables.enumerated() {
      let splits = table.splitNames.map { name in
        if let known = names.firstIndex(of: name) { return known }
        names.append(name)
        return names.count - 1
      }
      for index in 0..<table.count {
        records.append(
          RowRecord(
            label: table.labels[index], split: splits.isEmpty ? 0 : splits[table.splits[index]],
            row: base + table.rows[index], contentHash: table.contentHashes[index],
            perceptualHash: table.perceptualHashes[index], store: store,
            offset: table.offsets[index]))
      }
      for var row in table.rejected {
        row.row += base
        rejected.append(row)
      }
      base += table.rowCount
    }
    return (records, names, rejected, base)
  }

  /// Draws PublicTest and PrivateTest, a tenth each, and leaves the rest for Training.
  private static func drawSplits(
    _ records: inout [RowRecord], _ classCount: Int, _ seed: UInt64
  ) -> [String] {
    let random = RandomStream(seed: seed).substream("splits")
    var rest = Array(records.indices)
    let rows = records
    for (index, split) in SplitNames.drawn.enumerated().dropFirst() {
      let sample = stratifiedSample(
        rest, count: Int((Double(rows.count) * split.share).rounded()), classCount: classCount,
        random: random.substream(index), label: { Int(rows[$0].label) })
      for drawn in sample.drawn { records[drawn].split = index }
      rest = sample.rest
    }
    return SplitNames.drawn.map(\.name)
  }

  /// Calls `body` with the images of the records with these indices, as many at a time as fit in
  /// `room`, or fewer: many that lie one behind the other in memory are taken where they are.
  func forEachBlock(
    _ members: ArraySlice<Int>, room: UnsafeMutableRawBufferPointer,
    _ body: (ArraySlice<Int>, UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let imageBytes = size * size
    let most = room.count / imageBytes
    var start = members.startIndex
    while start < members.endIndex {
      var end = min(start + most, members.endIndex)
      let runEnd = endOfRun(members[start..<end])
      let first = records[members[start]]
      if runEnd == end || runEnd - start >= Self.longRun,
        let pixels = stores[first.store].bytes(at: first.offset, (runEnd - start) * imageBytes)
      {
        end = runEnd
        try body(members[start..<end], pixels)
      } else {
        let pixels = UnsafeMutableRawBufferPointer(
          rebasing: room[..<((end - start) * imageBytes)])
        try load(members[start..<end], into: pixels)
        try body(members[start..<end], UnsafeRawBufferPointer(pixels))
      }
      start = end
    }
  }

  /// So many images are worth a block of their own.
  private static let longRun = 32

  /// The end of the images that lie one behind the other in their store, from the first on.
  private func endOfRun(_ members: ArraySlice<Int>) -> Int {
    let start = members.startIndex
    let first = records[members[start]]
    return members.indices.first {
      let record = records[members[$0]]
      return record.store != first.store
        || record.offset != first.offset + ($0 - start) * size * size
    } ?? members.endIndex
  }

  /// Fills `buffer` with the images of the records with these indices; those that lie one behind
  /// the other in their store are read at once.
  private func load(
    _ members: ArraySlice<Int>, into buffer: UnsafeMutableRawBufferPointer
  ) throws {
    let imageBytes = size * size
    var start = members.startIndex
    while start < members.endIndex {
      let first = records[members[start]]
      let end = endOfRun(members[start...])
      let place = (start - members.startIndex) * imageBytes
      let run = buffer[place..<place + (end - start) * imageBytes]
      try stores[first.store].load(
        at: first.offset, into: UnsafeMutableRawBufferPointer(rebasing: run))
      start = end
    }
  }

  /// Fills `buffer` with the image of a record.
  func load(_ record: RowRecord, into buffer: UnsafeMutableRawBufferPointer) throws {
    try stores[record.store].load(at: record.offset, into: buffer)
  }
}
