internal import Datasets
internal import Evaluation
internal import Foundation
internal import Reporting
internal import TensorCore

/// The rows to which two runs gave different answers.
public struct Disagreements: Sendable {
  /// Which of the two is right.
  public enum Side: String, CaseIterable, Encodable, Sendable {
    /// One of them, or neither.
    case first, second, neither
  }

  /// A run's answer to a row.
  public struct Answer: Encodable, Sendable {
    /// The class.
    public let answer: String
    /// Its probability.
    public let probability: Float
  }

  /// One row.
  public struct Row: Encodable, Sendable {
    /// Its number in the source.
    public let row: Int
    /// Its label.
    public let truth: String
    /// Which run is right.
    public let right: Side
    /// What the runs answered.
    public let first, second: Answer
    /// Its number in the prepared data.
    fileprivate let place: Int

    private enum CodingKeys: String, CodingKey { case row, truth, right, first, second }
  }

  /// How many rows of each side the JSON and the page show.
  public static let shownCount = 12

  /// The runs' names.
  public let first, second: String
  /// The rows in the order of the data.
  public let rows: [Row]
  private let dataset: PreparedDataset
  /// Its folder.
  private let data: URL

  /// Of two runs that answered the same rows; nil where the answers of one are not known.
  init?(_ first: ComparedRun, _ second: ComparedRun) {
    guard let one = first.predictions, let other = second.predictions,
      let evaluator = first.evaluator
    else { return nil }
    (self.first, self.second) = (first.name, second.name)
    (dataset, data) = (evaluator.dataset, evaluator.data)
    let (classes, labels) = (one.classes, one.labels)
    let answers = (one.predictions, other.predictions)
    let values = (one.probabilities.elements, other.probabilities.elements)
    rows = labels.indices.compactMap { index in
      let (a, b) = (answers.0[index], answers.1[index])
      guard a != b else { return nil }
      return Row(
        row: one.rows[index], truth: classes[labels[index]],
        right: a == labels[index] ? .first : b == labels[index] ? .second : .neither,
        first: Answer(answer: classes[a], probability: values.0[index * classes.count + a]),
        second: Answer(answer: classes[b], probability: values.1[index * classes.count + b]),
        place: evaluator.rows[index])
    }
  }

  /// How many rows there are of a side.
  public func count(_ side: Side) -> Int { rows.count { $0.right == side } }

  /// The rows of a side of whose answers the runs were surest together: by the sum of both
  /// probabilities, of equals the first.
  public func surest(_ side: Side, _ count: Int = shownCount) -> [Row] {
    func certainty(_ row: Row) -> Float { row.first.probability + row.second.probability }
    let rows = rows.filter { $0.right == side }
    let order = rows.indices.sorted {
      (certainty(rows[$1]), $0) < (certainty(rows[$0]), $1)
    }
    return order.prefix(count).map { rows[$0] }
  }

  /// Those rows to be looked at; none where nothing is known of drawing such. Throws what reading the list of
  /// examples throws.
  func samples(_ side: Side, _ count: Int) throws -> [ComparedSample] {
    let rows = surest(side, count)
    let pictures = ExamplePictures(dataset.manifest)
    let origins = try RowOrigins(dataset, at: data, rows: rows.map(\.place))
    return rows.enumerated().compactMap { index, row in
      guard let picture = pictures.picture(of: dataset.stored(row.place).elements) else {
        return nil
      }
      return ComparedSample(
        row: row.row, picture: picture, name: origins.names[index], group: origins.group(index),
        truth: row.truth,
        answers: [(first, row.first), (second, row.second)].map { run, answer in
          ComparedSample.Answer(
            run: run, name: answer.answer, probability: Double(answer.probability))
        })
    }
  }

  /// Writes all rows as a CSV file. Throws `FileError.cannotWrite`.
  func write(to file: URL) throws {
    var text = CSVLine.of([
      "row", "truth", "right", "first_answer", "first_probability", "second_answer",
      "second_probability",
    ])
    for row in rows {
      text += CSVLine.of([
        "\(row.row)", row.truth, row.right.rawValue, row.first.answer, "\(row.first.probability)",
        row.second.answer, "\(row.second.probability)",
      ])
    }
    try writeAtomically(text.utf8, to: file)
  }
}

extension Disagreements: Encodable {
  private enum CodingKeys: String, CodingKey {
    case first, second, surest
    case onlyFirst = "only_first_right"
    case onlySecond = "only_second_right"
    case neither = "neither_right"
  }

  /// How many rows there are of each side, and the surest of each.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(first, forKey: .first)
    try container.encode(second, forKey: .second)
    try container.encode(count(.first), forKey: .onlyFirst)
    try container.encode(count(.second), forKey: .onlySecond)
    try container.encode(count(.neither), forKey: .neither)
    try container.encode(surest(.first) + surest(.second), forKey: .surest)
  }
}
