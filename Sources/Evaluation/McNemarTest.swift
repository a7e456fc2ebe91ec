internal import Foundation

/// Whether two models that answered the same rows are wrong equally often: only rows count on which one
/// is right and the other is not (McNemar 1947, DOI 10.1007/BF02295996). If neither is better, such a
/// row is as likely to be of the one kind as of the other.
public struct McNemarTest: Hashable, Sendable {
  /// How the p-value was found.
  public enum Method: String, Codable, Hashable, Sendable {
    /// By the binomial distribution.
    case exact
    /// By the χ² distribution with one degree of freedom and a correction for continuity.
    case chiSquare = "chi_square"
  }

  /// Up to how many rows on which one model alone is right the test is exact.
  public static let mostExact = 25

  /// Rows that both models answered rightly.
  public let bothRight: Int
  /// b: rows that the first alone answered rightly.
  public let onlyFirst: Int
  /// c: rows that the second alone answered rightly.
  public let onlySecond: Int
  /// Rows that neither answered rightly.
  public let neither: Int
  /// How the p-value was found.
  public let method: Method
  /// (|b − c| − 1)² / (b + c), 0 where b is c (Edwards 1948, DOI 10.1007/BF02289261); nil where the
  /// test is exact.
  public let statistic: Double?
  /// How likely b and c are at least so far apart, either way, if the models are equally good.
  public let pValue: Double

  /// The number of rows.
  public var n: Int { bothRight + onlyFirst + onlySecond + neither }

  /// Tests by the counts.
  public init(bothRight: Int, onlyFirst: Int, onlySecond: Int, neither: Int) {
    (self.bothRight, self.neither) = (bothRight, neither)
    (self.onlyFirst, self.onlySecond) = (onlyFirst, onlySecond)
    let (count, gap) = (onlyFirst + onlySecond, abs(onlyFirst - onlySecond))
    if count <= Self.mostExact {
      (method, statistic) = (.exact, nil)
      pValue = Self.binomial(min(onlyFirst, onlySecond), of: count)
    } else {
      method = .chiSquare
      let corrected = Double(max(0, gap - 1))
      let chiSquare = corrected * corrected / Double(count)
      statistic = chiSquare
      // P(χ²₁ > x) = P(|Z| > √x) = erfc(√(x / 2)).
      pValue = erfc((chiSquare / 2).squareRoot())
    }
  }

  /// Tests by what each of two models answered to N rows.
  ///
  /// - Parameters:
  ///   - labels: the true classes.
  ///   - first: the answers of one model.
  ///   - second: those of the other.
  public init(labels: [Int], first: [Int], second: [Int]) {
    precondition(
      labels.count == first.count && labels.count == second.count,
      "\(first.count) and \(second.count) answers for \(labels.count) rows")
    var counts = [0, 0, 0, 0]
    for (label, (one, other)) in zip(labels, zip(first, second)) {
      counts[(one == label ? 0 : 2) + (other == label ? 0 : 1)] += 1
    }
    self.init(
      bothRight: counts[0], onlyFirst: counts[1], onlySecond: counts[2], neither: counts[3])
  }

  /// Twice the probability of at most `least` heads in `count` tosses, at most 1: the two-sided test, as
  /// the distribution is symmetrical.
  private static func binomial(_ least: Int, of count: Int) -> Double {
    var (ways, sum) = (1.0, 0.0)
    for heads in 0...least {
      sum += ways
      // C(n, k + 1) from C(n, k): whole numbers, exact up to 2⁵³.
      ways = ways * Double(count - heads) / Double(heads + 1)
    }
    return min(1, 2 * sum / pow(2, Double(count)))
  }
}

extension McNemarTest: Encodable {
  private enum CodingKeys: String, CodingKey {
    case n, method, statistic, neither
    case bothRight = "both_right"
    case onlyFirst = "only_first_right"
    case onlySecond = "only_second_right"
    case pValue = "p_value"
  }

  /// Writes every key: the statistic of an exact test is null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(n, forKey: .n)
    try container.encode(bothRight, forKey: .bothRight)
    try container.encode(onlyFirst, forKey: .onlyFirst)
    try container.encode(onlySecond, forKey: .onlySecond)
    try container.encode(neither, forKey: .neither)
    try container.encode(method, forKey: .method)
    try container.encode(statistic, forKey: .statistic)
    try container.encode(pValue, forKey: .pValue)
  }
}
