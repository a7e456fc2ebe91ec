internal import CIntrinsics

/// What `readLevels` found in a text.
public enum LevelsRead: Equatable, Sendable {
  /// So many numbers, all of them grey levels.
  case levels(Int)
  /// Something else at byte `position`, after `index` numbers.
  case bad(position: Int, index: Int)
}

/// Reads decimal numbers 0…255 of at most four digits, separated by blanks (space, tab, carriage
/// return), byte by byte; writes the first `capacity` of them.
public func readLevels(
  _ text: UnsafeRawBufferPointer, to levels: UnsafeMutablePointer<UInt8>, capacity: Int
) -> LevelsRead {
  guard let bytes = text.bindMemory(to: UInt8.self).baseAddress else { return .levels(0) }
  let end = text.count
  var (count, position) = (0, 0)
  while position < end {
    var digit = UInt32(bytes[position] &- 0x30)
    if digit > 9 {
      guard isBlank(bytes[position]) else { return .bad(position: position, index: count) }
      position += 1
      continue
    }
    let start = position
    var level = digit
    position += 1
    while position < end {
      digit = UInt32(bytes[position] &- 0x30)
      if digit > 9 { break }
      level = level &* 10 &+ digit
      position += 1
    }
    guard level <= 255, position - start <= 4, position == end || isBlank(bytes[position]) else {
      return .bad(position: start, index: count)
    }
    if count < capacity { levels[count] = UInt8(truncatingIfNeeded: level) }
    count += 1
  }
  return .levels(count)
}

private func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }

/// Reads exactly `count` numbers, 64 bytes of text at a time.
///
/// True only where `readLevels` finds the same numbers, `count` of them. False is a doubt and no
/// verdict: on anything but digits and spaces, a number of more than three digits or above 255, or
/// another count, `readLevels` has to look again. `levels` then holds something or other.
public func scanLevels(
  _ text: UnsafeRawBufferPointer, to levels: UnsafeMutablePointer<UInt8>, count: Int
) -> Bool {
  guard canCompressBytes, let start = text.baseAddress else {
    return scanLevelsAnywhere(text, to: levels, count: count)
  }
  return mien_scan_levels(
    start.assumingMemoryBound(to: UInt8.self), text.count, levels, count) != 0
}

private let canCompressBytes = mien_can_scan_levels() != 0

/// The same on any processor.
///
/// Every place of a block gets the number that would start there, from its byte and the two after
/// it, all places at once. Then the numbers whose place does start one are collected by the bits of
/// a word, as simdjson finds its brackets (Langdale and Lemire, "Parsing gigabytes of JSON per
/// second", 2019, DOI 10.1007/s00778-019-00578-5).
func scanLevelsAnywhere(
  _ text: UnsafeRawBufferPointer, to levels: UnsafeMutablePointer<UInt8>, count: Int
) -> Bool {
  guard let start = text.baseAddress else { return count == 0 }
  // A block's numbers with as much again, which a place past the last may read; then room for
  // what is left of the text, with the spaces that end it.
  return withUnsafeTemporaryAllocation(byteCount: 5 * 64, alignment: 64) { room in
    guard let values = room.baseAddress else { return false }
    values.initializeMemory(as: UInt8.self, repeating: UInt8(ascii: " "), count: room.count)
    var scan = LevelScan(values: values, levels: levels, count: count)
    var position = 0
    // A block looks two bytes ahead.
    while position + 66 <= text.count {
      guard scan.take(start + position) else { return false }
      position += 64
    }
    let rest = values + 2 * 64
    rest.copyMemory(from: start + position, byteCount: text.count - position)
    guard scan.take(rest), text.count - position <= 64 || scan.take(rest + 64) else { return false }
    return scan.isGood
  }
}

/// How far `scanLevelsAnywhere` has come.
private struct LevelScan {
  private typealias Bytes = SIMD64<UInt8>
  /// The same 64 bytes as words: the compiler makes loops over 64 lanes of `&` and `|`, which have
  /// no need of lanes.
  private typealias Words = SIMD8<UInt64>
  /// The most numbers that can start in 64 bytes, and as many as seldom do.
  @inline(__always)
  private static var most: Int { 32 }
  @inline(__always)
  private static var many: Int { 24 }

  private let values: UnsafeMutableRawPointer
  private let levels: UnsafeMutablePointer<UInt8>
  private let count: Int
  private var found = 0
  /// The places of digits in the block before: the last one in the highest bit.
  private var before: UInt64 = 0
  private var longRuns: UInt64 = 0
  /// Not 0 where a block had something else than digits and spaces, or a number above 255.
  private var doubts = Words.zero

  init(values: UnsafeMutableRawPointer, levels: UnsafeMutablePointer<UInt8>, count: Int) {
    (self.values, self.levels, self.count) = (values, levels, count)
  }

  var isGood: Bool {
    found == count && longRuns == 0 && doubts == .zero
  }

  /// Takes 64 bytes of 66; false where there are more numbers than expected.
  @inline(__always)
  mutating func take(_ text: UnsafeRawPointer) -> Bool {
    let first = Self.load(text, 0)
    let second = Self.load(text, 1)
    let third = Self.load(text, 2)
    let ten = Bytes(repeating: 10)
    let isDigit = Self.words(first .< ten)
    let hasTwo = Self.words(second .< ten)
    let hasThree = hasTwo & Self.words(third .< ten)
    let pair = Self.tenfold(first) &+ second
    let triple = Self.tenfold(pair) &+ third
    let value = Self.choose(
      hasThree, Self.words(triple), Self.choose(hasTwo, Self.words(pair), Self.words(first)))
    values.storeBytes(of: value, as: Words.self)

    let highest = Bytes(repeating: 25)
    let isAbove =
      Self.words(pair .> highest)
      | (Self.words(pair .== highest) & Self.words(third .> Bytes(repeating: 5)))
    let isSpace = Self.words(first .== Bytes(repeating: UInt8(ascii: " ") &- Self.zero))
    doubts |= (isDigit & hasThree & isAbove) | ~(isDigit | isSpace)

    let digits = Self.bits(of: isDigit)
    let after = digits << 1 | before >> 63
    longRuns |= digits & after & (digits << 2 | before >> 62) & (digits << 3 | before >> 61)
    before = digits
    return collect(digits & ~after)
  }

  /// Appends the values at the places whose bits are set.
  @inline(__always)
  private mutating func collect(_ starts: UInt64) -> Bool {
    let more = starts.nonzeroBitCount
    let (values, levels) = (values.assumingMemoryBound(to: UInt8.self), levels + found)
    var starts = starts
    @inline(__always) func move(_ range: Range<Int>) {
      for index in range {
        levels[index] = values[starts.trailingZeroBitCount]
        starts &= starts &- 1
      }
    }
    if found + Self.most <= count {
      // So many at any rate, for a loop that ends anywhere costs more than what it saves; those
      // beyond the last are written over by the next block.
      move(0..<Self.many)
      if more > Self.many { move(Self.many..<Self.most) }
    } else {
      guard found + more <= count else { return false }
      move(0..<more)
    }
    found += more
    return true
  }

  @inline(__always)
  private static func tenfold(_ x: Bytes) -> Bytes {
    let double = x &+ x
    let fourfold = double &+ double
    return fourfold &+ fourfold &+ double
  }

  @inline(__always)
  private static var zero: UInt8 { UInt8(ascii: "0") }

  /// 64 bytes from `place` on; a digit becomes its value.
  @inline(__always)
  private static func load(_ text: UnsafeRawPointer, _ place: Int) -> Bytes {
    text.loadUnaligned(fromByteOffset: place, as: Bytes.self) &- Bytes(repeating: zero)
  }

  @inline(__always)
  private static func words(_ bytes: Bytes) -> Words { unsafeBitCast(bytes, to: Words.self) }

  /// 255 in the bytes where the mask is true, 0 in the others.
  @inline(__always)
  private static func words(_ mask: SIMDMask<SIMD64<Int8>>) -> Words {
    unsafeBitCast(mask, to: Words.self)
  }

  @inline(__always)
  private static func choose(_ mask: Words, _ a: Words, _ b: Words) -> Words {
    (a & mask) | (b & ~mask)
  }

  /// A bit for each byte of a mask, that of the first in bit 0.
  @inline(__always)
  private static func bits(of mask: Words) -> UInt64 {
    // The product puts bit 8i of a word at bit 56 + i, and nothing carries into it.
    let flags = mask & 0x0101_0101_0101_0101
    let gathered = (flags &* 0x0102_0408_1020_4080) &>> 56
    return UInt64(
      littleEndian: unsafeBitCast(SIMD8<UInt8>(truncatingIfNeeded: gathered), to: UInt64.self))
  }
}
