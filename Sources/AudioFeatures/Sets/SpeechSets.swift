extension FeatureSet {
  /// For emotions in speech: 13 cepstral coefficients, zero crossings and the level, each by its mean
  /// and deviation over the frames; 30 columns, at each sound's own rate.
  static let ser15 = FeatureSet(
    "ser15", "speech: 13 MFCC, zero crossings, RMS; mean and deviation of each",
    .table(
      columns: ((1...13).map { "mfcc\($0)" } + ["zero_crossing_rate", "rms"]).flatMap { name in
        [Statistic.mean, .deviation].map { "\(name)_\($0.rawValue)" }
      })
  ) { analysis in
    let cepstrum = analysis.mfcc(13)
    let rows =
      (0..<13).map { cepstrum.row($0) } + [
        analysis.zeroCrossingRate().row(0), analysis.rms().row(0),
      ]
    return rows.flatMap { row in
      let statistics = Statistics(row)
      return [Statistic.mean, .deviation].map { $0.of(statistics) }
    }
  }

  /// For emotions in speech: ten descriptors, each by six figures of its distribution; 60 columns, at
  /// each sound's own rate. Of a descriptor of several rows (bands, pitch classes) all numbers are
  /// taken together.
  static let ravdess60 = FeatureSet(
    "ravdess60",
    "speech: 10 descriptors by mean, deviation, minimum, maximum, skewness, kurtosis",
    .table(
      columns: ravdessDescriptors.flatMap { name in
        ravdessStatistics.map { "\(name)_\($0.rawValue)" }
      })
  ) { analysis in
    try ravdessDescriptors.flatMap { name -> [Float] in
      guard let descriptor = DescriptorRegistry.named(name) else {
        preconditionFailure("no descriptor \(name)")
      }
      let statistics = Statistics(try descriptor.compute(analysis).numbers)
      return ravdessStatistics.map { $0.of(statistics) }
    }
  }

  private static let ravdessDescriptors = [
    "rms", "zero_crossing_rate", "spectral_centroid", "spectral_bandwidth", "spectral_rolloff",
    "spectral_flatness", "spectral_contrast", "chroma_stft", "log_mel", "onset_strength",
  ]

  private static let ravdessStatistics: [Statistic] = [
    .mean, .deviation, .least, .largest, .skewness, .kurtosis,
  ]
}
