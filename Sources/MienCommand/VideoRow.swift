import Foundation
import Imaging
import MienVideo
import TensorCore

/// One answer of `mien predict` about a video: a face in a frame, a frame without one, or a frame that
/// cannot be decoded.
struct VideoRow: Encodable {
  let path: String
  let position: VideoPosition
  /// Nil where there is none.
  let answer: VideoFaceAnswer?
  let classes: [String]
  let error: String?

  /// The rows of a frame, at least one.
  static func rows(of frame: VideoAnswer, path: String, classes: [String]) -> [VideoRow] {
    if frame.faces.isEmpty {
      return [
        VideoRow(
          path: path, position: frame.position, answer: nil, classes: classes,
          error: frame.problem)
      ]
    }
    return frame.faces.map {
      VideoRow(path: path, position: frame.position, answer: $0, classes: classes, error: nil)
    }
  }

  private enum CodingKeys: String, CodingKey {
    case path, frame, time, face, box, detected, label, probability, probabilities, error
  }

  private var box: Box? { answer?.tracked.face.box }

  /// Every key is there in every row; what does not apply is null.
  func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: CodingKeys.self)
    try object.encode(path, forKey: .path)
    try object.encode(position.frame, forKey: .frame)
    try object.encode(position.seconds, forKey: .time)
    try object.encode(answer?.tracked.number, forKey: .face)
    try object.encode(
      box.map { ["x": $0.x, "y": $0.y, "width": $0.width, "height": $0.height] }, forKey: .box)
    try object.encode(answer?.tracked.isDetected, forKey: .detected)
    try object.encode(answer.map { classes[$0.label] }, forKey: .label)
    try object.encode(answer.map { $0.probabilities[$0.label] }, forKey: .probability)
    try object.encode(
      answer.map { answer in
        Dictionary(uniqueKeysWithValues: zip(classes, answer.probabilities))
      }, forKey: .probabilities)
    try object.encode(error, forKey: .error)
  }

  static func csvHeader(_ classes: [String]) -> String {
    CSVLine.of(
      [
        "path", "frame", "time", "face", "x", "y", "width", "height", "detected", "label",
        "probability",
      ] + classes.map { "p_\($0)" } + ["error"])
  }

  var csvLine: String {
    let place = box.map { [$0.x, $0.y, $0.width, $0.height].map(String.init) }
    return CSVLine.of(
      [path, "\(position.frame)", String(format: "%.3f", position.seconds)]
        + [answer.map { "\($0.tracked.number)" } ?? ""] + (place ?? ["", "", "", ""])
        + [answer.map { "\($0.tracked.isDetected)" } ?? "", answer.map { classes[$0.label] } ?? ""]
        + [answer.map { "\($0.probabilities[$0.label])" } ?? ""]
        + (answer.map { $0.probabilities.map { "\($0)" } } ?? classes.map { _ in "" })
        + [error ?? ""])
  }
}
