public import AudioFeatures
internal import Foundation
public import TensorCore

/// Makes rows of sounds: the same way for prepared data and for a network that is asked.
///
/// A reader is a value, and may be used from several threads at once.
public struct SoundReader: Sendable {
  /// How sounds become rows.
  public let input: SoundInput
  /// The set of features.
  public let features: FeatureSet
  /// The columns of the set that are kept, by their places; nil keeps all.
  private let kept: [Int]?

  /// A reader for this way. Throws `DatasetError.unsupported` where no set has the name.
  ///
  /// - Parameter file: what wants it, for the message.
  public init(_ input: SoundInput, for file: String) throws(DatasetError) {
    guard let features = FeatureSetRegistry.named(input.features) else {
      throw DatasetError.unsupported(
        file: file, problem: "no set of features is named \(input.features)",
        remedy: "choose one of \(SoundOptions.featureSets.joined(separator: ", "))")
    }
    (self.input, self.features) = (input, features)
    // How long a sound is says how much was measured, not what was heard.
    let columns = features.columns ?? []
    kept =
      columns.contains(FeatureTable.length)
      ? columns.indices.filter { columns[$0] != FeatureTable.length } : nil
  }

  /// The reader for a table of these columns, where they are those of a set: sounds are then taken as
  /// they are. Nil where they are not.
  public init?(columns: [String]) {
    for set in FeatureSetRegistry.all where set.columns != nil {
      let input = SoundInput(
        features: set.name, conversion: AudioFile.Conversion(sampleRate: set.sampleRate))
      if let reader = try? SoundReader(input, for: set.name), reader.columns == columns {
        self = reader
        return
      }
    }
    return nil
  }

  /// The names of a row's columns; nil of an image.
  public var columns: [String]? {
    features.columns.map { columns in kept.map { $0.map { columns[$0] } } ?? columns }
  }

  /// What a row is: an image over time is a spectrogram; frames one after another, each of several
  /// numbers, are a series.
  public var kind: String {
    switch features.kind {
    case .table: Manifest.tableKind
    case .image(_, let axes):
      axes.last == "frame" ? Manifest.spectrogramKind : Manifest.seriesKind
    }
  }

  /// A row's shape; a spectrogram has one channel, as a grey picture.
  public var shape: Shape {
    if kind == Manifest.spectrogramKind { return Shape(features.shape.dimensions + [1]) }
    return columns.map { [$0.count] } ?? features.shape
  }

  /// How much of a sound a row is made of, in seconds; nil where it is made of all.
  public var seconds: Double? {
    features.sampleCount.flatMap { count in
      features.sampleRate.map { Double(count) / Double($0) }
    }
  }

  /// A sound as it was decoded with all done to it that comes before features.
  ///
  /// Throws `AudioError` where it cannot be resampled.
  public func prepared(_ clip: AudioClip) throws -> AudioClip {
    try clip.converted(input.conversion)
  }

  /// A sound at the rate that features are made at. Throws `AudioError`.
  public func resampled(_ clip: AudioClip) throws -> AudioClip {
    try input.conversion.sampleRate.map { try clip.resampled(to: $0) } ?? clip
  }

  /// Which part of a sound a row is made of, in its seconds: what is left without silence at the ends,
  /// and of that the middle where the features are of so much. It begins before 0 where a short sound
  /// gets silence around it. Throws as `resampled`.
  public func part(of clip: AudioClip) throws -> ClosedRange<Double> {
    let clip = try resampled(clip)
    let range = input.conversion.trim.map(clip.soundingRange(below:)) ?? clip.samples.indices
    var (start, count) = (range.lowerBound, range.count)
    if let length = features.sampleCount {
      // As `AudioClip.fitted(samples:)` has it.
      start += count >= length ? (count - length) / 2 : -((length - count) / 2)
      count = length
    }
    let rate = Double(clip.sampleRate)
    return Double(start) / rate...Double(start + count) / rate
  }

  /// The numbers of a prepared sound, in row-major order of `shape`.
  ///
  /// Throws `AudioError` for a clip without a sample, and where it is not fit for one of the features.
  public func numbers(ofPrepared clip: AudioClip) throws -> [Float] {
    let numbers = try features.extract(from: clip)
    return kept.map { $0.map { numbers[$0] } } ?? numbers
  }

  /// The numbers of a sound as it was decoded. Throws as both of its steps.
  public func numbers(of clip: AudioClip) throws -> [Float] {
    try numbers(ofPrepared: prepared(clip))
  }
}
