import AudioFeatures
import Foundation
import TensorCore

@testable import Datasets

/// Small made-up sounds.
enum SoundFixtures {
  /// A sine of a frequency in Hz, fading in and out at neither end.
  static func sine(
    _ frequency: Double, seconds: Double = 0.5, rate: Int = 16_000, amplitude: Double = 0.5
  ) -> AudioClip {
    AudioClip(
      samples: (0..<Int(seconds * Double(rate))).map {
        Float(amplitude * sin(2 * .pi * frequency * Double($0) / Double(rate)))
      }, sampleRate: rate)
  }

  /// Seeded noise: no two are alike.
  static func noise(
    _ seed: Int, seconds: Double = 0.5, rate: Int = 16_000, amplitude: Float = 0.1
  ) -> AudioClip {
    var random = RandomStream(seed: UInt64(seed))
    return AudioClip(
      samples: (0..<Int(seconds * Double(rate))).map { _ in amplitude * random.normal() },
      sampleRate: rate)
  }

  /// Writes a WAV file below a folder.
  static func write(_ clip: AudioClip, _ path: String, in folder: URL) throws {
    try AudioFile.write(clip, to: folder.appendingPathComponent(path))
  }

  /// A made-up corpus of so many sounds in a folder of its name.
  @discardableResult static func corpus(
    _ name: String, _ count: Int, groups: Int? = nil, in folder: URL
  ) throws -> URL {
    guard let corpus = CorpusRegistry.corpus(named: name) else {
      throw FileError.missing(path: name, expected: "a corpus", remedy: "name another")
    }
    let place = folder.appendingPathComponent(name)
    var made = SyntheticCorpus(corpus, seed: 1, groups: groups)
    made.seconds = 1
    _ = try made.write(count, to: place)
    return place
  }

  /// Prepares sounds as a table of 15 figures, unless changed, and opens what came of it.
  static func prepare(
    _ sources: [URL], _ folder: URL, _ name: String = "out",
    _ change: (inout SoundOptions) -> Void = { _ in }
  ) throws -> (ExamplePreparationResult, PreparedDataset) {
    var options = SoundOptions()
    options.features = "ser15"
    change(&options)
    let out = folder.appendingPathComponent(name)
    let result = try SoundPreparation.prepare(sources, to: out, options)
    return (result, try PreparedDataset(at: out))
  }

  /// What is said where that cannot be done.
  static func problem(
    _ sources: [URL], _ folder: URL, _ change: (inout SoundOptions) -> Void = { _ in }
  ) -> String {
    do {
      _ = try prepare(sources, folder, "failed", change)
      return "fine"
    } catch { return "\(error)" }
  }

  /// The mean square of samples.
  static func power(_ samples: some Sequence<Float>) -> Double {
    var (sum, count) = (0.0, 0)
    for sample in samples {
      sum += Double(sample) * Double(sample)
      count += 1
    }
    return sum / Double(max(1, count))
  }

  /// The frequency of a tone in Hz, by the upward crossings of zero in the middle half of it.
  static func frequency(_ clip: AudioClip) -> Double {
    let middle = Array(clip.samples[clip.samples.count / 4..<clip.samples.count * 3 / 4])
    var crossings: [Double] = []
    for i in 1..<middle.count where middle[i - 1] < 0 && middle[i] >= 0 {
      crossings.append(Double(i) - Double(middle[i] / (middle[i] - middle[i - 1])))
    }
    guard let first = crossings.first, let last = crossings.last, crossings.count > 1 else {
      return 0
    }
    return Double(crossings.count - 1) / (last - first) * Double(clip.sampleRate)
  }
}
