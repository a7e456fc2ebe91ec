internal import TensorCore

extension Augmentation {
  /// A spectrogram as another microphone, room or mastering would have it: decibels by frequency, drawn at two
  /// to five bands and straight between (the linear kind of Nam et al., "FilterAugment: An acoustic
  /// environmental data augmentation method", ICASSP 2022, DOI 10.1109/ICASSP43922.2022.9747680).
  public struct Filter: SingleSetting {
    static let key: StaticString = "filter"
    /// The most that a band gains or loses, in decibels.
    public var decibels: Float = 0

    var setting: Float { decibels }
    init() {}
    init(setting: Float) { decibels = setting }

    var isOff: Bool { decibels == 0 }
    var words: String { "filtered by up to \(decibels) dB" }

    func validate() throws {
      try expect((0...60).contains(decibels), decibels, "decibels from 0 to 60")
    }

    /// The decibels of each band.
    func curve(bands: Int, _ random: inout RandomStream) -> [Float] {
      let inner = (0..<random.integer(below: 4)).map { _ in random.integer(below: max(1, bands - 1))
      }
      let places = Set(inner + [0, bands - 1]).sorted()
      let heights = places.map { _ in random.uniform(-decibels, decibels) }
      var curve = [Float](repeating: heights[0], count: bands)
      for knot in places.indices.dropFirst() {
        let (start, end) = (places[knot - 1], places[knot])
        for band in start...end {
          let share = Float(band - start) / Float(end - start)
          curve[band] = heights[knot - 1] + share * (heights[knot] - heights[knot - 1])
        }
      }
      return curve
    }
  }

  /// Filters.
  public var filter: Filter {
    get { self[Filter.self] }
    set { self[Filter.self] = newValue }
  }
}

extension Augmentation.Filter: SpectrogramPart {
  func apply(to spectrogram: LevelImage, mean: Float, _ random: inout RandomStream) {
    let width = spectrogram.size.width * spectrogram.channels
    let curve = curve(bands: spectrogram.size.height, &random)
    for (band, decibels) in curve.enumerated() {
      for i in band * width..<(band + 1) * width { spectrogram.levels[i] += decibels }
    }
  }
}
