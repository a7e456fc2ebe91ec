public import Foundation
internal import TensorCore

extension QualityReport {
  /// The rows that are equal or similar to one of `rows`, directly or by way of a third, without
  /// `rows` themselves. All are data rows of the source.
  ///
  /// Of images within one split the report lists only so many (`listLimit`), so a way by such a
  /// third one may be missed; copies across splits are all there.
  public func copies(of rows: Set<Int>) -> Set<Int> {
    var parent: [Int: Int] = [:]
    func root(_ row: Int) -> Int {
      var row = row
      while let next = parent[row], next != row { row = next }
      return row
    }
    let groups = exactDuplicates.groups + nearDuplicates.pairs
    for group in groups {
      for row in group.rows.dropFirst() {
        let (one, other) = (root(group.rows[0]), root(row))
        if one != other { parent[max(one, other)] = min(one, other) }
      }
    }
    let all = Set(groups.flatMap(\.rows))
    let known = Set(all.intersection(rows).map(root))
    return all.filter { known.contains(root($0)) }.subtracting(rows)
  }

  /// Reads the report beside a manifest. Throws `FileError`, `DatasetError.badPreparedData`.
  public init(inFolder folder: URL) throws {
    let file = folder.appendingPathComponent(Self.fileName)
    let json = try readFile(file, expected: "what mien prepare found in the data")
    do {
      self = try JSONDecoder().decode(QualityReport.self, from: json)
    } catch {
      throw DatasetError.badPreparedData(
        folder: folder.path, problem: "\(Self.fileName) is not a quality report",
        remedy: "prepare the data again")
    }
  }
}
