internal import TensorCore

extension Augmentation {
  /// Stretches of time painted over with the mean (Park et al., "SpecAugment", Interspeech 2019,
  /// DOI 10.21437/Interspeech.2019-2680): each is 0 to `size` frames long, all lengths equally
  /// likely, and lies anywhere.
  public struct TimeMask: SpectrogramMask {
    static let key: StaticString = "time_mask"
    /// How many.
    public var count = 0
    /// The longest one, in frames.
    public var size = 16

    init() {}

    var unit: String { "frames" }

    func apply(to spectrogram: LevelImage, mean: Float, _ random: inout RandomStream) {
      let width = spectrogram.size.width * spectrogram.channels
      for _ in 0..<count {
        let mask = draw(of: spectrogram.size.width, &random)
        for band in 0..<spectrogram.size.height {
          let start = band * width + mask.lowerBound * spectrogram.channels
          (spectrogram.levels + start).update(
            repeating: mean, count: mask.count * spectrogram.channels)
        }
      }
    }
  }

  /// Ranges of frequencies painted over with the mean, likewise: each is 0 to `size` bands high.
  public struct FrequencyMask: SpectrogramMask {
    static let key: StaticString = "frequency_mask"
    /// How many.
    public var count = 0
    /// The highest one, in bands.
    public var size = 8

    init() {}

    var unit: String { "bands" }

    func apply(to spectrogram: LevelImage, mean: Float, _ random: inout RandomStream) {
      let width = spectrogram.size.width * spectrogram.channels
      for _ in 0..<count {
        let mask = draw(of: spectrogram.size.height, &random)
        (spectrogram.levels + mask.lowerBound * width).update(
          repeating: mean, count: mask.count * width)
      }
    }
  }

  /// Masks over time.
  public var timeMask: TimeMask {
    get { self[TimeMask.self] }
    set { self[TimeMask.self] = newValue }
  }

  /// Masks over frequencies.
  public var frequencyMask: FrequencyMask {
    get { self[FrequencyMask.self] }
    set { self[FrequencyMask.self] = newValue }
  }
}

/// What masks over time and over frequencies have in common.
protocol SpectrogramMask: SpectrogramPart {
  var count: Int { get }
  var size: Int { get }
  var unit: String { get }
}

extension SpectrogramMask {
  var isOff: Bool { count == 0 || size == 0 }
  var words: String { "\(count) masks of up to \(size) \(unit)" }

  func validate() throws {
    try expect((0...16).contains(count), count, "how many masks, from 0 to 16", setting: "count")
    try expect((0...4096).contains(size), size, "\(unit) from 0 to 4096", setting: "size")
  }

  /// A stretch within 0..<length.
  func draw(of length: Int, _ random: inout RandomStream) -> Range<Int> {
    let count = random.integer(below: min(size, length) + 1)
    let start = random.integer(below: length - count + 1)
    return start..<start + count
  }
}
