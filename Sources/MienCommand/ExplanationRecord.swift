import Explainers
import Foundation
import Kernels
import Mien
import TensorCore

/// The JSON of an explanation.
struct ExplanationRecord: Encodable {
  /// What speaks for a class.
  struct Class: Encodable {
    /// One a part.
    let weights: [Double]
    /// How well the linear model stands in for the network; null for methods that fit none.
    let fit: SurrogateFit?
    /// Of a row of a table by LIME: by how much the probability grows a deviation of each column; the weights
    /// are these times the row's own deviations. Left out elsewhere.
    let slopes: [Double]?
    /// How well chance lets the weights be known; null for methods that do not look.
    let sampling: SamplingErrors?
    /// What the weights ought to add up to; null for methods that promise no sum.
    let completeness: Completeness?
    /// Why it is poor, a sentence each.
    let doubts: [String]

    enum CodingKeys: String, CodingKey {
      case weights, slopes, r2, doubts
      case expectedSum = "expected_sum"
      case localPrediction = "local_prediction"
      case localError = "local_error"
      case standardErrors = "standard_errors"
      case splitHalfStability = "split_half_stability"
    }

    func encode(to encoder: any Encoder) throws {
      var object = encoder.container(keyedBy: CodingKeys.self)
      try object.encode(weights, forKey: .weights)
      try object.encodeIfPresent(slopes, forKey: .slopes)
      try object.encode(fit?.r2, forKey: .r2)
      try object.encode(fit?.localPrediction, forKey: .localPrediction)
      try object.encode(fit?.localError, forKey: .localError)
      // An infinite error, of too few samples, has no number in JSON.
      try object.encode(
        sampling?.standardErrors.map { $0.isFinite ? $0 : nil }, forKey: .standardErrors)
      try object.encode(sampling?.splitHalfStability, forKey: .splitHalfStability)
      try object.encode(completeness?.expected, forKey: .expectedSum)
      try object.encode(doubts, forKey: .doubts)
    }
  }

  let path: String
  let index: Int?
  let method: String
  let label: String
  let probability: Double
  let classes: [String: Class]
  let samples: Int
  /// "bound" or "limit" where the number of samples was found on the way.
  let samplesEndedBy: String?
  /// Where the parts of a sound lie, in the order of the weights; left out of faces.
  let parts: [PartRange]?
  /// The columns of a row of a table, likewise.
  let columns: [Column]?
  /// From when to when in its recording a sound is heard, in seconds; left out where that is not known.
  let heard: [Double]?
  let files: [String]

  /// A column with the row's own value.
  struct Column: Encodable {
    let name: String
    let value: Double
    /// How many deviations of the training rows the value is above their mean.
    let deviations: Double
  }

  init(
    path: String, index: Int?, _ explanation: Explanation, classes names: [String], top: Int,
    parts: [PartRange]? = nil, columns: [Column]? = nil,
    heard: ClosedRange<Double>? = nil, files: [String]
  ) {
    (self.parts, self.columns) = (parts, columns)
    self.heard = heard.map { [$0.lowerBound, $0.upperBound] }
    (self.path, self.index, self.files) = (path, index, files)
    method = explanation.method
    label = names[top]
    probability = explanation.probabilities[top]
    classes = Dictionary(
      uniqueKeysWithValues: zip(names, explanation.classes).map { name, found in
        (
          name,
          Class(
            weights: found.weights, fit: found.fit, slopes: found.slopes, sampling: found.sampling,
            completeness: found.completeness, doubts: found.doubts)
        )
      })
    samples = explanation.samples
    samplesEndedBy = explanation.samplingEnd?.rawValue
  }

  private enum CodingKeys: String, CodingKey {
    case path, index, method, label, probability, classes, samples, parts, columns, heard, files
    case samplesEndedBy = "samples_ended_by"
  }

  func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: CodingKeys.self)
    try object.encode(path, forKey: .path)
    try object.encode(index, forKey: .index)
    try object.encode(method, forKey: .method)
    try object.encode(label, forKey: .label)
    try object.encode(probability, forKey: .probability)
    try object.encode(classes, forKey: .classes)
    try object.encode(samples, forKey: .samples)
    try object.encode(samplesEndedBy, forKey: .samplesEndedBy)
    try object.encodeIfPresent(parts, forKey: .parts)
    try object.encodeIfPresent(columns, forKey: .columns)
    try object.encodeIfPresent(heard, forKey: .heard)
    try object.encode(files, forKey: .files)
  }
}

/// How an explanation was asked for, as its file tells.
struct ExplanationSettings: Encodable {
  /// How the input was cut: `pixels` for methods that weigh each pixel, `columns` of a table.
  let segments: String
  /// What stood in the place of what was hidden; null for methods that hide nothing.
  let baseline: String?
  /// Those of the linear model; null for methods that fit none.
  let penalty, kernelWidth: Double?
  let kernel: String?
  let antithetic: Bool?
  /// The noise of SmoothGrad, as a share of the face's range; null for other methods.
  let noise: Double?
  /// The files of the networks that were asked.
  let checkpoints: [String]
  /// The numbers that they multiplied.
  let precision: String
  let seed: UInt64

  enum CodingKeys: String, CodingKey {
    case segments, baseline, penalty, kernel, antithetic, noise, checkpoints, precision, seed
    case kernelWidth = "kernel_width"
  }

  /// What `method` was told, and what it does where it was told nothing.
  init(
    _ method: any Explainer, _ parts: Segmentation, cutBy segments: SegmentationChoice,
    of input: InputConfiguration, checkpoints: [String], precision: InferencePrecision, seed: UInt64
  ) {
    let lime = method as? LIME
    let isTable = input.explainedKind == .table
    self.segments = isTable ? "columns" : parts.isOfPixels ? "pixels" : segments.rawValue
    (penalty, antithetic) = (lime?.penalty, lime?.isAntithetic)
    if let lime, isTable {
      // Its rows are drawn; nothing is hidden.
      baseline = nil
      kernel = MaskDistance.euclidean.rawValue
      kernelWidth = TableLIME(lime).width(columns: parts.count)
    } else {
      baseline =
        BaselineChoice.allCases.first {
          $0.baseline(for: input) != nil && $0.baseline(for: input) == method.standIn
        }?.rawValue
      (kernel, kernelWidth) = (lime?.distance.rawValue, lime?.width(parts: parts.count))
    }
    noise = (method as? IntegratedGradients)?.noise
    (self.checkpoints, self.precision) = (checkpoints, precision.rawValue)
    self.seed = seed
  }
}

extension ExplanationRecord {
  /// The file of weights: the record, the settings, and the part that each pixel belongs to.
  func file(
    _ explanation: Explanation, _ settings: ExplanationSettings, classNames: [String]
  ) throws -> Data {
    struct File: Encodable {
      let explanation: ExplanationRecord
      let settings: ExplanationSettings
      let segmentation: Segments
      /// In the order of the maps in the `.npy` file.
      let classNames: [String]

      enum CodingKeys: String, CodingKey {
        case explanation, settings, segmentation
        case classNames = "class_names"
      }
    }
    struct Segments: Encodable {
      let width, height, count: Int
      /// Row after row from the top.
      let labels: [Int]
      /// What each part is, where parts have names.
      let names: [String]?
    }
    let parts = explanation.segmentation
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(
      File(
        explanation: self, settings: settings,
        segmentation: Segments(
          width: parts.width, height: parts.height, count: parts.count, labels: parts.labels,
          names: parts.names), classNames: classNames))
      + Data("\n".utf8)
  }
}
