internal import TensorCore

extension FeatureSet {
  private static let imageRate = 22050
  private static let imageFrames = 128

  /// The axes of an image of mel bands over time.
  static let melAxes = ["mel band", "frame"]

  /// The samples that have `imageFrames` times so many frames.
  private static func imageSamples(framesPerColumn: Int = 1) -> Int {
    (imageFrames * framesPerColumn - 1) * ShortTimeFourier.standard.hop
  }

  /// An image of a sound for a network of convolutions: 64 mel bands, the lowest first, over 128
  /// frames, which is the middle 2.95 s at 22,050 Hz. In decibels below the loudest place, 0 to −80.
  static let logmel = FeatureSet(
    "logmel", "an image: 64 mel bands in decibels below the loudest, 128 frames (2.95 s)",
    .image([64, imageFrames], axes: melAxes), sampleRate: imageRate,
    sampleCount: imageSamples()
  ) { analysis in
    let decibels = analysis.melDecibels(bands: 64)
    let loudest = decibels.largest
    return decibels.numbers.map { $0 - loudest }
  }

  /// The same of three times as much, for music and whatever is told by its course: a column is the mean
  /// power of three frames, 70 ms.
  static let logmelLong: FeatureSet = {
    let (bands, together) = (64, 3)
    return FeatureSet(
      "logmel-long", "an image: 64 mel bands in decibels below the loudest, 128 x 70 ms (8.9 s)",
      .image([bands, imageFrames], axes: melAxes), sampleRate: imageRate,
      sampleCount: imageSamples(framesPerColumn: together),
      hop: together * ShortTimeFourier.standard.hop
    ) { analysis in
      let mel = analysis.mel(bands: bands)
      let means = (0..<bands).flatMap { band -> [Float] in
        let row = mel.row(band)
        return (0..<imageFrames).map { column in
          row[column * together..<(column + 1) * together].reduce(0, +) / Float(together)
        }
      }
      let decibels = FrameMatrix(row: means).decibels()
      let loudest = decibels.largest
      return decibels.numbers.map { $0 - loudest }
    }
  }()

  /// What a sound is like over time, for networks that read series: 128 frames, each of 20 numbers.
  static let series = FeatureSet(
    "series", "128 frames (2.95 s) of \(seriesColumns.count) numbers: 13 MFCC and 7 descriptors",
    .image([imageFrames, seriesColumns.count], axes: ["frame", "descriptor"]),
    sampleRate: imageRate, sampleCount: imageSamples()
  ) { analysis in
    let columns = try seriesDescriptors.flatMap { name -> [[Float]] in
      guard let descriptor = DescriptorRegistry.named(name) else {
        preconditionFailure("no descriptor \(name)")
      }
      let matrix = try descriptor.compute(analysis)
      return (0..<matrix.rows).map { matrix.row($0) }
    }
    return (0..<imageFrames).flatMap { frame in columns.map { $0[frame] } }
  }

  private static let seriesDescriptors = [
    "mfcc13", "rms", "zero_crossing_rate", "spectral_centroid", "spectral_bandwidth",
    "spectral_rolloff", "spectral_flatness", "onset_strength",
  ]

  /// The names of a frame's numbers, of a set of frames one after another; nil of others.
  public var frameColumns: [String]? { name == Self.series.name ? Self.seriesColumns : nil }

  static let seriesColumns = seriesDescriptors.flatMap { name in
    let rows = DescriptorRegistry.named(name)?.rows ?? 0
    return rows == 1 ? [name] : (1...rows).map { "mfcc\($0)" }
  }
}
