import AudioFeatures
import Datasets
import Foundation
import Mien
import TensorCore

/// Writes features as they come: lines of a CSV file, or an array with a JSON file beside it that says
/// what its rows and columns are; and what could not be read into `errors.csv`.
struct FeatureWriter {
  /// A file's features and its class.
  struct Row {
    let path: String
    let label: String?
    let features: [Float]
  }

  private let out: URL
  private let set: FeatureSet
  private let classes: FeatureClasses
  private let table: AtomicFile?
  private var errors: [(path: String, text: String)] = []
  /// Kept where they are needed at the end: for an array, and for figures.
  private(set) var rows: [Row] = []
  private(set) var count = 0
  private let keepsRows: Bool

  /// Files of that set; a name that ends in `.csv` becomes a table, one in `.npy` an array.
  init(_ out: URL, _ set: FeatureSet, classes: FeatureClasses, keepsRows: Bool) throws {
    (self.out, self.set, self.classes) = (out, set, classes)
    let isTable = out.pathExtension.lowercased() == "csv"
    table = isTable ? try AtomicFile(out) : nil
    self.keepsRows = keepsRows || !isTable
    if case .none = classes {
      try table?.write(CSVLine.of(["filename"] + (set.columns ?? [])))
    } else {
      try table?.write(CSVLine.of(["filename"] + (set.columns ?? []) + ["label"]))
    }
  }

  /// What could not be read, so far.
  var failures: [(path: String, text: String)] { errors }

  /// Adds a file's features, or why there are none.
  mutating func add(_ file: FoundFile, _ features: Result<[Float], any Error>) throws {
    switch features {
    case .failure(let error):
      errors.append(
        (file.path, "\(error)".split(whereSeparator: \.isNewline).joined(separator: " ")))
    case .success(let features):
      let row = Row(path: file.path, label: try classes.label(of: file), features: features)
      try table?.write(
        CSVLine.of([row.path] + features.map { "\($0)" } + (row.label.map { [$0] } ?? [])))
      if keepsRows { rows.append(row) }
      count += 1
    }
  }

  /// Makes the files visible and gives their paths.
  func finish() throws -> [URL] {
    var files = [out]
    if let table {
      try table.commit()
    } else {
      let numbers = rows.flatMap(\.features)
      try Tensor(Shape([rows.count] + set.shape.dimensions), numbers).writeNPY(to: out)
      let description = out.deletingPathExtension().appendingPathExtension("json")
      try writeAtomically(prettyJSON(Description(set, rows)), to: description)
      files.append(description)
    }
    return try files + writeErrors()
  }

  private static let errorHeader = CSVLine.of(["filename", "error"])

  /// Writes what could not be read, and gives the file's path, if there is anything to write. An
  /// `errors.csv` of an earlier run would speak of files that are read now.
  func writeErrors() throws -> [URL] {
    let file = out.deletingLastPathComponent().appendingPathComponent("errors.csv")
    if errors.isEmpty {
      if let old = try? String(contentsOf: file, encoding: .utf8), old.hasPrefix(Self.errorHeader) {
        try? FileManager.default.removeItem(at: file)
      }
      return []
    }
    let lines = errors.map { CSVLine.of([$0.path, $0.text]) }
    try writeAtomically((Self.errorHeader + lines.joined()).utf8, to: file)
    return [file]
  }

  /// What lies beside an array.
  private struct Description: Encodable {
    let set: String
    let shape: [Int]
    let axes: [String]
    let columns: [String]?
    let rows: [Name]

    struct Name: Encodable {
      let filename: String
      let label: String?
    }

    init(_ set: FeatureSet, _ rows: [Row]) {
      self.set = set.name
      shape = [rows.count] + set.shape.dimensions
      columns = set.columns
      axes =
        switch set.kind {
        case .table: ["sound", "column"]
        case .image(_, let axes): ["sound"] + axes
        }
      self.rows = rows.map { Name(filename: $0.path, label: $0.label) }
    }
  }
}
