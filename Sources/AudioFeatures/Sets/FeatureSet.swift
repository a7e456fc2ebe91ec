public import TensorCore

/// A set of features by name: what a sound becomes for a network or a table.
///
/// A set is a value, and `extract` may be called from several threads at once.
public struct FeatureSet: Sendable {
  /// What a row of the set is.
  public enum Kind: Sendable, Hashable {
    /// Numbers under names.
    case table(columns: [String])
    /// Numbers over two axes, in words.
    case image(Shape, axes: [String])
  }

  /// The name that it is asked for by.
  public let name: String
  /// A few words on what it is.
  public let summary: String
  /// A row's columns or axes.
  public let kind: Kind
  /// Samples a second that it is defined for, in Hz; nil takes each sound at its own.
  public let sampleRate: Int?
  /// Samples that a sound is brought to: the middle of a longer one, silence around a shorter one. Nil
  /// takes all of it.
  public let sampleCount: Int?
  /// Samples from one frame to the next, or from one column of an image.
  let hop: Int
  private let compute: @Sendable (SoundAnalysis) throws -> [Float]

  init(
    _ name: String, _ summary: String, _ kind: Kind, sampleRate: Int? = nil,
    sampleCount: Int? = nil, hop: Int = ShortTimeFourier.standard.hop,
    _ compute: @escaping @Sendable (SoundAnalysis) throws -> [Float]
  ) {
    (self.name, self.summary, self.kind) = (name, summary, kind)
    (self.sampleRate, self.sampleCount, self.hop) = (sampleRate, sampleCount, hop)
    self.compute = compute
  }

  /// The extents of a row: its columns, or its axes.
  public var shape: Shape {
    switch kind {
    case .table(let columns): [columns.count]
    case .image(let shape, _): shape
    }
  }

  /// The names of a row's columns; nil of an image.
  public var columns: [String]? {
    if case .table(let columns) = kind { columns } else { nil }
  }

  /// The numbers of a sound, in row-major order of `shape`. It is resampled and cut first where the
  /// set says so.
  ///
  /// Throws `AudioError` for a clip without a sample, for one that cannot be resampled, and where the
  /// sound is not fit for one of the features.
  public func extract(from clip: AudioClip) throws -> [Float] {
    guard !clip.samples.isEmpty else { throw AudioError.noSamples(file: "sound") }
    var clip = clip
    if let sampleRate { clip = try clip.resampled(to: sampleRate) }
    if let sampleCount { clip = clip.fitted(samples: sampleCount) }
    let numbers = try compute(SoundAnalysis(clip))
    precondition(numbers.count == shape.count, "\(numbers.count) features, expected \(shape)")
    return numbers
  }
}

/// All sets of features; one more is a file and a line here.
public enum FeatureSetRegistry {
  /// In the order that help lists them.
  public static let all: [FeatureSet] = [
    .ser15, .ravdess60, .gtzan58, .logmel, .logmelLong, .series,
  ]

  /// The set of this name; nil where there is none.
  public static func named(_ name: String) -> FeatureSet? { all.first { $0.name == name } }
}

extension AudioClip {
  /// Brought to so many samples: the middle of a longer sound, a shorter one with silence at both
  /// ends.
  public func fitted(samples count: Int) -> AudioClip {
    precondition(count >= 0, "a sound of \(count) samples")
    let surplus = samples.count - count
    var fitted = self
    if surplus >= 0 {
      fitted.samples = Array(samples[surplus / 2..<surplus / 2 + count])
    } else {
      let before = -surplus / 2
      fitted.samples = [Float](repeating: 0, count: count)
      fitted.samples.replaceSubrange(before..<before + samples.count, with: samples)
    }
    return fitted
  }
}
