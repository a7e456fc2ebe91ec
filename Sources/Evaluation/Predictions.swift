public import Foundation
public import TensorCore

/// What a model said about labelled examples, and its form as a CSV file that any tool can read:
/// `row,label,prediction,probability,p_<class>…`, labels and predictions by class name, numbers
/// with as many digits as bring back the same Float.
public struct Predictions: Equatable, Sendable {
  /// K class names in the order of their indices.
  public var classes: [String]
  /// N numbers that say which example it was: its row in the source.
  public var rows: [Int]
  /// N indices of the true class.
  public var labels: [Int]
  /// [N, K].
  public var probabilities: Tensor

  /// Predictions for as many rows as labels.
  public init(classes: [String], rows: [Int], labels: [Int], probabilities: Tensor) {
    precondition(
      rows.count == labels.count && probabilities.shape == [labels.count, classes.count],
      "\(rows.count) rows, \(labels.count) labels, probabilities \(probabilities.shape)")
    self.classes = classes
    self.rows = rows
    self.labels = labels
    self.probabilities = probabilities
  }

  /// The most probable class of each example; of equals the first.
  public var predictions: [Int] {
    probabilities.read { base in
      labels.indices.map { row in
        UnsafeBufferPointer(start: base + row * classes.count, count: classes.count).argmax()
      }
    }
  }

  /// How good they are. Throws `EvaluationError`.
  public func metrics() throws -> ClassificationMetrics {
    try ClassificationMetrics(probabilities: probabilities, labels: labels, classes: classes)
  }

  /// Writes the CSV file. Throws `FileError.cannotWrite`.
  public func write(to file: URL) throws {
    let out = try AtomicFile(file)
    let header = ["row", "label", "prediction", "probability"] + classes.map { "p_\($0)" }
    try out.write(header.map(CSVLine.quoted).joined(separator: ",") + "\n")
    let names = classes.map(CSVLine.quoted)
    let values = probabilities.elements
    for (index, prediction) in predictions.enumerated() {
      let p = values[index * classes.count..<(index + 1) * classes.count]
      let cells =
        [
          "\(rows[index])", names[labels[index]], names[prediction],
          "\(p[p.startIndex + prediction])",
        ]
        + p.map(\.description)
      try out.write(cells.joined(separator: ",") + "\n")
    }
    try out.commit()
  }

  /// Reads what `write` has written. Throws `FileError` or `EvaluationError.badFile`.
  public init(contentsOf file: URL) throws {
    guard FileManager.default.fileExists(atPath: file.path) else {
      throw FileError.missing(
        path: file.path, expected: "a CSV file of predictions",
        remedy: "make one with mien evaluate --predictions")
    }
    guard let text = try? String(contentsOf: file, encoding: .utf8) else {
      throw FileError.unreadable(path: file.path, reason: "no UTF-8 text")
    }
    let lines = text.split(whereSeparator: \.isNewline).map { CSVLine.cells(of: $0) }
    let fixed = ["row", "label", "prediction", "probability"]
    guard let header = lines.first, header.count > fixed.count,
      Array(header.prefix(fixed.count)) == fixed,
      header.dropFirst(fixed.count).allSatisfy({ $0.hasPrefix("p_") })
    else {
      throw EvaluationError.badFile(
        file: file.path, line: 1, problem: "no header row,label,prediction,probability,p_<class>…",
        remedy: "make the file with mien evaluate --predictions")
    }
    let classes = header.dropFirst(fixed.count).map { String($0.dropFirst(2)) }
    var (rows, labels, values) = ([Int](), [Int](), [Float]())
    for (index, cells) in lines.enumerated().dropFirst() {
      let p = cells.dropFirst(fixed.count).compactMap { Float($0) }
      guard cells.count == header.count, p.count == classes.count, let row = Int(cells[0]),
        let label = classes.firstIndex(of: cells[1])
      else {
        throw EvaluationError.badFile(
          file: file.path, line: index + 1,
          problem: "expected a row number, a class name and \(classes.count) probabilities",
          remedy: "make the file again with mien evaluate --predictions")
      }
      rows.append(row)
      labels.append(label)
      values += p
    }
    self.init(
      classes: classes, rows: rows, labels: labels,
      probabilities: Tensor([labels.count, classes.count], values))
  }
}
