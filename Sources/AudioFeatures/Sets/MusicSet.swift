internal import Kernels

extension FeatureSet {
  /// For genres of music: the columns of the table of features that is published with GTZAN, by name
  /// and in its order, at its 22,050 Hz. `length` is the number of samples, which says how much was
  /// measured and not what was heard: it is not to be trained on.
  static let gtzan58 = FeatureSet(
    "gtzan58", "music: the 58 columns of GTZAN's table, means and variances",
    .table(columns: ["length"] + gtzanColumns), sampleRate: 22050
  ) { analysis in
    // First, so that one transform does for all.
    let (harmonic, percussive) = analysis.harmonicAndPercussive()
    var numbers = [Float(analysis.clip.samples.count)]
    func add(_ matrix: FrameMatrix) {
      let statistics = Statistics(matrix.numbers)
      numbers += [Float(statistics.mean), Float(statistics.variance)]
    }
    add(analysis.chroma())
    add(analysis.rms())
    add(analysis.spectralCentroid())
    add(analysis.spectralBandwidth())
    add(analysis.spectralRolloff())
    add(analysis.zeroCrossingRate())
    for part in [harmonic, percussive] {
      let (mean, variance) = moments(count: part.count, part)
      numbers += [Float(mean), Float(variance)]
    }
    numbers.append(Float(analysis.tempo()))
    let cepstrum = analysis.mfcc(20)
    for row in 0..<20 {
      let statistics = Statistics(cepstrum.row(row))
      numbers += [Float(statistics.mean), Float(statistics.variance)]
    }
    return numbers
  }

  private static let gtzanColumns: [String] = {
    func both(_ name: String) -> [String] { ["\(name)_mean", "\(name)_var"] }
    let shapes = [
      "chroma_stft", "rms", "spectral_centroid", "spectral_bandwidth", "rolloff",
      "zero_crossing_rate", "harmony", "perceptr",
    ]
    return shapes.flatMap(both) + ["tempo"] + (1...20).flatMap { both("mfcc\($0)") }
  }()
}
