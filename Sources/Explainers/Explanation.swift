internal import Foundation
internal import TensorCore

/// Why a network answered as it did: for each class, how much each part of the picture spoke for it.
///
/// Every explainer fills this shape. One that looks at single pixels gives each its own part; one
/// that fits no surrogate leaves `fit` out.
public struct Explanation: Sendable, Hashable {
  /// How it was found, as the command line says it: `lime`.
  public var method: String
  /// The parts that weights are given to.
  public var segmentation: Segmentation
  /// How many pictures the network judged for it, the whole one included.
  public var samples: Int
  /// What ended their drawing; nil where their number was fixed.
  public var samplingEnd: SamplingEnd?
  /// What the network says of the whole picture, a probability a class.
  public var probabilities: [Double]
  /// The same for each class in the network's order.
  public var classes: [ClassExplanation]

  /// An explanation of as many classes as probabilities, with a weight for each part.
  public init(
    method: String, segmentation: Segmentation, samples: Int, samplingEnd: SamplingEnd? = nil,
    probabilities: [Double], classes: [ClassExplanation]
  ) {
    precondition(
      classes.count == probabilities.count
        && classes.allSatisfy { $0.weights.count == segmentation.count },
      "\(classes.count) classes with \(classes.map(\.weights.count)) weights for "
        + "\(probabilities.count) probabilities and \(segmentation.count) parts")
    (self.method, self.segmentation, self.samples) = (method, segmentation, samples)
    (self.probabilities, self.classes) = (probabilities, classes)
    self.samplingEnd = samplingEnd
  }

  /// For a person: `1000 samples`, `1501 samples, errors under the bound`.
  public var samplesInWords: String {
    let count = samples == 1 ? "1 sample" : "\(samples) samples"
    return switch samplingEnd {
    case nil: count
    case .bound: count + ", errors under the bound"
    case .limit: count + ", the limit"
    }
  }

  /// The class that the network answers; of equals the first.
  public var mostProbable: Int { probabilities.argmax() }

  /// The weight of each pixel's part for one class, row after row: `height * width` numbers.
  /// Positive speaks for the class, negative against it.
  public func heatMap(ofClass index: Int) -> [Double] {
    segmentation.labels.map { classes[index].weights[$0] }
  }
}

/// What spoke for and against one class.
public struct ClassExplanation: Sendable, Hashable {
  /// A weight for each part: positive speaks for the class, negative against it. Where a surrogate
  /// was fitted it is the change of the probability when the part is shown.
  public var weights: [Double]
  /// The surrogate that the weights belong to, nil where the method fits none.
  public var fit: SurrogateFit?
  /// Of a row of a table: how much the surrogate's answer grows with a column, a deviation of the training rows
  /// at a time. The weights are these times how many deviations the row is above the mean. Nil elsewhere.
  public var slopes: [Double]?
  /// How far chance decided the weights, nil where the method does not look at it.
  public var sampling: SamplingErrors?
  /// Whether the weights add up to what they ought to, nil where the method promises no sum.
  public var completeness: Completeness?

  /// Weights, a part each.
  public init(
    weights: [Double], fit: SurrogateFit? = nil, sampling: SamplingErrors? = nil,
    completeness: Completeness? = nil
  ) {
    (self.weights, self.fit) = (weights, fit)
    (self.sampling, self.completeness) = (sampling, completeness)
  }
}

/// How far the weights would stray if other pictures had been asked about.
public struct SamplingErrors: Sendable, Hashable {
  /// The standard error of each weight; infinite where the samples are too few to tell, 0 where
  /// nothing was left to chance.
  public var standardErrors: [Double]
  /// Spearman's rank correlation of the weights from each half of the samples, from -1 to 1; nil
  /// where a half does not determine them.
  public var splitHalfStability: Double?

  /// What was found from the samples.
  public init(standardErrors: [Double], splitHalfStability: Double?) {
    (self.standardErrors, self.splitHalfStability) = (standardErrors, splitHalfStability)
  }
}

/// How well a linear surrogate stands in for the network near one picture.
public struct SurrogateFit: Sendable, Hashable {
  /// The surrogate's answer where no part is shown.
  public var intercept: Double
  /// The weighted share of the variance of the network's answers that the surrogate explains, at
  /// most 1. Answers that never change leave nothing to explain: 1 (as scikit-learn has it).
  public var r2: Double
  /// The surrogate's answer for the whole picture: the intercept and all weights together.
  public var localPrediction: Double

  /// |local prediction - probability|: how far the surrogate is from the network for the whole
  /// picture. Nil where it was not looked at.
  public var localError: Double?

  /// A fit by its numbers.
  public init(
    intercept: Double, r2: Double, localPrediction: Double, localError: Double? = nil
  ) {
    (self.intercept, self.r2) = (intercept, r2)
    (self.localPrediction, self.localError) = (localPrediction, localError)
  }

  /// Notes how far the surrogate is from a probability of the whole picture.
  mutating func measureLocalError(from probability: Double) {
    localError = abs(localPrediction - probability)
  }

  /// R² for a person, `R² 0.49`: rounded down, so that what is shown is on the same side of any
  /// bound as what was found.
  public var r2InWords: String { String(format: "R² %.2f", (100 * r2).rounded(.down) / 100) }
}
