internal import Kernels
internal import NeuralNetwork
public import TensorCore

/// Integrated gradients (Sundararajan, Taly and Yan, ICML 2017,
/// https://proceedings.mlr.press/v70/sundararajan17a.html), on demand smoothed by noise (SmoothGrad,
/// Smilkov et al. 2017, DOI 10.48550/arXiv.1706.03825).
///
/// On the straight way from a baseline b, where the picture is gone, to the picture x, every pixel
/// gets what it adds to the class's probability f on the way:
///
///     w_i = (x_i − b_i) ∫₀¹ ∂f/∂x_i (b + t (x − b)) dt,   Σ_i w_i = f(x) − f(b)
///
/// The integral is a sum over points that are closer together where the answer changes; how far the
/// weights are from what they ought to add up to is in the explanation's `completeness`. With noise the weights are the mean over copies x + ε of the picture,
/// and their sum that of f(x + ε) − f(b).
public struct IntegratedGradients: Explainer {
  /// "integrated-gradients".
  public static let name = "integrated-gradients"
  /// One line for a list.
  public static let summary = "gradients along the way from a blurred picture, which add up"

  /// How many points of the way are looked at.
  public var steps = 96
  /// The deviation of the noise as a share of the picture's range, 0 for none; 0.1 to 0.2 is usual.
  public var noise = 0.0
  /// How many noisy copies are averaged, where there is noise.
  public var copies = 8
  /// Whether the points are closer together where the network's answer changes; otherwise they are those
  /// of one Gauss-Legendre rule.
  public var followsAnswer = true
  /// Where the way begins.
  public var baseline = Baseline.blurred(0.1)

  /// Without noise.
  public init() {}

  /// The usual settings but for those that were chosen. With noise each copy's way has 16
  /// points: the copies' errors cancel each other.
  public init(_ settings: ExplainerSettings) {
    noise = settings.noise ?? noise
    steps = settings.steps ?? (noise > 0 ? 16 : steps)
    copies = settings.copies ?? copies
    baseline = settings.baseline ?? baseline
  }

  /// What it lets one choose.
  public static let settings: Set<ExplainerSetting> = [.steps, .noise, .copies, .baseline]
  /// The baseline.
  public var standIn: Baseline? { baseline }

  /// So many points are looked at together: few enough that a network's activations stay small, and
  /// fixed, so that no setting changes a result by how sums are cut.
  static let pointsAtOnce = 16
  /// So many pictures are asked about at once.
  static let answersAtOnce = 128
  /// Where on the way the network is asked before the points are chosen.
  static let places = (0...64).map { Double($0) / 64 }

  /// Explains every class. Only a baseline of part means looks at the segmentation: every pixel is a
  /// part of its own. `random` makes the noise.
  public func explain(
    _ image: Tensor, _ segmentation: Segmentation, of network: any ExplainedNetwork,
    random: RandomStream, progress: (_ share: Double) throws -> Void
  ) throws -> Explanation {
    try check()
    let members = try network.membersToLookInto(by: Self.name)
    let start = baseline.filling(image, segmentation)
    let ends = noise > 0 ? (0..<copies).map { noisy(image, random.substream($0)) } : [image]
    let questions = Questions(network: network, batchSize: Self.answersAtOnce)
    let whole = try questions.answers(to: image.reshaped(image.shape.prepending(1)))[0]

    let (channels, count) = (image.shape[2], Double(ends.count))
    let zeros = whole.map { _ in [Double](repeating: 0, count: image.count / channels) }
    // Copies of even and of odd numbers, and the squares of all: what tells how far the noise decided.
    var (halves, squares) = ([zeros, zeros], zeros)
    var expected = whole.map { _ in 0.0 }
    for (index, end) in ends.enumerated() {
      let answers = try questions.answers(to: Self.pictures(from: start, to: end, at: Self.places))
      for classIndex in expected.indices {
        expected[classIndex] += answers[answers.count - 1][classIndex] - answers[0][classIndex]
      }
      let points =
        followsAnswer ? PathPoints(steps, following: answers) : PathPoints(even: steps)
      var copy = whole.map { _ in [Double](repeating: 0, count: image.count) }
      try integrate(
        points, from: start, to: end, members,
        progress: { try progress((Double(index) + $0) / Double(ends.count)) },
        into: &copy)
      for (classIndex, elements) in copy.enumerated() {
        for pixel in zeros[classIndex].indices {
          let weight = elements[pixel * channels..<(pixel + 1) * channels].reduce(0, +)
          halves[index % 2][classIndex][pixel] += weight
          squares[classIndex][pixel] += weight * weight
        }
      }
    }
    let classes = expected.enumerated().map { index, expected in
      let (even, odd) = (halves[0][index], halves[1][index])
      let weights = zip(even, odd).map { ($0 + $1) / count }
      var sampling: SamplingErrors?
      if ends.count > 1 {
        let errors = zip(squares[index], weights).map { square, weight in
          (max(0, square / count - weight * weight) / (count - 1)).squareRoot()
        }
        sampling = SamplingErrors(
          standardErrors: errors, splitHalfStability: RankAgreement.spearman(even, odd))
      }
      return ClassExplanation(
        weights: weights, sampling: sampling,
        completeness: Completeness(
          expected: expected / count, sum: weights.reduce(0, +)))
    }
    return Explanation(
      method: Self.name,
      segmentation: .pixels(width: image.shape[1], height: image.shape[0]),
      samples: 1 + ends.count * (Self.places.count + steps), probabilities: whole,
      classes: classes)
  }

  private func check() throws(ExplanationError) {
    try SettingChecks.expect(
      "steps", (1...10_000).contains(steps), steps, "from 1 to 10000", "96 are usual")
    try SettingChecks.expect(
      "noise", noise >= 0 && noise <= 10, noise, "from 0 to 10 times the picture's range",
      "0.1 is usual, 0 for none")
    try SettingChecks.expect(
      "copies", (1...1000).contains(copies), copies, "from 1 to 1000", "8 are usual")
    try baseline.check()
  }

  /// The picture with Gaussian noise, whose deviation is a share of the picture's range.
  private func noisy(_ image: Tensor, _ random: RandomStream) -> Tensor {
    let levels = image.elements
    var (least, most) = (Float.infinity, -Float.infinity)
    for level in levels { (least, most) = (min(least, level), max(most, level)) }
    let deviation = Float(noise) * (most - least)
    var random = random
    return Tensor(image.shape, levels.map { $0 + deviation * random.normal() })
  }

  /// b + t (x − b) for each t, [n, H, W, C].
  private static func pictures(
    from start: Tensor, to end: Tensor, at places: [Double]
  ) -> Tensor {
    let size = start.count
    return Tensor(uninitialized: start.shape.prepending(places.count)) { out in
      Tensor.read(start, end) { start, end in
        for (row, place) in places.enumerated() {
          let (near, far) = (Float(1 - place), Float(place))
          // So that both ends are what they are, to the bit.
          for i in 0..<size { out[row * size + i] = near * start[i] + far * end[i] }
        }
      }
    }
  }

  /// Adds (x − b) ∫ ∂f/∂x of every class to `sums`, element by element of the picture.
  private func integrate(
    _ path: PathPoints, from start: Tensor, to end: Tensor, _ members: [NetworkMember],
    progress: (_ share: Double) throws -> Void, into sums: inout [[Double]]
  ) throws {
    let size = start.count
    for first in stride(from: 0, to: steps, by: Self.pointsAtOnce) {
      let points = first..<min(steps, first + Self.pointsAtOnce)
      let pictures = Self.pictures(from: start, to: end, at: Array(path.points[points]))
      let found = members.gradients(by: pictures)
      for (classIndex, gradient) in found.byPicture.enumerated() {
        guard gradient.isFinite else {
          throw ExplanationError.slopeNotFinite(classIndex: classIndex)
        }
        sums[classIndex].withUnsafeMutableBufferPointer { sum in
          Tensor.read(start, end, gradient) { start, end, gradient in
            for (row, point) in points.enumerated() {
              let weight = path.weights[point]
              for i in 0..<size {
                sum[i] += weight * Double(gradient[row * size + i]) * Double(end[i] - start[i])
              }
            }
          }
        }
      }
      try progress(Double(points.upperBound) / Double(steps))
    }
  }
}
