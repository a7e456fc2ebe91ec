/// One sound in memory: mono samples and how many of them make a second.
public struct AudioClip: Sendable, Hashable {
  /// What the file held before anything was done to it.
  public struct Source: Sendable, Hashable {
    /// What errors call it: the file's path.
    public var name = "sound"
    /// The format by its content, never by the file's name: "FLAC", "WAV", "MP3".
    public var format: String
    /// How a sample was stored: "16 bit", "float", "MPEG layer 3".
    public var encoding: String
    /// Channels, of which the clip is the mean.
    public var channels: Int
    /// Frames a second, in Hz.
    public var sampleRate: Int
    /// Frames: samples of each channel.
    public var frames: Int

    /// Names all of them.
    public init(format: String, encoding: String, channels: Int, sampleRate: Int, frames: Int) {
      (self.format, self.encoding, self.channels) = (format, encoding, channels)
      (self.sampleRate, self.frames) = (sampleRate, frames)
    }
  }

  /// The mean of the channels, full scale ±1; [samples].
  public var samples: [Float]
  /// Samples a second, in Hz.
  public var sampleRate: Int
  /// Where it is from; nil for a sound that was made.
  public var source: Source?

  /// A sound of these samples. The rate must be positive.
  public init(samples: [Float], sampleRate: Int, source: Source? = nil) {
    precondition(sampleRate > 0, "a clip of \(sampleRate) samples a second")
    (self.samples, self.sampleRate, self.source) = (samples, sampleRate, source)
  }

  /// How long it is, in seconds.
  public var duration: Double { Double(samples.count) / Double(sampleRate) }
}
