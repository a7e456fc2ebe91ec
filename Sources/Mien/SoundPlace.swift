/// Where a network's input lies in its recording, in seconds.
public struct SoundPlace: Sendable, Hashable {
  /// Where the input begins; below 0 where silence was put before the recording.
  public var start: Double
  /// What of the recording is heard; nil where that is not known.
  public var heard: ClosedRange<Double>?
  /// Whether silence was put around what is heard, for it is shorter than the input.
  public var isPadded: Bool
  /// Where it was to begin, where that is later than it can: it then ends with the recording.
  public var asked: Double?
  /// Whether there is nothing to hear: its loudest 50 ms are below −60 dB of full scale.
  public var isSilent: Bool

  /// A place; by default that of an input of which no more is known.
  public init(
    start: Double = 0, heard: ClosedRange<Double>? = nil, isPadded: Bool = false,
    asked: Double? = nil, isSilent: Bool = false
  ) {
    (self.start, self.heard, self.isSilent) = (start, heard, isSilent)
    (self.isPadded, self.asked) = (isPadded, asked)
  }
}
