internal import AudioFeatures

extension SoundOptions {
  /// The names of the sets of features.
  public static let featureSets: [String] = []

  /// The set of features. Throws `DatasetError.unsupported` where there is none of that name.
  func extractor() throws -> any SoundFeatures {
    throw DatasetError.unsupported(
      file: features, problem: "no set of features of this name",
      remedy: "choose one of \(Self.featureSets.joined(separator: ", "))")
  }
}
