internal import TensorCore

/// Pictures with hidden parts, and what a network said of each: what surrogates are fitted to.
///
/// `LIME.sample` makes them and `LIME.explain(_:_:)` fits to them, so that one asks a network once
/// and looks at its answers in several ways.
public struct SampledAnswers: Sendable {
  /// Which parts are shown; in sample 0 all.
  let masks: Masks
  /// The network's probabilities, `[class][sample]`.
  let targets: [[Double]]
  /// Whether samples 1 and 2, 3 and 4 … are complements of each other.
  let pairs: Bool

  init(masks: Masks, targets: [[Double]], pairs: Bool) {
    precondition(
      targets.allSatisfy { $0.count == masks.samples },
      "\(targets.map(\.count)) answers to \(masks.samples) samples")
    (self.masks, self.targets, self.pairs) = (masks, targets, pairs)
  }

  /// The number of samples.
  public var count: Int { masks.samples }

  /// The first samples alone, as if no more had been drawn.
  public func prefix(_ count: Int) -> SampledAnswers {
    selecting(Array(0..<min(count, self.count)))
  }

  /// What the network says of the whole picture, a probability a class.
  var probabilities: [Double] { targets.map { $0[0] } }

  /// The class that the network answers for the whole picture; of equals the first.
  var mostProbable: Int { probabilities.argmax() }

  /// Two explanations' worth of samples from one: whole pairs in turns, and the whole picture in
  /// both.
  var halves: (SampledAnswers, SampledAnswers) {
    var halves: ([Int], [Int]) = ([0], [0])
    for sample in 1..<max(1, count) {
      let group = pairs ? (sample - 1) / 2 : sample - 1
      if group.isMultiple(of: 2) { halves.0.append(sample) } else { halves.1.append(sample) }
    }
    return (selecting(halves.0), selecting(halves.1))
  }

  /// These answers and those to the samples that follow.
  func followed(by more: [[Double]], masks: Masks) -> SampledAnswers {
    SampledAnswers(masks: masks, targets: zip(targets, more).map { $0 + $1 }, pairs: pairs)
  }

  private func selecting(_ samples: [Int]) -> SampledAnswers {
    SampledAnswers(
      masks: masks.selecting(samples),
      targets: targets.map { target in samples.map { target[$0] } }, pairs: pairs)
  }
}
