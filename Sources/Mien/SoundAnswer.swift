/// What a network says of one stretch of a sound.
public struct HeardStretch: Sendable, Hashable {
  /// Which stretch it is, in seconds from the sound's beginning.
  public let seconds: ClosedRange<Double>
  /// By class; they add up to 1.
  public let probabilities: [Float]

  /// The most probable class; of equals the first.
  public var label: Int {
    probabilities.indices.reduce(0) { probabilities[$1] > probabilities[$0] ? $1 : $0 }
  }
}

/// What became of one sound file.
public struct SoundAnswer: Sendable {
  /// The file.
  public let file: FoundFile
  /// How long it is, in seconds; nil where it could not be read.
  public let duration: Double?
  /// What was heard, in order of time: one stretch, or the windows; empty where it could not be read.
  public let stretches: [HeardStretch]
  /// Why it could not be read.
  public let error: (any Error)?

  /// The mean probabilities of all stretches; nil where there are none.
  public var mean: [Float]? {
    guard let first = stretches.first else { return nil }
    if stretches.count == 1 { return first.probabilities }
    return first.probabilities.indices.map { index in
      Float(
        stretches.reduce(0.0) { $0 + Double($1.probabilities[index]) } / Double(stretches.count))
    }
  }

  /// The class that most stretches were answered with, of equals the one of the greater mean, and how many
  /// they are; nil where there are none.
  public var majority: (label: Int, count: Int)? {
    guard let mean else { return nil }
    var counts = mean.map { _ in 0 }
    for stretch in stretches { counts[stretch.label] += 1 }
    let label = counts.indices.reduce(0) {
      (counts[$1], mean[$1]) > (counts[$0], mean[$0]) ? $1 : $0
    }
    return (label, counts[label])
  }
}
