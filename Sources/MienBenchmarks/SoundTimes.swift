internal import AudioFeatures
internal import Foundation
internal import Kernels
internal import Synchronization

/// `MienBenchmarks --sounds FILES.json`: how long sets of features of sound files take on all workers, in
/// this process and after a round that does not count. The files are those of a JSON object with two
/// lists of paths, `speech` and `music`.
struct SoundTimes: Encodable {
  /// Seconds for all files, the median of the rounds.
  let ser15FromFiles, ser15FromSamples, gtzan58FromFiles: Double

  enum CodingKeys: String, CodingKey {
    case ser15FromFiles = "ser15_files"
    case ser15FromSamples = "ser15_samples"
    case gtzan58FromFiles = "gtzan58_files"
  }

  private struct Lists: Decodable {
    var speech, music: [String]
  }

  /// Measures. Throws what reading a file throws.
  init(files: String, effort: Effort) throws {
    let lists = try JSONDecoder().decode(
      Lists.self, from: Data(contentsOf: URL(fileURLWithPath: files)))
    let speech = lists.speech.map { URL(fileURLWithPath: $0) }
    let clips = try speech.map { try AudioFile.read($0) }
    let (ser15, gtzan58) = (try Self.set("ser15"), try Self.set("gtzan58"))
    ser15FromFiles = try Self.seconds(effort, speech, ser15)
    gtzan58FromFiles = try Self.seconds(
      effort, lists.music.map { URL(fileURLWithPath: $0) }, gtzan58)
    ser15FromSamples = try Self.seconds(effort, clips.count) { index in
      _ = try ser15.extract(from: clips[index])
    }
  }

  private static func set(_ name: String) throws -> FeatureSet {
    guard let set = FeatureSetRegistry.named(name) else { throw Missing(name: name) }
    return set
  }

  private static func seconds(
    _ effort: Effort, _ files: [URL], _ set: FeatureSet
  ) throws -> Double {
    try seconds(effort, files.count) { index in
      _ = try set.extract(from: AudioFile.read(files[index], rate: set.sampleRate))
    }
  }

  /// The seconds of `work(0) … work(count - 1)` on all workers.
  private static func seconds(
    _ effort: Effort, _ count: Int, _ work: @Sendable (Int) throws -> Void
  ) throws -> Double {
    let failure = Mutex<(any Error)?>(nil)
    let measurement = Measurement(effort) {
      parallelFor(count) { index in
        do { try work(index) } catch { failure.withLock { $0 = error } }
      }
    }
    if let error = failure.withLock({ $0 }) { throw error }
    return measurement.milliseconds / 1e3
  }

  private struct Missing: Error {
    let name: String
  }
}
