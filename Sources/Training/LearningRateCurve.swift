internal import Foundation
internal import TensorCore

/// What a range test saw: the loss while the learning rate rose, smoothed, and what to make of it.
///
/// The smoothed loss is the exponential average aᵢ = β aᵢ₋₁ + (1 - β) lossᵢ, divided by 1 - βⁱ so
/// that its beginning is not pulled towards 0 (the bias correction of Kingma and Ba, ICLR 2015,
/// DOI 10.48550/arXiv.1412.6980). It follows the loss by about β / (1 - β) steps.
public struct LearningRateCurve: Hashable, Sendable {
  /// One step.
  public struct Point: Hashable, Sendable {
    /// From 1.
    public let step: Int
    /// The step's rate.
    public let learningRate: Double
    /// The mean loss of the step's examples, before the weights were moved.
    public let loss: Double
    /// The average of the losses up to here.
    public let smoothed: Double
  }

  /// Why there are no more steps.
  public enum End: String, Codable, Sendable {
    /// All were taken.
    case completed
    /// The smoothed loss rose to `explosion` times its minimum.
    case exploded
    /// A loss was no number; that step has no point.
    case notFinite = "not_finite"
  }

  /// The share of the average that a step keeps, β, in 0..<1.
  public let smoothing: Double
  /// How many times its minimum the smoothed loss may be before the test is over.
  public let explosion: Double
  /// One a step, in order.
  public private(set) var points: [Point] = []
  /// How it ended.
  public internal(set) var end = End.completed
  private var average = 0.0

  /// A curve without points. Throws `SettingError`.
  public init(smoothing: Double = 0.9, explosion: Double = 4) throws {
    try SettingError.expect(
      (0..<1).contains(smoothing), key: "smoothing", found: smoothing,
      expected: "a number of at least 0 and below 1")
    try SettingError.expect(
      explosion > 1, key: "explosion", found: explosion, expected: "a number above 1")
    (self.smoothing, self.explosion) = (smoothing, explosion)
  }

  /// Takes a step's loss, which is finite; false where the loss has exploded and the test is over.
  public mutating func add(learningRate: Double, loss: Double) -> Bool {
    average = smoothing * average + (1 - smoothing) * loss
    let step = points.count + 1
    points.append(
      Point(
        step: step, learningRate: learningRate, loss: loss,
        smoothed: average / (1 - pow(smoothing, Double(step)))))
    guard let last = points.last, let minimum, last.smoothed > explosion * minimum.smoothed else {
      return true
    }
    end = .exploded
    return false
  }

  /// Where the smoothed loss is least; of equals the first.
  public var minimum: Point? { points.min { $0.smoothed < $1.smoothed } }

  /// Where, on the way to the minimum, the smoothed loss falls most steeply over the logarithm of
  /// the rate: the slope is that of the line of least squares through a twentieth of the points.
  /// Nil where it falls nowhere.
  public var steepest: Point? {
    guard let minimum else { return nil }
    let reach = max(1, points.count / 40)
    var best: (slope: Double, point: Point)?
    for point in points.prefix(minimum.step) {
      let window = points[
        max(0, point.step - 1 - reach)...min(points.count - 1, point.step - 1 + reach)]
      let slope = Self.slope(window)
      if slope < best?.slope ?? 0 { best = (slope, point) }
    }
    return best?.point
  }

  private static func slope(_ points: ArraySlice<Point>) -> Double {
    let count = Double(points.count)
    let (xs, ys) = (points.map { log($0.learningRate) }, points.map(\.smoothed))
    let (xMean, yMean) = (xs.reduce(0, +) / count, ys.reduce(0, +) / count)
    let (xy, xx) = zip(xs, ys).reduce((0.0, 0.0)) { sums, pair in
      let dx = pair.0 - xMean
      return (sums.0 + dx * (pair.1 - yMean), sums.1 + dx * dx)
    }
    return xx > 0 ? xy / xx : 0
  }

  /// The rate to begin with: a third of the one at the minimum. Nil where the loss fell nowhere, or
  /// only in the first fiftieth of the steps.
  ///
  /// At the minimum the steps already undo what they gain, and the smoothed loss is behind, so
  /// that rate itself is too great. Not the steepest place, which is what Smith reads from the
  /// plot: it is where a few batches happen to help, most often where the ramp begins and the last
  /// layer finds its bias; the minimum is held in its place by the explosion behind it. And not a
  /// tenth, as is often said: it learns too slowly. docs/tuning.md has the figures.
  public var suggestion: Double? {
    guard let minimum, steepest != nil, minimum.step > max(2, points.count / 50) else { return nil }
    return minimum.learningRate / 3
  }

  /// Whether the loss was still falling when the steps were over, so that the minimum lies beyond.
  public var endsFalling: Bool {
    guard end == .completed, let minimum else { return false }
    return minimum.step > points.count - max(1, points.count / 50)
  }

  /// The points as `lr.csv`.
  public var csv: String {
    CSVLine.of(["step", "learning_rate", "loss", "smoothed_loss"])
      + points.map {
        CSVLine.of(["\($0.step)", "\($0.learningRate)", "\($0.loss)", "\($0.smoothed)"])
      }.joined()
  }
}
