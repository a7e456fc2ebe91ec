internal import TensorCore

extension Augmentation {
  /// A spectrogram that begins earlier or later; what is shifted out at one end comes in at the other, so
  /// that nothing is lost and no silence is made up.
  public struct TimeShift: SingleSetting {
    static let key: StaticString = "time_shift"
    /// The greatest shift either way, as a share of the length.
    public var share: Float = 0

    var setting: Float { share }
    init() {}
    init(setting: Float) { share = setting }

    var isOff: Bool { share == 0 }
    var words: String { "shifted in time by up to \(share) of the length" }

    func validate() throws {
      try expect((0...0.5).contains(share), share, "a share of the length from 0 to 0.5")
    }
  }

  /// Shifts in time.
  public var timeShift: TimeShift {
    get { self[TimeShift.self] }
    set { self[TimeShift.self] = newValue }
  }
}

extension Augmentation.TimeShift: SpectrogramPart {
  func apply(to spectrogram: LevelImage, mean: Float, _ random: inout RandomStream) {
    let frames = spectrogram.size.width
    let most = Int(share * Float(frames))
    let shift = random.integer(below: 2 * most + 1) - most
    guard shift != 0 else { return }
    let width = frames * spectrogram.channels
    let start = (shift > 0 ? frames - shift : -shift) * spectrogram.channels
    for band in 0..<spectrogram.size.height {
      let line = UnsafeMutableBufferPointer(start: spectrogram.levels + band * width, count: width)
      let turned = Array(line[start...]) + Array(line[..<start])
      _ = line.update(from: turned)
    }
  }
}
