import Explainers
import Foundation
import Mien

/// The JSON of an explanation.
struct ExplanationRecord: Encodable {
  /// What speaks for a class.
  struct Class: Encodable {
    /// One a part.
    let weights: [Double]
    /// How well it stands in for the network, and its answer for the whole face; null for methods
    /// that fit no such model.
    let r2, localPrediction: Double?

    enum CodingKeys: String, CodingKey {
      case weights, r2
      case localPrediction = "local_prediction"
    }
  }

  let path: String
  let index: Int?
  let method: String
  let label: String
  let probability: Double
  let classes: [String: Class]
  let samples: Int
  let files: [String]

  init(
    path: String, index: Int?, _ explanation: Explanation, classes names: [String], top: Int,
    files: [String]
  ) {
    (self.path, self.index, self.files) = (path, index, files)
    method = explanation.method
    label = names[top]
    probability = explanation.probabilities[top]
    classes = Dictionary(
      uniqueKeysWithValues: zip(names, explanation.classes).map { name, found in
        (
          name,
          Class(
            weights: found.weights, r2: found.fit?.r2,
            localPrediction: found.fit?.localPrediction)
        )
      })
    samples = explanation.samples
  }

  private enum CodingKeys: String, CodingKey {
    case path, index, method, label, probability, classes, samples, files
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
    try object.encode(files, forKey: .files)
  }
}

extension ExplanationRecord {
  /// The file of weights: the record, the settings, and the part that each pixel belongs to.
  func file(
    _ explanation: Explanation, lime: LIME, segments: SegmentationChoice, baseline: BaselineChoice,
    checkpoints: [String], seed: UInt64
  ) throws -> Data {
    struct File: Encodable {
      let explanation: ExplanationRecord
      let settings: Settings
      let segmentation: Segments
    }
    struct Settings: Encodable {
      let segments: String
      let penalty, kernelWidth: Double
      let baseline: String
      /// The files of the networks that were asked.
      let checkpoints: [String]
      let seed: UInt64

      enum CodingKeys: String, CodingKey {
        case segments, penalty, baseline, checkpoints, seed
        case kernelWidth = "kernel_width"
      }
    }
    struct Segments: Encodable {
      let width, height, count: Int
      /// Row after row from the top.
      let labels: [Int]
    }
    let parts = explanation.segmentation
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try encoder.encode(
      File(
        explanation: self,
        settings: Settings(
          segments: segments.rawValue, penalty: lime.penalty, kernelWidth: lime.kernelWidth,
          baseline: baseline.rawValue,
          checkpoints: checkpoints, seed: seed),
        segmentation: Segments(
          width: parts.width, height: parts.height, count: parts.count, labels: parts.labels)))
      + Data("\n".utf8)
  }
}
