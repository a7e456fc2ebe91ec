internal import Foundation
internal import TensorCore

/// Writes the shards: up to 4,096 rows of one split each, in source order, numbered through. Each
/// is a pure function of the assembled rows, so they are written in parallel.
struct ShardWriter {
  static let rowsPerShard = 4096
  /// So many images are summed up and written at a time: they stay in the core's cache.
  private static let rowsPerBlock = 128

  /// What writing a shard found out.
  struct Outcome {
    let shard: Manifest.Shard
    let levels: LevelCount
  }

  private let rows: AssembledRows
  private let folder: URL
  private let sync: FileSync
  /// The split and the indices of the records of every shard.
  private let plan: [(split: Int, records: [Int])]

  /// - Parameter sync: brings the shards to the disk.
  init(_ rows: AssembledRows, to folder: URL, syncedBy sync: FileSync) {
    self.rows = rows
    self.folder = folder
    self.sync = sync
    var members = [[Int]](repeating: [], count: rows.splitNames.count)
    for (index, record) in rows.records.enumerated() { members[record.split].append(index) }
    plan = members.enumerated().flatMap { split, members in
      stride(from: 0, to: members.count, by: Self.rowsPerShard).map { start in
        (split, Array(members[start..<min(start + Self.rowsPerShard, members.count)]))
      }
    }
  }

  /// The number of shards.
  var count: Int { plan.count }

  /// The files of a shard.
  static let kinds = ["inputs", "labels", "rows"]

  static func name(_ kind: String, _ shard: Int) -> String {
    String(format: "%@-%05d.npy", kind, shard)
  }

  /// The shape of the inputs of so many rows.
  static func shape(_ rows: Int, _ size: Int) -> [Int] { [rows, size, size, 1] }

  /// Whether a file of that name is a shard of some preparation.
  static func isShard(_ name: String) -> Bool {
    guard name.hasSuffix(".npy"), let dash = name.firstIndex(of: "-") else { return false }
    let digits = name[name.index(after: dash)...].dropLast(4)
    return kinds.contains(String(name[..<dash])) && digits.count >= 5
      && digits.allSatisfy(\.isASCIIDigit)
  }

  /// Writes shard `index`.
  func write(_ index: Int) throws -> Outcome {
    let (split, members) = plan[index]
    let imageBytes = rows.size * rows.size
    let inputsName = Self.name("inputs", index)
    let inputs = try NPYWriter(
      .uint8, shape: Self.shape(members.count, rows.size),
      to: folder.appendingPathComponent(inputsName))
    let room = UnsafeMutableRawBufferPointer.allocate(
      byteCount: min(Self.rowsPerBlock, members.count) * imageBytes, alignment: 64)
    defer { room.deallocate() }
    var levels = LevelCount()
    try rows.forEachBlock(members[...], room: room) { block, pixels in
      levels.add(block, pixels)
      try inputs.write(pixels)
    }
    let inputsSum = try inputs.commit(syncedBy: sync)
    func write(_ kind: String, _ type: NPYType, _ bytes: UnsafeRawBufferPointer) throws
      -> Manifest.File
    {
      let name = Self.name(kind, index)
      return Manifest.File(
        file: name,
        sha256: try writeNPY(
          type, shape: [members.count], bytes, to: folder.appendingPathComponent(name),
          syncedBy: sync))
    }
    let labels = members.map { rows.records[$0].label }
    let numbers = members.map { Int64(rows.records[$0].row).littleEndian }
    let shard = Manifest.Shard(
      split: rows.splitNames[split], count: members.count,
      inputs: Manifest.File(file: inputsName, sha256: inputsSum),
      labels: try labels.withUnsafeBytes { try write("labels", .uint8, $0) },
      rows: try numbers.withUnsafeBytes { try write("rows", .int64, $0) })
    return Outcome(shard: shard, levels: levels)
  }
}

/// What the grey levels of some images come to.
struct LevelCount: Sendable {
  /// Σ of all levels and of their squares.
  private(set) var sum = 0
  private(set) var squares = 0
  /// Indices of records whose images have one level only, and of those that almost do.
  private(set) var constant: [Int] = []
  private(set) var nearConstant: [Int] = []

  /// Adds the images of the records with these indices, which lie one behind the other.
  mutating func add(_ members: some Collection<Int>, _ pixels: UnsafeRawBufferPointer) {
    let imageBytes = pixels.count / max(1, members.count)
    for (place, member) in members.enumerated() {
      let (levels, levelSquares) = levelSums(
        UnsafeRawBufferPointer(rebasing: pixels[place * imageBytes..<(place + 1) * imageBytes]))
      sum += levels
      squares += levelSquares
      // n² · variance, in whole numbers.
      let spread = imageBytes * levelSquares - levels * levels
      if spread == 0 {
        constant.append(member)
      } else if Double(spread).squareRoot() < QualityReport.nearConstant * Double(imageBytes) {
        nearConstant.append(member)
      }
    }
  }
}

/// Σ of the levels and of their squares.
func levelSums(_ image: UnsafeRawBufferPointer) -> (levels: Int, squares: Int) {
  var (levels, squares) = (0, 0)
  // In pieces whose sums fit in 32 bits, for there are twice as many lanes of those.
  for start in stride(from: 0, to: image.count, by: 1 << 14) {
    var (pieceLevels, pieceSquares) = (UInt32(0), UInt32(0))
    for level in image[start..<min(start + (1 << 14), image.count)] {
      pieceLevels &+= UInt32(level)
      pieceSquares &+= UInt32(level) &* UInt32(level)
    }
    levels += Int(pieceLevels)
    squares += Int(pieceSquares)
  }
  return (levels, squares)
}

extension Character {
  fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
