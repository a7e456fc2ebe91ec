internal import AudioFeatures
internal import Foundation
internal import TensorCore

extension WaveformAugmentation {
  /// Earlier or later; what is shifted out at one end comes in at the other.
  struct Shift: SingleSetting, WaveformPart {
    static let key: StaticString = "shift"
    /// The greatest shift either way, as a share of the length.
    var share: Float = 0

    var setting: Float { share }
    init() {}
    init(setting: Float) { share = setting }

    var isOff: Bool { share == 0 }
    var words: String { "shifted by up to \(share) of the length" }

    func validate() throws {
      try expect((0...0.5).contains(share), share, "a share of the length from 0 to 0.5")
    }

    func change(_ clip: AudioClip, _ random: inout RandomStream) -> AudioClip {
      let count = clip.samples.count
      let later = Int((random.uniform(-share, share) * Float(count)).rounded())
      let start = (count - later) % max(1, count)
      var changed = clip
      changed.samples = Array(clip.samples[start...]) + Array(clip.samples[..<start])
      return changed
    }
  }

  /// Louder or softer; what would be beyond full scale is not cut.
  struct Gain: SingleSetting, WaveformPart {
    static let key: StaticString = "gain"
    /// The greatest gain and loss, in decibels.
    var decibels: Float = 0

    var setting: Float { decibels }
    init() {}
    init(setting: Float) { decibels = setting }

    var isOff: Bool { decibels == 0 }
    var words: String { "louder or softer by up to \(decibels) dB" }

    func validate() throws {
      try expect((0...60).contains(decibels), decibels, "decibels from 0 to 60")
    }

    func change(_ clip: AudioClip, _ random: inout RandomStream) -> AudioClip {
      let factor = pow(10, random.uniform(-decibels, decibels) / 20)
      var changed = clip
      for i in changed.samples.indices { changed.samples[i] *= factor }
      return changed
    }
  }

  /// White noise at a ratio of signal to noise; each sound draws how much. Silence is left as it is.
  struct Noise: WaveformPart {
    static let key: StaticString = "noise"
    /// How often, in 0...1.
    var probability: Float = 0
    /// The smallest and the largest ratio, in decibels: 10 · log₁₀ of the mean square of the sound over
    /// that of the noise.
    var ratio = Interval(15, 35)

    init() {}
    init(probability: Float, ratio: Interval) {
      (self.probability, self.ratio) = (probability, ratio)
    }

    var isOff: Bool { probability == 0 }
    var words: String {
      "noise \(ratio.low) to \(ratio.high) dB below with probability \(probability)"
    }

    enum CodingKeys: String, CodingKey { case probability, ratio = "snr" }

    /// Reads what is named; the rest is as usual.
    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      probability = try values.decodeIfPresent(Float.self, forKey: .probability) ?? 1
      ratio = try values.decodeIfPresent(Interval.self, forKey: .ratio) ?? ratio
    }

    func validate() throws {
      try expect(
        (0...1).contains(probability), probability, "a probability from 0 to 1",
        setting: "probability")
      try expect(
        ratio.isWithin(-40...100), [ratio.low, ratio.high],
        "two ratios [low, high] from -40 to 100 dB", setting: "snr")
    }

    func change(_ clip: AudioClip, _ random: inout RandomStream) -> AudioClip {
      guard random.uniform() < probability else { return clip }
      let decibels = random.uniform(ratio.low, ratio.high)
      let noise = clip.samples.indices.map { _ in random.normal() }
      func power(_ samples: [Float]) -> Double {
        samples.reduce(0.0) { $0 + Double($1) * Double($1) }
      }
      let (signal, drawn) = (power(clip.samples), power(noise))
      guard signal > 0, drawn > 0 else { return clip }
      // By what was drawn and not by what is expected, so that the ratio is met exactly.
      let factor = Float((signal / drawn / pow(10, Double(decibels) / 10)).squareRoot())
      var changed = clip
      for (i, value) in noise.enumerated() { changed.samples[i] += factor * value }
      return changed
    }
  }
}
