internal import TensorCore

/// What a network says of one stretch of a sound.
public struct HeardStretch: Sendable, Hashable {
  /// Which stretch it is, in seconds from the sound's beginning.
  public let seconds: ClosedRange<Double>
  /// By class; they add up to 1.
  public let probabilities: [Float]
  /// Whether its loudest 50 ms are below −60 dB of full scale: the answer is then one about nothing.
  public let isSilent: Bool
  /// The most probable class; of equals the first.
  public let label: Int

  init(seconds: ClosedRange<Double>, probabilities: [Float], isSilent: Bool = false) {
    (self.seconds, self.probabilities, self.isSilent) = (seconds, probabilities, isSilent)
    label = probabilities.argmax()
  }
}

/// What became of one sound file.
public struct SoundAnswer: Sendable {
  /// What the stretches that say something come to.
  public struct Summary: Sendable, Hashable {
    /// Their mean probabilities.
    public let mean: [Float]
    /// The class that the mean makes the most probable; of equals the first.
    public let label: Int
    /// How many of them answered each class.
    public let counts: [Int]
    /// The class that most of them answered; of equals the one of the greater mean.
    public let majority: Int

    init?(of heard: [HeardStretch]) {
      guard let first = heard.first else { return nil }
      let means = first.probabilities.indices.map { index in
        Float(heard.reduce(0.0) { $0 + Double($1.probabilities[index]) } / Double(heard.count))
      }
      // The mean of one is that one to the last bit.
      let mean = heard.count == 1 ? first.probabilities : means
      var counts = mean.map { _ in 0 }
      for stretch in heard { counts[stretch.label] += 1 }
      let most = counts.max() ?? 0
      (self.mean, self.counts) = (mean, counts)
      label = mean.argmax()
      majority = mean.indices.map { counts[$0] == most ? mean[$0] : -1 }.argmax()
    }
  }

  /// The file.
  public let file: FoundFile
  /// How long it is, in seconds; nil where it could not be read.
  public let duration: Double?
  /// What was heard, in order of time: one stretch, or the windows; empty where it could not be read.
  public let stretches: [HeardStretch]
  /// The stretches that say something: those that are not silent, or all where all are.
  public let heard: [HeardStretch]
  /// What those come to; nil where there are none.
  public let summary: Summary?
  /// Why it could not be read.
  public let error: (any Error)?

  /// The answer for a sound of so many seconds.
  init(file: FoundFile, duration: Double, stretches: [HeardStretch]) {
    (self.file, self.duration, self.stretches, error) = (file, duration, stretches, nil)
    let sounding = stretches.filter { !$0.isSilent }
    heard = sounding.isEmpty ? stretches : sounding
    summary = Summary(of: heard)
  }

  /// The answer for a file that could not be read.
  init(file: FoundFile, error: any Error) {
    (self.file, duration, stretches, heard, summary) = (file, nil, [], [], nil)
    self.error = error
  }

  /// Whether there is nothing to hear in any stretch.
  public var isSilent: Bool { !stretches.isEmpty && stretches.allSatisfy(\.isSilent) }
}
