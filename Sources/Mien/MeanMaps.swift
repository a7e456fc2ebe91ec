public import Explainers
public import Imaging
public import Reporting

/// Where a network looks: for each class the mean map of the faces that were answered so, over their
/// mean face. Those of sounds have their axes; of rows of a table it is the columns' mean weights.
///
/// A part's weight is spread evenly over its pixels before the mean is taken, for each face has
/// parts of its own; what is shown is the weight of a hundredth of the picture.
public struct MeanMaps: Sendable {
  private struct Sums {
    var count = 0
    /// Of how many something is said against the explanation.
    var doubtful = 0
    var levels: [Double]
    var weights: [Double]
  }

  private let classes: [String]
  private let (width, height): (Int, Int)
  private var sums: [Sums]
  private var method = ""
  /// What is explained; nil for faces.
  private var input: InputConfiguration?

  /// No faces yet.
  public init(classes: [String], width: Int, height: Int) {
    (self.classes, self.width, self.height) = (classes, width, height)
    let zeros = [Double](repeating: 0, count: width * height)
    sums = classes.map { _ in Sums(levels: zeros, weights: zeros) }
  }

  /// No inputs of that kind yet, as they are shown.
  public init(classes: [String], of input: InputConfiguration) {
    let picture = input.pictureShape
    let isTurned = input.explainedKind == .series
    self.init(
      classes: classes, width: picture[isTurned ? 0 : 1], height: picture[isTurned ? 1 : 0])
    if input.explainedKind != .picture { self.input = input }
  }

  /// What an input is called.
  private var noun: String {
    switch input?.explainedKind {
    case .picture, nil: "face"
    case .spectrogram, .series: "sound"
    case .table: "row"
    }
  }

  /// Adds a face, a sound as it is shown, or a row of a table, to those of the class that it was answered with.
  public mutating func add(_ explanation: Explanation, of face: GrayImage) {
    let top = explanation.mostProbable
    method = explanation.method
    sums[top].count += 1
    if !explanation.classes[top].doubts.isEmpty { sums[top].doubtful += 1 }
    let pixels = Segmentation.pixels(width: width, height: height)
    let weights = explanation.weights(over: pixels, ofClass: top)
    for (index, level) in face.pixels.enumerated() {
      sums[top].levels[index] += Double(level)
      sums[top].weights[index] += weights[index]
    }
  }

  /// How many faces were answered with each class.
  public var counts: [Int] { sums.map(\.count) }

  /// One map a class that was answered at all; nil where none was.
  public var figure: ExplanationTiles? {
    let tiles = zip(classes, sums).compactMap { name, sums -> ExplanationTiles.Tile? in
      guard sums.count > 0 else { return nil }
      return ExplanationTiles.Tile(
        title: name, picture: picture(sums),
        notes: [
          (sums.count == 1 ? "1 \(noun)" : "\(sums.count) \(noun)s")
            + (sums.doubtful > 0 ? ", \(sums.doubtful) doubtful" : "")
        ],
        doubts: sums.count < Self.fewFaces ? ["few \(noun)s"] : [])
    }
    if tiles.isEmpty { return nil }
    let (title, weight) =
      switch input?.explainedKind {
      case .picture, nil: ("Where the network looks", "a hundredth of the picture")
      case .spectrogram, .series: ("Where the network listens", "a hundredth of the picture")
      case .table: ("What the network goes by", "a column")
      }
    return ExplanationTiles(
      title: "\(title) (\(method))",
      lead: "The mean weight of \(weight): orange speaks for the answer, blue against it.",
      tiles: tiles)
  }

  private func picture(_ sums: Sums) -> ExplanationTiles.Picture {
    let share = 1 / Double(sums.count)
    if let input, input.explainedKind == .table {
      return .plot(
        ExplanationBars(
          columns: zip(input.columnNames, sums.weights).map {
            ExplanationBars.Bar(name: $0, weight: $1 * share)
          }))
    }
    let perHundredth = share * Double(width * height) / 100
    let mean = Explanation(
      method: method, segmentation: .pixels(width: width, height: height), samples: sums.count,
      probabilities: [1],
      classes: [ClassExplanation(weights: sums.weights.map { $0 * perHundredth })])
    let image = GrayImage(
      width: width, height: height,
      pixels: sums.levels.map { UInt8(max(0, min(255, ($0 * share).rounded()))) })
    return input.map {
      .plot(SoundMapPlot(image: image, explanation: mean, classIndex: 0, axes: $0.axes()))
    } ?? .map(image, mean, classIndex: 0)
  }

  /// Below so many faces a mean is that of those faces.
  private static let fewFaces = 10
}
