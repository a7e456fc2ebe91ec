internal import Datasets
internal import Evaluation
internal import Foundation
internal import TensorCore

/// Where rows come from as far as the prepared data say it: of which file, by which speaker or artist, of
/// which corpus.
struct RowOrigins {
  /// What rows have in common, and what each row has of it; nil of one of whom it is not known.
  struct Grouping {
    /// `speaker`, `artist`, `corpus`.
    let kind: String
    let names: [String?]
  }

  /// What rows of one collection have in common.
  static let corpus = "corpus"

  /// What each row is called, without folders; nil where that is not known.
  let names: [String?]
  /// By speaker or artist, then by corpus, each as far as results by it say something: there are at
  /// least two, and one of them has several rows.
  let groupings: [Grouping]
  /// Whose each row is, however few they are.
  private let own: Grouping

  /// Reads the list of examples beside the data. Throws as `ExampleNames`.
  ///
  /// - Parameters:
  ///   - dataset: the data.
  ///   - data: their folder.
  ///   - rows: rows of the data set.
  init(_ dataset: PreparedDataset, at data: URL, rows: [Int]) throws {
    let listed = try ExampleNames(inFolder: data)
    let entries = rows.map { listed[sourceRow: dataset.sourceRow($0)] }
    names = entries.map { $0?.name.split(separator: "/").last.map(String.init) }
    let groups = dataset.groupNames
    let own = zip(rows, entries).map { row, entry in
      entry?.group == "" ? nil : groups?[row]
    }
    self.own = Grouping(kind: dataset.manifest.groupKind ?? "group", names: own)
    groupings = [
      self.own,
      Grouping(kind: Self.corpus, names: entries.map { $0?.corpus == "" ? nil : $0?.corpus }),
    ].filter(\.saysSomething)
  }

  /// Whose a row is, for people: `speaker ravdess/12`; nil where that is not known.
  func group(_ index: Int) -> String? {
    own.names[index].map { "\(own.kind) \($0)" }
  }

  /// What answers are worth by each grouping.
  func results(_ predictions: Predictions) -> [GroupResults] {
    let answers = predictions.predictions
    return groupings.compactMap { grouping in
      let known = grouping.names.indices.filter { grouping.names[$0] != nil }
      return GroupResults(
        kind: grouping.kind, names: known.compactMap { grouping.names[$0] },
        labels: known.map { predictions.labels[$0] }, predictions: known.map { answers[$0] },
        classCount: predictions.classes.count)
    }
  }

  /// `rows.csv`: a line a row, with what it is called and what it has in common with others.
  func csv(rows: [Int]) -> String {
    var text = CSVLine.of(["row", "name"] + groupings.map(\.kind))
    for (index, row) in rows.enumerated() {
      text += CSVLine.of(
        ["\(row)", names[index] ?? ""] + groupings.map { $0.names[index] ?? "" })
    }
    return text
  }
}

extension RowOrigins.Grouping {
  fileprivate var saysSomething: Bool {
    let counts = Dictionary(grouping: names.compactMap { $0 }) { $0 }.mapValues(\.count)
    return counts.count > 1 && counts.values.contains { $0 > 1 }
  }
}
