/// A 64-bit hash of bytes, by multiplication and shifts over words of eight. Whoever relies on two
/// contents being equal compares them.
func contentHash(_ bytes: UnsafePointer<UInt8>, count: Int) -> UInt64 {
  var hash = ContentHash(count: count)
  for index in 0..<count / 8 { hash.take(word(bytes, index)) }
  return hash.finish(bytes, count: count)
}

/// The hashes of `count` images of `bytes` bytes each, one behind the other: each is that of
/// `contentHash`.
func contentHashes(_ images: UnsafePointer<UInt8>, bytes: Int, count: Int) -> [UInt64] {
  var hashes: [UInt64] = []
  hashes.reserveCapacity(count)
  // A word waits for the one before it, so four images go side by side.
  var first = 0
  while first + 4 <= count {
    let (p, q) = (images + first * bytes, images + (first + 1) * bytes)
    let (r, s) = (images + (first + 2) * bytes, images + (first + 3) * bytes)
    let start = ContentHash(count: bytes)
    var (a, b, c, d) = (start, start, start, start)
    for index in 0..<bytes / 8 {
      a.take(word(p, index))
      b.take(word(q, index))
      c.take(word(r, index))
      d.take(word(s, index))
    }
    hashes.append(a.finish(p, count: bytes))
    hashes.append(b.finish(q, count: bytes))
    hashes.append(c.finish(r, count: bytes))
    hashes.append(d.finish(s, count: bytes))
    first += 4
  }
  for index in first..<count { hashes.append(contentHash(images + index * bytes, count: bytes)) }
  return hashes
}

@inline(__always)
private func word(_ bytes: UnsafePointer<UInt8>, _ index: Int) -> UInt64 {
  UnsafeRawPointer(bytes).loadUnaligned(fromByteOffset: index * 8, as: UInt64.self)
}

/// How far a hash has come.
private struct ContentHash {
  private var hash: UInt64

  init(count: Int) { hash = UInt64(count) &* 0x9E37_79B9_7F4A_7C15 }

  @inline(__always)
  mutating func take(_ word: UInt64) {
    hash = (hash ^ word) &* 0xBF58_476D_1CE4_E5B9
    hash ^= hash >> 29
  }

  /// Takes the bytes behind the last whole word, too.
  consuming func finish(_ bytes: UnsafePointer<UInt8>, count: Int) -> UInt64 {
    var rest: UInt64 = 0
    for index in count / 8 * 8..<count { rest = rest << 8 | UInt64(bytes[index]) }
    take(rest)
    return hash ^ hash >> 32
  }
}
