internal import Foundation

/// Finds pairs of images that look the same without comparing all with all.
///
/// Two hashes of 64 bits that differ in at most 4 agree in at least one of 5 bands of their bits, so
/// only images that share a band are compared (Manku et al., "Detecting near-duplicates for web
/// crawling", 2007, DOI 10.1145/1242572.1242592); their pixels decide.
struct NearDuplicateSearch {
  static let maximumDistance = 4
  static let minimumCorrelation = 0.98
  /// With how many of its successors in a band an image is compared at most.
  static let neighbourLimit = 2000
  static let method =
    "64-bit hash of the cosine transform, at most \(maximumDistance) bits apart, and a correlation "
    + "of the pixels of at least \(minimumCorrelation)"

  private static let bandCount = maximumDistance + 1

  private let rows: AssembledRows
  private let candidates: [Int]

  init(_ rows: AssembledRows, candidates: [Int]) {
    self.rows = rows
    self.candidates = candidates
  }

  /// All pairs (first < second), in order. `isComplete` is false where a band was too crowded.
  func pairs(
    observer: PreparationObserver
  ) throws -> (pairs: [(Int, Int)], isComplete: Bool) {
    // Each band on its own, then what is left of the pairs in parallel by pieces of fixed size.
    let (bands, failure) = parallelMap(Self.bandCount) { band in alike(inBand: band) }
    if let failure { throw failure }
    let similar = bands.flatMap(\.pairs).sorted { $0.0 != $1.0 ? $0.0 < $1.0 : $0.1 < $1.1 }
    let grain = 64
    let pieces = (similar.count + grain - 1) / grain
    let (verified, problem) = parallelMap(pieces) { piece in
      let range = piece * grain..<min(similar.count, (piece + 1) * grain)
      try observer(
        PreparationProgress(stage: .comparing, steps: range.count, total: similar.count))
      return try verify(similar[range])
    }
    if let problem { throw problem }
    return (verified.flatMap { $0 }, bands.allSatisfy(\.isComplete))
  }

  /// Bits `64·band/5 ..< 64·(band + 1)/5`.
  private static func mask(_ band: Int) -> UInt64 {
    let (low, high) = (64 * band / bandCount, 64 * (band + 1) / bandCount)
    return (high == 64 ? ~0 : (1 << UInt64(high)) - 1) & ~((1 << UInt64(low)) - 1)
  }

  /// Pairs near enough by their hashes that agree in this band and in none before it.
  private func alike(inBand band: Int) -> (pairs: [(Int, Int)], isComplete: Bool) {
    let mask = Self.mask(band)
    // A band has at most 13 bits, so its values can be counted instead of sorted.
    let shift = UInt64(mask.trailingZeroBitCount)
    let hashes = candidates.map { rows.records[$0].perceptualHash }
    var places = [Int](repeating: 0, count: 1 << 13 + 1)
    for hash in hashes { places[Int((hash & mask) >> shift) + 1] += 1 }
    for value in 1..<places.count { places[value] += places[value - 1] }
    var entries = [(hash: UInt64, record: Int)](repeating: (0, 0), count: hashes.count)
    for (hash, record) in zip(hashes, candidates) {
      let value = Int((hash & mask) >> shift)
      entries[places[value]] = (hash, record)
      places[value] += 1
    }
    let earlier = (0..<band).map(Self.mask)
    var (pairs, isComplete) = ([(Int, Int)](), true)
    for (place, entry) in entries.enumerated() {
      var next = place + 1
      while next < entries.count, entries[next].hash & mask == entry.hash & mask {
        if next - place > Self.neighbourLimit {
          isComplete = false
          break
        }
        let difference = entries[next].hash ^ entry.hash
        if difference.nonzeroBitCount <= Self.maximumDistance,
          !earlier.contains(where: { difference & $0 == 0 })
        {
          pairs.append((entry.record, entries[next].record))
        }
        next += 1
      }
    }
    return (pairs, isComplete)
  }

  private func verify(_ pairs: ArraySlice<(Int, Int)>) throws -> [(Int, Int)] {
    let size = rows.size * rows.size
    let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * size, alignment: 64)
    defer { room.deallocate() }
    let first = UnsafeMutableRawBufferPointer(rebasing: room[..<size])
    let second = UnsafeMutableRawBufferPointer(rebasing: room[size...])
    return try pairs.filter { pair in
      try rows.load(rows.records[pair.0], into: first)
      try rows.load(rows.records[pair.1], into: second)
      return correlation(UnsafeRawBufferPointer(first), UnsafeRawBufferPointer(second))
        >= Self.minimumCorrelation
    }
  }
}

/// Pearson's correlation of two images' levels; 0 where one of them is constant.
func correlation(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Double {
  var (sumA, sumB, squaresA, squaresB, products) = (0, 0, 0, 0, 0)
  // In pieces whose sums fit in 32 bits, for there are twice as many lanes of those.
  for start in stride(from: 0, to: a.count, by: 1 << 14) {
    let range = start..<min(start + (1 << 14), a.count)
    var part = (a: UInt32(0), b: UInt32(0), aa: UInt32(0), bb: UInt32(0), ab: UInt32(0))
    for (x, y) in zip(a[range], b[range]) {
      let (x, y) = (UInt32(x), UInt32(y))
      part.a &+= x
      part.b &+= y
      part.aa &+= x &* x
      part.bb &+= y &* y
      part.ab &+= x &* y
    }
    sumA += Int(part.a)
    sumB += Int(part.b)
    squaresA += Int(part.aa)
    squaresB += Int(part.bb)
    products += Int(part.ab)
  }
  let n = a.count
  let (varianceA, varianceB) = (n * squaresA - sumA * sumA, n * squaresB - sumB * sumB)
  guard varianceA > 0, varianceB > 0 else { return 0 }
  return Double(n * products - sumA * sumB)
    / (Double(varianceA).squareRoot() * Double(varianceB).squareRoot())
}
