public import AudioFeatures
internal import Datasets
internal import Foundation
public import TensorCore

/// A stretch of a recording as a network's input, and where it lies.
public struct ExplainedSound: Sendable {
  /// In stored values, of the network's shape.
  public let values: Tensor
  /// Where the stretch lies in the recording.
  public let place: SoundPlace

  /// The stretch of a recording that a network hears.
  ///
  /// Networks of a fixed length hear the middle of what is left when silence is cut off where the data were cut
  /// so; those of tables hear all.
  ///
  /// - Parameters:
  ///   - clip: as it was decoded.
  ///   - input: what the network takes.
  ///   - seconds: where the stretch begins instead, nothing being cut off; too near the end it ends with the
  ///     recording.
  ///   - path: the recording's name, for messages.
  ///   - checkpoint: the network's, likewise.
  ///
  /// Throws `RunError.unsuited` for a network of no sounds, `SoundStretchError`, and as `SoundReader`.
  public init(
    _ clip: AudioClip, for input: InputConfiguration, at seconds: Double? = nil, path: String,
    checkpoint: String
  ) throws {
    let reader = try Self.reader(for: input, checkpoint: checkpoint)
    guard let count = reader.features.sampleCount, let rate = reader.features.sampleRate else {
      guard seconds == nil else {
        throw SoundStretchError(
          path: path, problem: "the network hears the whole of a sound", remedy: "leave out --at")
      }
      values = Tensor(input.shape, try reader.numbers(of: clip))
      place = SoundPlace(isSilent: clip.isSilent)
      return
    }
    let length = Double(count) / Double(rate)
    var (heard, reading) = (clip, reader)
    let begin = seconds.map { max(0, min($0, clip.duration - length)) }
    if let seconds, let begin {
      guard seconds < clip.duration else {
        throw SoundStretchError(
          path: path,
          problem: String(format: "it is %.1f s long, and --at is %.1f s", clip.duration, seconds),
          remedy: String(format: "choose a place before %.1f s", clip.duration))
      }
      let first = Int(begin * Double(clip.sampleRate))
      let last = first + Int((length * Double(clip.sampleRate)).rounded(.up))
      heard.samples = Array(clip.samples[first..<min(last, clip.samples.count)])
      var plain = reader.input
      plain.conversion.trim = nil
      reading = try SoundReader(plain, for: checkpoint)
    }
    let prepared = try reading.prepared(heard)
    values = Tensor(input.shape, try reading.numbers(ofPrepared: prepared))
    let cut = try begin ?? Self.secondsCut(from: clip, by: reading)
    let left = Double(prepared.samples.count) / Double(prepared.sampleRate)
    let start = cut + (left - length) / 2
    // A sample or two are lost where rates differ.
    let isPadded = left < length - 0.01
    place = SoundPlace(
      start: start,
      heard: isPadded ? cut...cut + left : start...min(max(start, clip.duration), start + length),
      isPadded: isPadded, asked: begin == seconds ? nil : seconds, isSilent: heard.isSilent)
  }

  /// How a network's inputs are made of sounds. Throws `RunError.unsuited` where they are not.
  static func reader(
    for input: InputConfiguration, checkpoint: String
  ) throws -> SoundReader {
    if let sound = input.sound { return try SoundReader(sound, for: checkpoint) }
    if let columns = input.columns, let reader = SoundReader(columns: columns) { return reader }
    throw RunError.unsuited(
      checkpoint: checkpoint,
      problem: input.explainedKind == .picture
        ? "it takes pictures, not sounds"
        : "it does not say how its inputs of kind \(input.kind) are made of sounds",
      remedy: input.explainedKind == .picture
        ? "give a picture with --image, or choose a checkpoint that was trained on sounds"
        : "give rows of prepared data with --data and --split")
  }

  /// How much silence is cut from the beginning, in seconds.
  private static func secondsCut(
    from clip: AudioClip, by reader: SoundReader
  ) throws -> Double {
    let conversion = reader.input.conversion
    guard let trim = conversion.trim else { return 0 }
    let rate = conversion.sampleRate ?? clip.sampleRate
    let resampled = try clip.resampled(to: rate)
    return Double(resampled.soundingRange(below: trim).lowerBound) / Double(rate)
  }
}

/// A stretch that a recording does not have.
struct SoundStretchError: MienError {
  let path, problem, remedy: String
  var kind: FailureKind { .usage }
  var description: String { "\(path): \(problem); \(remedy)" }
}
