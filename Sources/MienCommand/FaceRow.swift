import Foundation
import Imaging
import Mien
import TensorCore

/// One answer of `mien predict`: a face, a picture without one, or a file that is none.
struct FaceRow: Encodable {
  let path: String
  /// From 0, the largest, but from 1 where people read; nil where there is none.
  let face: Int?
  let box: Box?
  let label: String?
  let probability: Float?
  /// By class, in the network's order.
  private let values: [(name: String, probability: Float)]
  let error: String?

  static func rows(of answer: PhotoAnswer, classes: [String]) -> [FaceRow] {
    if answer.faces.isEmpty { return [FaceRow(withoutFace: answer)] }
    return answer.faces.enumerated().map { FaceRow(answer.file.path, $0, $1, classes) }
  }

  private init(_ path: String, _ index: Int, _ answer: FaceAnswer, _ classes: [String]) {
    self.path = path
    face = index
    box = answer.face.box
    label = classes[answer.label]
    probability = answer.probabilities[answer.label]
    values = zip(classes, answer.probabilities).map { ($0, $1) }
    error = nil
  }

  private init(withoutFace answer: PhotoAnswer) {
    path = answer.file.path
    (face, box, label, probability, values) = (nil, nil, nil, nil, [])
    error = answer.error.map { "\($0)".split(whereSeparator: \.isNewline).joined(separator: " ") }
  }

  private enum CodingKeys: String, CodingKey {
    case path, face, box, label, probability, probabilities, error
  }

  /// Every key is there in every row; what does not apply is null.
  func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: CodingKeys.self)
    try object.encode(path, forKey: .path)
    try object.encode(face, forKey: .face)
    try object.encode(
      box.map { ["x": $0.x, "y": $0.y, "width": $0.width, "height": $0.height] }, forKey: .box)
    try object.encode(label, forKey: .label)
    try object.encode(probability, forKey: .probability)
    let named = Dictionary(uniqueKeysWithValues: values.map { ($0.name, $0.probability) })
    try object.encode(face.map { _ in named }, forKey: .probabilities)
    try object.encode(error, forKey: .error)
  }

  /// The row for a person: the two most probable classes.
  var cells: [String] {
    guard let face else {
      return [path, "", error == nil ? "no face found" : "error", "", "", ""]
    }
    let best = values.indices.sorted {
      (values[$0].probability, $1) > (values[$1].probability, $0)
    }.prefix(2).flatMap { [values[$0].name, percent(Double(values[$0].probability))] }
    return [path, "\(face + 1)"] + best + Array(repeating: "", count: 4 - best.count)
  }

  static func csvHeader(_ classes: [String]) -> String {
    CSVLine.of(
      ["path", "face", "x", "y", "width", "height", "label", "probability"]
        + classes.map { "p_\($0)" } + ["error"])
  }

  func csvLine(_ classes: [String]) -> String {
    let place = box.map { [$0.x, $0.y, $0.width, $0.height].map(String.init) }
    return CSVLine.of(
      [path, face.map(String.init) ?? ""] + (place ?? Array(repeating: "", count: 4))
        + [label ?? "", probability.map { "\($0)" } ?? ""]
        + (values.isEmpty ? classes.map { _ in "" } : values.map { "\($0.probability)" })
        + [error ?? ""])
  }
}
