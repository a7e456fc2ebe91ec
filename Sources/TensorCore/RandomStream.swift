import Foundation

/// A stream of random numbers that is a pure function of its key and a counter.
///
/// There is no hidden state to save or to share between threads: `RandomStream(seed: 7)
/// .substream(epoch).substream(index)` gives the same numbers wherever and whenever it is asked.
/// The generator is Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3",
/// SC 2011, DOI 10.1145/2063384.2063405).
public struct RandomStream: RandomNumberGenerator, Sendable, Hashable {
  private let key: UInt64
  private var counter: UInt64 = 0
  private var pending: UInt64?

  /// The root stream of a seed.
  public init(seed: UInt64) { key = Self.mix(seed ^ 0x6D69_656E_0000_0001) }

  private init(key: UInt64) { self.key = key }

  /// An independent stream named by a number, such as an epoch or a row.
  public func substream(_ number: Int) -> RandomStream {
    RandomStream(
      key: Self.mix(key &+ 0x9E37_79B9_7F4A_7C15 &* (UInt64(bitPattern: Int64(number)) &+ 1)))
  }

  /// An independent stream named by a word, such as "dropout" (FNV-1a of its UTF-8 bytes).
  public func substream(_ name: StaticString) -> RandomStream {
    name.withUTF8Buffer { substream(bytes: $0) }
  }

  /// An independent stream named by a word that is known only at run time, such as a setting's key;
  /// the same as that of an equal literal.
  public func substream(key: String) -> RandomStream { substream(bytes: key.utf8) }

  private func substream(bytes: some Sequence<UInt8>) -> RandomStream {
    let hash = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
    return RandomStream(key: Self.mix(key ^ hash))
  }

  /// 64 random bits.
  public mutating func next() -> UInt64 {
    if let bits = pending {
      pending = nil
      return bits
    }
    let block = Self.philox(counter: counter, key: key)
    counter &+= 1
    pending = block.1
    return block.0
  }

  /// Fills with words of 32 random bits: the two halves of what `next()` would give, the lower one first.
  ///
  /// Many times as fast as one by one, for eight blocks are made at once.
  public mutating func fill(_ words: UnsafeMutableBufferPointer<UInt32>) {
    var done = 0
    if pending == nil, let start = UnsafeMutableRawPointer(words.baseAddress) {
      while words.count - done >= 32 {
        let numbers = Self.philox(eightFrom: counter, key: key)
        (start + done * 4).storeBytes(of: numbers, as: SIMD16<UInt64>.self)
        counter &+= 8
        done += 32
      }
    }
    while done < words.count {
      let bits = next()
      words[done] = UInt32(truncatingIfNeeded: bits)
      if done + 1 < words.count { words[done + 1] = UInt32(bits >> 32) }
      done += 2
    }
  }

  /// A number in [0, 1) with 24 random bits.
  public mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// A number in [low, high).
  public mutating func uniform(_ low: Float, _ high: Float) -> Float {
    low + (high - low) * uniform()
  }

  /// A number from the standard normal distribution (Box and Muller 1958,
  /// DOI 10.1214/aoms/1177706645).
  public mutating func normal() -> Float {
    let radius = (-2 * log(1 - Double(next() >> 11) * 0x1p-53)).squareRoot()
    return Float(radius * cos(2 * Double.pi * Double(next() >> 11) * 0x1p-53))
  }

  /// An integer in 0..<bound, each equally likely.
  public mutating func integer(below bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }

  /// A random order of 0..<count (Fisher and Yates).
  public mutating func permutation(_ count: Int) -> [Int] {
    var order = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      order.swapAt(last, Int(next(upperBound: UInt64(last + 1))))
    }
    return order
  }

  /// SplitMix64's finaliser (Steele et al. 2014, DOI 10.1145/2660193.2660195).
  private static func mix(_ value: UInt64) -> UInt64 {
    var z = value &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  static func philox(counter: UInt64, key: UInt64) -> (UInt64, UInt64) {
    let words = philoxRounds(
      (UInt32(truncatingIfNeeded: counter), UInt32(truncatingIfNeeded: counter >> 32), 0, 0),
      key: (UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32)))
    return (UInt64(words.0) | UInt64(words.1) << 32, UInt64(words.2) | UInt64(words.3) << 32)
  }

  /// The numbers of eight blocks one after the other: `philoxRounds` with a lane for each.
  private static func philox(eightFrom counter: UInt64, key: UInt64) -> SIMD16<UInt64> {
    let low = SIMD8<UInt64>(repeating: 0xFFFF_FFFF)
    let counters = SIMD8<UInt64>(0, 1, 2, 3, 4, 5, 6, 7) &+ counter
    var (x0, x1, x2, x3) = (counters & low, counters &>> 32, SIMD8<UInt64>(), SIMD8<UInt64>())
    var (k0, k1) = (UInt32(truncatingIfNeeded: key), UInt32(truncatingIfNeeded: key >> 32))
    for _ in 0..<10 {
      // That both factors are below 2³² is said where they are multiplied: one instruction is enough then.
      let a = (x0 & low) &* 0xD251_1F53
      let b = (x2 & low) &* 0xCD9E_8D57
      (x0, x1, x2, x3) = (
        (b &>> 32) ^ x1 ^ UInt64(k0), b & low, (a &>> 32) ^ x3 ^ UInt64(k1), a & low
      )
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    var numbers = SIMD16<UInt64>()
    numbers.evenHalf = x0 | x1 &<< 32
    numbers.oddHalf = x2 | x3 &<< 32
    return numbers
  }

  /// Ten rounds on four words; checked against the paper's known answers in the tests.
  static func philoxRounds(
    _ counter: (UInt32, UInt32, UInt32, UInt32), key: (UInt32, UInt32)
  ) -> (UInt32, UInt32, UInt32, UInt32) {
    var (x0, x1, x2, x3) = counter
    var (k0, k1) = key
    for _ in 0..<10 {
      let a = x0.multipliedFullWidth(by: 0xD251_1F53)
      let b = x2.multipliedFullWidth(by: 0xCD9E_8D57)
      (x0, x1, x2, x3) = (b.high ^ x1 ^ k0, b.low, a.high ^ x3 ^ k1, a.low)
      k0 &+= 0x9E37_79B9
      k1 &+= 0xBB67_AE85
    }
    return (x0, x1, x2, x3)
  }
}
