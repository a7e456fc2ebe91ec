internal import Datasets
public import Explainers
public import Imaging
public import Reporting
public import TensorCore

/// What an explanation needs to know about inputs of each kind: how they are seen, what may be asked, what is
/// usual.
extension InputConfiguration {
  /// The kinds as explanations tell them apart.
  public enum ExplainedKind: Sendable, Hashable {
    /// Grey levels or colours.
    case picture
    /// Mel bands over time, in decibels.
    case spectrogram
    /// Frames of numbers.
    case series
    /// Columns.
    case table
  }

  /// The kind of these inputs; whatever has one axis is a row of a table, two a series.
  public var explainedKind: ExplainedKind {
    switch (kind, shape.rank) {
    case (_, 1): .table
    case (_, 2): .series
    case (Manifest.spectrogramKind, _): .spectrogram
    default: .picture
    }
  }

  /// An input as methods see it, [H, W, C].
  public var pictureShape: Shape {
    switch explainedKind {
    case .picture, .spectrogram: shape
    case .series: [shape[0], shape[1], 1]
    case .table: [1, shape[0], 1]
    }
  }

  /// The methods that can say something about such inputs: those that look inside need a picture whose values
  /// the network takes as they are.
  public var explainers: [any Explainer.Type] {
    switch explainedKind {
    case .picture, .spectrogram: ExplainerRegistry.all
    case .series: [LIME.self, KernelSHAP.self, Occlusion.self, RISE.self]
    case .table: [LIME.self, KernelSHAP.self]
    }
  }

  /// The settings with what is usual for such inputs where they leave it open.
  public func completing(_ settings: ExplainerSettings) -> ExplainerSettings {
    var settings = settings
    settings.baseline = settings.baseline ?? usualBaseline
    return settings
  }

  /// What stands in the place of what is hidden, unless another is chosen; nil leaves it to the method. Compared on
  /// drawn sounds whose truth is known: `docs/explanations.md`.
  public var usualBaseline: Baseline? {
    switch explainedKind {
    case .picture: nil
    case .spectrogram: silence
    case .series, .table: trainingMean
    }
  }

  /// The least that is stored of a spectrogram, 80 decibels below its loudest place; nil of other inputs.
  public var silence: Baseline? { explainedKind == .spectrogram ? .value(-80) : nil }

  /// The training rows' mean, one value or one a channel, as it is stored.
  public var trainingMean: Baseline {
    .values(normalisation.mean.values.map { Float($0 * normalisation.unit) })
  }

  /// How inputs are cut, unless another way is chosen.
  public var usualSegments: SegmentationChoice { explainedKind == .picture ? .slic : .grid }

  /// The ways to cut them.
  public var segmentations: [SegmentationChoice] {
    switch explainedKind {
    case .picture: SegmentationChoice.allCases
    case .spectrogram, .series: [.grid, .slic]
    case .table: []
    }
  }

  /// About how many parts there are, unless another number is chosen.
  public var usualParts: Int { explainedKind == .picture ? 50 : 64 }

  /// An input as a grey picture, as it lies in memory; of sounds and series the louder, the larger, the darker.
  public func picture(of values: Tensor) -> GrayImage {
    let (height, width, channels) = (pictureShape[0], pictureShape[1], pictureShape[2])
    let numbers = values.elements
    let levels: [Double] =
      switch explainedKind {
      case .picture:
        (0..<width * height).map { pixel in
          (0..<channels).reduce(0) { $0 + Double(numbers[pixel * channels + $1]) }
            / Double(channels)
        }
      case .spectrogram, .series, .table:
        shares(of: values).map { 255 * (1 - $0) }
      }
    return GrayImage(
      width: width, height: height,
      pixels: levels.map { UInt8(max(0, min(255, $0.rounded()))) })
  }

  /// The range of the colours that an input is shown in: decibels, or deviations from the training mean.
  var shownRange: ClosedRange<Double> { explainedKind == .spectrogram ? -80...0 : -3...3 }

  /// The numbers that are shown: stored ones, or deviations.
  func shownNumbers(of values: Tensor) -> [Float] {
    explainedKind == .spectrogram ? values.elements : deviations(of: values)
  }

  /// How many deviations from the mean of the training rows each number lies; 0 where all training rows have the
  /// same.
  func deviations(of values: Tensor) -> [Float] {
    let deviations = normalisation.normalise(values.reshaped(shape.prepending(1))).elements
    return deviations.enumerated().map {
      normalisation.standardDeviation[$0.offset] > 0 ? $0.element : 0
    }
  }

  /// Where each number lies in that range, 0 to 1.
  private func shares(of values: Tensor) -> [Double] {
    let range = shownRange
    return shownNumbers(of: values).map {
      max(0, min(1, (Double($0) - range.lowerBound) / (range.upperBound - range.lowerBound)))
    }
  }

  /// The place in memory of each place that is shown: low bands at the bottom, time from left to right.
  private func source(_ x: Int, _ y: Int) -> Int {
    switch explainedKind {
    case .picture, .table: y * pictureShape[1] + x
    case .spectrogram: (pictureShape[0] - 1 - y) * pictureShape[1] + x
    case .series: x * pictureShape[1] + y
    }
  }

  /// An input and its explanation as people look at them.
  public func shown(
    _ values: Tensor, _ explanation: Explanation
  ) -> (image: GrayImage, explanation: Explanation) {
    let image = picture(of: values)
    guard explainedKind == .spectrogram || explainedKind == .series else {
      return (image, explanation)
    }
    let isSeries = explainedKind == .series
    let (width, height) = isSeries ? (image.height, image.width) : (image.width, image.height)
    let turned = explanation.rearranged(width: width, height: height, source: source)
    let pixels = (0..<width * height).map { image.pixels[source($0 % width, $0 / width)] }
    return (GrayImage(width: width, height: height, pixels: pixels), turned)
  }

  /// The picture of an explanation of one class.
  ///
  /// - Parameter place: where a sound lies in its recording.
  public func figure(
    _ explanation: Explanation, of values: Tensor, classIndex: Int, className: String,
    at place: SoundPlace = SoundPlace()
  ) -> any Figure {
    if explainedKind == .table {
      return TableExplanationFigure(
        explanation: explanation, values: values.elements.map { Double($0) },
        deviations: deviations(of: values).map { Double($0) }, classIndex: classIndex,
        className: className)
    }
    let (image, shown) = shown(values, explanation)
    guard explainedKind != .picture else {
      return ExplanationFigure(
        image: image, explanation: shown, classIndex: classIndex, className: className)
    }
    let numbers = shownNumbers(of: values)
    return SoundExplanationFigure(
      image: image,
      values: SoundExplanationFigure.Values(
        numbers: image.pixels.indices.map { numbers[source($0 % image.width, $0 / image.width)] },
        range: shownRange, label: explainedKind == .spectrogram ? "dB" : "deviations"),
      axes: axes(at: place), explanation: shown, classIndex: classIndex,
      className: className)
  }
}
