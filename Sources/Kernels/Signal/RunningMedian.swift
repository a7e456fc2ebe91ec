/// The median of a window that slides over sixteen series at once.
///
///     y[t] = median of x[t] … x[t + width − 1]
///
/// Eight outputs share all but seven numbers at each end of their windows. What they share is sorted
/// once, by Batcher's network (1968, DOI 10.1145/1468075.1468121) without the comparisons that only
/// concern numbers too small or too large to be anybody's median. Then four outputs share four more
/// numbers, two of them two more, and the last number falls in between two. Per output and series
/// that is about three minima or maxima, and no branch.
public struct RunningMedian: Sendable {
  /// How many numbers the median is of, odd.
  public let width: Int
  /// Of what eight outputs share.
  private let network: SortingNetwork
  /// The first of the eight numbers in the middle of what they share.
  private let middle: Int

  /// A window of `width` numbers: odd, and at least 15.
  public init(width: Int) {
    precondition(width >= 15 && width % 2 == 1, "a running median of \(width) numbers")
    self.width = width
    middle = (width + 1) / 2 - 8
    network = SortingNetwork(count: width - 7, keeping: middle..<middle + 8)
  }

  /// Medians of sixteen series, in lanes.
  ///
  /// - Parameters:
  ///   - count: how many medians.
  ///   - x: [count + width − 1, 16].
  ///   - y: [count, 16], overwritten.
  public func callAsFunction(
    count: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
  ) {
    let last = count + width - 2
    withUnsafeTemporaryAllocation(of: Lanes.self, capacity: width - 7 + 14 + 8) { buffer in
      guard let core = buffer.baseAddress else { return }
      let ends = core + (width - 7)
      let medians = ends + 14
      for first in stride(from: 0, to: count, by: 8) {
        // Beyond the end anything will do: those medians are not written.
        let isWhole = first + width + 7 <= last + 1
        for index in 0..<width - 7 {
          core[index] = x.lanes(16 * (isWhole ? first + index + 7 : min(first + index + 7, last)))
        }
        for index in 0..<7 {
          ends[index] = x.lanes(16 * min(first + index, last))
          ends[index + 7] = x.lanes(16 * min(first + width + index, last))
        }
        network.sort(core)
        eightMedians(core + middle, left: ends, right: ends + 7, medians)
        for index in 0..<min(8, count - first) { y.setLanes(16 * (first + index), medians[index]) }
      }
    }
  }
}

/// The medians of eight windows from the sorted middle of what they share; `left` are the seven
/// numbers before it and `right` the seven behind, of which window s has left[s...] and right[..<s].
private func eightMedians(
  _ shared: UnsafePointer<Lanes>, left: UnsafePointer<Lanes>, right: UnsafePointer<Lanes>,
  _ medians: UnsafeMutablePointer<Lanes>
) {
  withUnsafeTemporaryAllocation(of: Lanes.self, capacity: 4) { buffer in
    guard let four = buffer.baseAddress else { return }
    middleFour(shared, left + 3, four)
    twoMedians(four, left[1], left[2], left[0], right[0], medians)
    twoMedians(four, right[0], right[1], left[2], right[2], medians + 2)
    middleFour(shared, right, four)
    twoMedians(four, left[5], left[6], left[4], right[4], medians + 4)
    twoMedians(four, right[4], right[5], left[6], right[6], medians + 6)
  }
}

/// Of four sorted numbers and two others, the third and fourth; a median is what falls in between.
@inline(__always)
private func twoMedians(
  _ four: UnsafePointer<Lanes>, _ a: Lanes, _ b: Lanes, _ x: Lanes, _ y: Lanes,
  _ medians: UnsafeMutablePointer<Lanes>
) {
  let (low, high) = (lesser(a, b), greater(a, b))
  let below = lesser(four[2], lesser(greater(four[1], low), greater(four[0], high)))
  let above = lesser(four[3], lesser(greater(four[2], low), greater(four[1], high)))
  medians[0] = greater(below, lesser(above, x))
  medians[1] = greater(below, lesser(above, y))
}

/// Of eight sorted numbers a and four others b the fifth to eighth: the r-th of two sorted lists is
/// the least of max(a[i], b[j]) with i + j = r.
@inline(__always)
private func middleFour(
  _ a: UnsafePointer<Lanes>, _ b: UnsafePointer<Lanes>, _ four: UnsafeMutablePointer<Lanes>
) {
  let (low0, high0) = (lesser(b[0], b[1]), greater(b[0], b[1]))
  let (low1, high1) = (lesser(b[2], b[3]), greater(b[2], b[3]))
  let (p, q) = (greater(low0, low1), lesser(high0, high1))
  let (first, second) = (lesser(low0, low1), lesser(p, q))
  let (third, fourth) = (greater(p, q), greater(high0, high1))
  for r in 0..<4 {
    let two = lesser(greater(a[r + 3], first), greater(a[r + 2], second))
    let others = lesser(greater(a[r + 1], third), greater(a[r], fourth))
    four[r] = lesser(a[r + 4], lesser(two, others))
  }
}

/// The comparisons that sort, in an order that never asks for one that has not been made.
private struct SortingNetwork: Sendable {
  private let comparisons: [(low: Int32, high: Int32)]

  /// Brings the numbers of rank `kept` to their places; the others end up anywhere below or above.
  init(count: Int, keeping kept: Range<Int>) {
    var all: [(low: Int, high: Int)] = []
    var merged = 1
    while merged < count {
      var distance = merged
      while distance >= 1 {
        for start in stride(
          from: distance % merged, through: count - 1 - distance, by: 2 * distance)
        {
          for low in start..<min(start + distance, count - distance)
          where low / (2 * merged) == (low + distance) / (2 * merged) {
            all.append((low, low + distance))
          }
        }
        distance /= 2
      }
      merged *= 2
    }
    var needed = Set(kept)
    var useful: [(low: Int32, high: Int32)] = []
    for (low, high) in all.reversed() where needed.contains(low) || needed.contains(high) {
      needed.formUnion([low, high])
      useful.append((Int32(low), Int32(high)))
    }
    comparisons = useful.reversed()
  }

  @inline(__always)
  func sort(_ x: UnsafeMutablePointer<Lanes>) {
    comparisons.withUnsafeBufferPointer { comparisons in
      for (low, high) in comparisons {
        let (a, b) = (x[Int(low)], x[Int(high)])
        x[Int(low)] = lesser(a, b)
        x[Int(high)] = greater(a, b)
      }
    }
  }
}

@inline(__always)
private func lesser(_ a: Lanes, _ b: Lanes) -> Lanes { a.replacing(with: b, where: b .< a) }

@inline(__always)
private func greater(_ a: Lanes, _ b: Lanes) -> Lanes { a.replacing(with: b, where: a .< b) }
