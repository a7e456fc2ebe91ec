internal import Foundation
public import TensorCore

/// The one number by which logits are divided so that probabilities say how often they are right:
/// the T that minimises the mean over examples of −ln softmax(z / T)[truth] (Guo et al., ICML 2017,
/// arXiv 1706.04599, section 4.2).
///
/// Dividing by a positive number changes no answer, so accuracy stays as it is.
public struct CalibrationTemperature: Hashable, Sendable {
  /// Above 1 where a network is surer than it is right, below 1 where it is less sure.
  public let value: Double
  /// The mean −ln p(truth) at that temperature, in nats.
  public let logLoss: Double

  /// What is searched. A network that answers every example rightly has no best temperature: the
  /// smaller the better. One that knows nothing has none at the other end.
  public static let range = 0.05...20.0

  /// Whether the best temperature lies at an end of `range`, or beyond.
  public var isAtBound: Bool { Self.isAtBound(value) }

  /// Whether a temperature is an end of `range`, or lies beyond.
  public static func isAtBound(_ value: Double) -> Bool {
    value <= range.lowerBound || value >= range.upperBound
  }

  /// Fits the temperature of N examples.
  ///
  /// With β = 1 / T the loss ln Σ_k e^(β z_k) − β z_truth is convex; its first derivative is
  /// E[z] − z_truth and its second Var[z], both under softmax(β z). The root of the first is found
  /// by Newton's method, by bisection where that would leave the bracket.
  ///
  /// - Parameters:
  ///   - logits: [N, K].
  ///   - labels: N indices of the true class.
  ///
  /// Throws `EvaluationError` for no examples, a label out of range, or a logit that is not finite.
  public init(logits: Tensor, labels: [Int]) throws {
    guard !labels.isEmpty else { throw EvaluationError.noExamples }
    precondition(
      logits.shape.rank == 2 && logits.shape[0] == labels.count,
      "logits \(logits.shape) for \(labels.count) labels")
    let classCount = logits.shape[1]
    for (row, label) in labels.enumerated() where !(0..<classCount).contains(label) {
      throw EvaluationError.badLabel(row: row, label: label, classCount: classCount)
    }
    // How far each logit lies above the truth's: all that the loss depends on.
    var margins = logits.elements.map { Double($0) }
    for (row, label) in labels.enumerated() {
      let truth = margins[row * classCount + label]
      for c in 0..<classCount {
        let value = margins[row * classCount + c]
        guard value.isFinite else {
          throw EvaluationError.badLogit(row: row, value: Float(value))
        }
        margins[row * classCount + c] = value - truth
      }
    }

    var (low, high) = (1 / Self.range.upperBound, 1 / Self.range.lowerBound)
    if Self.derivatives(margins, classCount, low).slope >= 0 {
      high = low
    } else if Self.derivatives(margins, classCount, high).slope <= 0 {
      low = high
    }
    var beta = min(high, max(low, 1))
    for _ in 0..<200 where high - low > 1e-13 * high {
      let (slope, curvature) = Self.derivatives(margins, classCount, beta)
      if slope == 0 { break }
      if slope > 0 { high = beta } else { low = beta }
      let newton = beta - slope / curvature
      let next = newton > low && newton < high ? newton : (low + high) / 2
      if abs(next - beta) <= 1e-13 * beta { break }
      beta = next
    }
    // The bounds as they are written above, not as the inverse of their inverse.
    let temperature = 1 / beta
    value = min(Self.range.upperBound, max(Self.range.lowerBound, temperature))
    logLoss = Self.loss(margins, classCount, beta)
  }

  /// The mean of ln Σ_k e^(β m_k), m being the margins above the truth.
  private static func loss(_ margins: [Double], _ classCount: Int, _ beta: Double) -> Double {
    var sum = 0.0
    for start in stride(from: 0, to: margins.count, by: classCount) {
      let row = margins[start..<start + classCount]
      let greatest = beta * (row.max() ?? 0)
      sum += greatest + log(row.reduce(0) { $0 + exp(beta * $1 - greatest) })
    }
    return sum / Double(margins.count / classCount)
  }

  private static func derivatives(
    _ margins: [Double], _ classCount: Int, _ beta: Double
  ) -> (slope: Double, curvature: Double) {
    var (slope, curvature) = (0.0, 0.0)
    for start in stride(from: 0, to: margins.count, by: classCount) {
      let row = margins[start..<start + classCount]
      let greatest = row.max() ?? 0
      var (mass, first, second) = (0.0, 0.0, 0.0)
      for m in row {
        let weight = exp(beta * (m - greatest))
        mass += weight
        first += weight * m
        second += weight * m * m
      }
      let mean = first / mass
      slope += mean
      curvature += second / mass - mean * mean
    }
    let rows = Double(margins.count / classCount)
    return (slope / rows, curvature / rows)
  }
}
