internal import TensorCore

/// Which parts of a picture are shown in each sample.
struct Masks {
  /// The number of samples and of parts.
  let samples, parts: Int
  /// `isShown[sample * parts + part]`.
  let isShown: [Bool]

  /// Given masks.
  init(samples: Int, parts: Int, isShown: [Bool]) {
    precondition(
      isShown.count == samples * parts, "\(isShown.count) flags for \(samples)x\(parts) masks")
    (self.samples, self.parts, self.isShown) = (samples, parts, isShown)
  }

  /// The first sample shows all parts; in the others each is shown with probability 1/2.
  /// A sample's mask depends on the stream and the sample's number alone.
  init(samples: Int, parts: Int, random: RandomStream) {
    var isShown = [Bool](repeating: true, count: samples * parts)
    for sample in 1..<max(1, samples) {
      var stream = random.substream(sample)
      var bits: UInt64 = 0
      for part in 0..<parts {
        if part % 64 == 0 { bits = stream.next() }
        isShown[sample * parts + part] = bits & 1 == 1
        bits >>= 1
      }
    }
    self.init(samples: samples, parts: parts, isShown: isShown)
  }

  /// The parts that a sample shows, in order.
  func shown(in sample: Int) -> [Int] {
    (0..<parts).filter { isShown[sample * parts + $0] }
  }
}
