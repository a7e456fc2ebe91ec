internal import TensorCore

extension Augmentation {
  /// A spectrogram that is louder or softer: the same number of decibels on all its levels.
  public struct Gain: SingleSetting {
    static let key: StaticString = "gain"
    /// The greatest gain and loss, in decibels.
    public var decibels: Float = 0

    var setting: Float { decibels }
    init() {}
    init(setting: Float) { decibels = setting }

    var isOff: Bool { decibels == 0 }
    var words: String { "louder or softer by up to \(decibels) dB" }

    func validate() throws {
      try expect((0...60).contains(decibels), decibels, "decibels from 0 to 60")
    }
  }

  /// Gain.
  public var gain: Gain {
    get { self[Gain.self] }
    set { self[Gain.self] = newValue }
  }
}

extension Augmentation.Gain: SpectrogramPart {
  func apply(to spectrogram: LevelImage, mean: Float, _ random: inout RandomStream) {
    let gain = random.uniform(-decibels, decibels)
    for i in 0..<spectrogram.count { spectrogram.levels[i] += gain }
  }
}
