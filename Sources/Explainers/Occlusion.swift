internal import Kernels
public import TensorCore

/// Occlusion (Zeiler and Fergus, ECCV 2014, DOI 10.1007/978-3-319-10590-1_53): what the probability
/// loses when a piece of the picture is hidden.
///
/// A square window slides over the picture and shows the baseline in its place; the weight of a pixel
/// is the mean drop f(x) − f(x with the window hidden) over the windows that hide it. Or the parts of
/// the segmentation are hidden one by one, and the weight of a part is the drop. Nothing is random.
public struct Occlusion: Explainer {
  /// "occlusion".
  public static let name = "occlusion"
  /// One line for a list.
  public static let summary = "what the probability loses when a window hides a piece"

  /// The window's side in pixels; nil for a sixth of the picture's longer side.
  public var window: Int?
  /// By how many pixels the window moves; nil for a quarter of its side, but at least one.
  public var stride: Int?
  /// Whether the parts of the segmentation are hidden, one by one, instead of a window.
  public var hidesParts = false
  /// What stands in the place of what is hidden.
  public var baseline = Baseline.blurred(0.1)
  /// How many pictures the network is asked about at once. Never changes which pictures these are.
  public var batchSize = 128

  /// A sliding window of the usual size.
  public init() {}

  /// The usual settings but for those that were chosen.
  public init(_ settings: ExplainerSettings) {
    (window, stride) = (settings.window, settings.stride)
    hidesParts = settings.hidesParts ?? hidesParts
    baseline = settings.baseline ?? baseline
  }

  /// What it lets one choose.
  public static let settings: Set<ExplainerSetting> = [
    .window, .stride, .hidesParts, .baseline,
  ]
  /// The baseline.
  public var standIn: Baseline? { baseline }

  /// Explains every class; where a window slides, every pixel is a part of its own, and only a baseline
  /// of part means looks at the segmentation.
  public func explain(
    _ image: Tensor, _ segmentation: Segmentation, of network: any ExplainedNetwork,
    random: RandomStream, progress: (_ share: Double) throws -> Void
  ) throws -> Explanation {
    try SettingChecks.expect(batchSize: batchSize)
    try baseline.check()
    return try hidesParts
      ? hideParts(image, segmentation, of: network, progress: progress)
      : slideWindow(image, segmentation, of: network, progress: progress)
  }

  // MARK: A window

  /// The windows over a picture, in reading order. Where steps do not end at the border the last
  /// window does, so that every pixel is hidden by at least one.
  struct Windows {
    let width, height: Int
    let lefts, tops: [Int]
    var count: Int { lefts.count * tops.count }

    /// The rows and columns that a window hides.
    subscript(_ index: Int) -> (rows: Range<Int>, columns: Range<Int>) {
      let (top, left) = (tops[index / lefts.count], lefts[index % lefts.count])
      return (top..<top + height, left..<left + width)
    }
  }

  /// The windows over a picture of so many rows and columns. Throws `ExplanationError`.
  func windows(over rows: Int, _ columns: Int) throws(ExplanationError) -> Windows {
    let side = window ?? max(1, (max(rows, columns) + 3) / 6)
    try SettingChecks.expect(
      "window", (1...max(rows, columns)).contains(side), side,
      "from 1 to \(max(rows, columns)) pixels", "a sixth of the picture's side is usual")
    let step = stride ?? max(1, side / 4)
    try SettingChecks.expect(
      "stride", (1...side).contains(step), step, "from 1 to the window's \(side) pixels",
      "a quarter of the window is usual, and beyond it pixels would be left out")
    func starts(_ extent: Int) -> [Int] {
      let last = max(0, extent - side)
      let regular = Array(Swift.stride(from: 0, through: last, by: step))
      return regular.last == last ? regular : regular + [last]
    }
    let windows = Windows(
      width: min(side, columns), height: min(side, rows), lefts: starts(columns),
      tops: starts(rows))
    try SettingChecks.expect(
      "stride", windows.count < SettingChecks.mostPictures, step,
      "one that makes less than \(SettingChecks.mostPictures) windows",
      "choose a larger stride")
    return windows
  }

  private func slideWindow(
    _ image: Tensor, _ segmentation: Segmentation, of network: any ExplainedNetwork,
    progress: (_ share: Double) throws -> Void
  ) throws -> Explanation {
    let (rows, columns) = (image.shape[0], image.shape[1])
    let windows = try windows(over: rows, columns)
    let hidden = baseline.filling(image, segmentation)
    var whole: [Double] = []
    var (sums, counts) = ([[Double]](), [Double](repeating: 0, count: rows * columns))
    // Question 0 is about the whole picture.
    try Questions(network: network, batchSize: batchSize).ask(
      0..<windows.count + 1, pictures: { Self.pictures($0, image, hidden, windows) },
      progress: { try progress(Double($0) / Double(windows.count + 1)) },
      take: { batch, answers, classCount in
        for (row, question) in batch.enumerated() {
          let answer = answers[row * classCount..<(row + 1) * classCount].map { Double($0) }
          guard question > 0 else {
            whole = answer
            sums = answer.map { _ in counts }
            continue
          }
          let window = windows[question - 1]
          for y in window.rows {
            for pixel in y * columns + window.columns.lowerBound..<y * columns
              + window.columns.upperBound
            {
              counts[pixel] += 1
              for index in 0..<classCount { sums[index][pixel] += whole[index] - answer[index] }
            }
          }
        }
      })
    return Explanation(
      method: Self.name, segmentation: .pixels(width: columns, height: rows),
      samples: windows.count + 1, probabilities: whole,
      classes: sums.map { ClassExplanation(weights: zip($0, counts).map { $0 / $1 }) })
  }

  /// The pictures of a range of questions, [n, H, W, C].
  private static func pictures(
    _ batch: Range<Int>, _ image: Tensor, _ hidden: Tensor, _ windows: Windows
  ) -> Tensor {
    let (size, columns, channels) = (image.count, image.shape[1], image.shape[2])
    let shape = image.shape.prepending(batch.count)
    return Tensor.read(image, hidden) { image, hidden in
      Tensor(uninitialized: shape) { out in
        for (row, question) in batch.enumerated() {
          let picture = out + row * size
          picture.update(from: image, count: size)
          guard question > 0 else { continue }
          let window = windows[question - 1]
          for y in window.rows {
            let first = (y * columns + window.columns.lowerBound) * channels
            (picture + first).update(
              from: hidden + first, count: window.columns.count * channels)
          }
        }
      }
    }
  }

  // MARK: Parts

  private func hideParts(
    _ image: Tensor, _ segmentation: Segmentation, of network: any ExplainedNetwork,
    progress: (_ share: Double) throws -> Void
  ) throws -> Explanation {
    let parts = segmentation.count
    let masks = Masks(
      samples: parts + 1, parts: parts,
      isShown: (0...parts).flatMap { sample in (0..<parts).map { $0 != sample - 1 } })
    let answers = try PartialPictures(image, segmentation, hiddenBy: baseline).answers(
      to: masks, of: network, batchSize: batchSize, progress: progress)
    return Explanation(
      method: Self.name, segmentation: segmentation, samples: parts + 1,
      probabilities: answers.map { $0[0] },
      classes: answers.map { answers in
        ClassExplanation(weights: answers.dropFirst().map { answers[0] - $0 })
      })
  }
}
