internal import TensorCore

/// Which parts of a picture are shown in each sample, a bit each.
struct Masks {
  /// The number of samples and of parts.
  let samples, parts: Int
  /// The words of one sample.
  let wordCount: Int
  /// Sample after sample; part p is bit p % 64 of word p / 64, and bits beyond the parts are 0.
  let words: [UInt64]

  /// Given masks: `isShown[sample * parts + part]`.
  init(samples: Int, parts: Int, isShown: [Bool]) {
    precondition(
      isShown.count == samples * parts, "\(isShown.count) flags for \(samples)x\(parts) masks")
    let wordCount = (parts + 63) / 64
    var words = [UInt64](repeating: 0, count: samples * wordCount)
    for sample in 0..<samples {
      for part in 0..<parts where isShown[sample * parts + part] {
        words[sample * wordCount + part / 64] |= 1 << UInt64(part % 64)
      }
    }
    self.init(parts: parts, words: words)
  }

  /// The first sample shows all parts; in the others each is shown with probability 1/2.
  ///
  /// Where `pairs` are asked for, each even sample but the first is the complement of the one before
  /// it: what one shows the other hides (antithetic sampling; Hammersley and Morton 1956, DOI
  /// 10.1017/S0305004100031455). A sample's mask depends on the stream and the sample's number
  /// alone.
  init(samples: Int, parts: Int, pairs: Bool = false, random: RandomStream) {
    self.init(parts: parts, words: [])
    self = extended(to: samples, pairs: pairs, random: random)
  }

  private init(parts: Int, words: [UInt64]) {
    (self.parts, self.words) = (parts, words)
    wordCount = (parts + 63) / 64
    samples = wordCount == 0 ? 0 : words.count / wordCount
  }

  /// These masks and those that follow them, drawn as `init(samples:parts:pairs:random:)` does.
  func extended(to count: Int, pairs: Bool, random: RandomStream) -> Masks {
    var words = words
    words.reserveCapacity(count * wordCount)
    let last: UInt64 = parts % 64 == 0 ? .max : (1 << UInt64(parts % 64)) - 1
    for sample in min(samples, count)..<count {
      let isComplement = pairs && sample > 0 && sample.isMultiple(of: 2)
      var stream = random.substream(isComplement ? sample - 1 : sample)
      for word in 0..<wordCount {
        var bits = sample == 0 ? .max : stream.next()
        if isComplement { bits = ~bits }
        words.append(word == wordCount - 1 ? bits & last : bits)
      }
    }
    return Masks(parts: parts, words: words)
  }

  /// The masks of some samples, in that order.
  func selecting(_ chosen: [Int]) -> Masks {
    Masks(
      parts: parts,
      words: chosen.flatMap { words[$0 * wordCount..<($0 + 1) * wordCount] })
  }

  /// `isShown[sample * parts + part]`.
  var isShown: [Bool] {
    (0..<samples).flatMap { sample in (0..<parts).map { shows($0, in: sample) } }
  }

  /// Whether a sample shows a part.
  func shows(_ part: Int, in sample: Int) -> Bool {
    words[sample * wordCount + part / 64] >> UInt64(part % 64) & 1 == 1
  }

  /// How many parts a sample shows.
  func shownCount(in sample: Int) -> Int {
    words[sample * wordCount..<(sample + 1) * wordCount].reduce(0) { $0 + $1.nonzeroBitCount }
  }

  /// The parts that a sample shows, in order.
  func shown(in sample: Int) -> [Int] {
    var parts: [Int] = []
    forEachShown(in: sample) { parts.append($0) }
    return parts
  }

  /// Calls `body` with each part that a sample shows, in order.
  @inline(__always)
  func forEachShown(in sample: Int, _ body: (_ part: Int) -> Void) {
    for word in 0..<wordCount {
      var bits = words[sample * wordCount + word]
      while bits != 0 {
        body(word * 64 + bits.trailingZeroBitCount)
        bits &= bits - 1
      }
    }
  }
}
