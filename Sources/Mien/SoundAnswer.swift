/// What a network says of one stretch of a sound.
public struct HeardStretch: Sendable, Hashable {
  /// Which stretch it is, in seconds from the sound's beginning.
  public let seconds: ClosedRange<Double>
  /// By class; they add up to 1.
  public let probabilities: [Float]
  /// Whether its loudest 50 ms are below −60 dB of full scale: the answer is then one about nothing.
  public var isSilent = false

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

  /// The stretches that say something: those that are not silent, or all where all are.
  public var heard: [HeardStretch] {
    let sounding = stretches.filter { !$0.isSilent }
    return sounding.isEmpty ? stretches : sounding
  }

  /// Whether there is nothing to hear in any stretch.
  public var isSilent: Bool { !stretches.isEmpty && stretches.allSatisfy(\.isSilent) }

  /// The mean probabilities of what was heard; nil where there is nothing.
  public var mean: [Float]? {
    let heard = heard
    guard let first = heard.first else { return nil }
    if heard.count == 1 { return first.probabilities }
    return first.probabilities.indices.map { index in
      Float(heard.reduce(0.0) { $0 + Double($1.probabilities[index]) } / Double(heard.count))
    }
  }

  /// The class that most of what was heard was answered with, of equals the one of the greater mean, and how
  /// many stretches they are; nil where there are none.
  public var majority: (label: Int, count: Int)? {
    guard let mean else { return nil }
    var counts = mean.map { _ in 0 }
    for stretch in heard { counts[stretch.label] += 1 }
    let label = counts.indices.reduce(0) {
      (counts[$1], mean[$1]) > (counts[$0], mean[$0]) ? $1 : $0
    }
    return (label, counts[label])
  }
}
