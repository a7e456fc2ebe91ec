public import AudioFeatures

/// The features of many sound files.
public struct FeatureExtraction: Sendable {
  /// What is extracted.
  public var set: FeatureSet
  /// Silence at both ends is cut away where it is so many decibels below the loudest frame; nil keeps
  /// it.
  public var trim: Double?
  /// The loudness that sounds are brought to; nil keeps their own.
  public var loudness: Loudness?

  /// A set of features, of sounds as they are.
  public init(_ set: FeatureSet, trim: Double? = nil, loudness: Loudness? = nil) {
    (self.set, self.trim, self.loudness) = (set, trim, loudness)
  }

  /// The features of each file in order, [columns] or [rows, columns] in row-major order. A file that
  /// cannot be read has an error in their place, and does not stop the rest.
  ///
  /// `check` is called before each file is read, on any thread; what it throws ends the work, as does
  /// what `emit` throws.
  public func extract(
    _ files: [FoundFile], check: () throws -> Void = {},
    emit: (_ file: FoundFile, Result<[Float], any Error>) throws -> Void
  ) throws {
    try forEachInOrder(
      files.count,
      work: { index in
        try check()
        return Result { try extract(files[index]) }
      },
      deliver: { index, features in try emit(files[index], features) })
  }

  private func extract(_ file: FoundFile) throws -> [Float] {
    if let problem = file.problem { throw problem }
    return try set.extract(
      from: AudioFile.read(
        file.url,
        AudioFile.Conversion(sampleRate: set.sampleRate, trim: trim, loudness: loudness)))
  }
}
