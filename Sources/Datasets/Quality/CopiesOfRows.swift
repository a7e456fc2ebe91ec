public import Foundation
internal import TensorCore

/// Rows that are equal or similar, as `mien prepare` found them, whatever the data are of.
public struct CopyGroups: Sendable {
  private let groups: [QualityReport.Group]

  /// Those of a report on pictures.
  public init(_ report: QualityReport) {
    groups = report.exactDuplicates.groups + report.nearDuplicates.pairs
  }

  /// Those of the report beside a manifest. Throws `FileError`, `DatasetError.badPreparedData`.
  public init(inFolder folder: URL) throws {
    struct Report: Decodable {
      let exact_duplicates: QualityReport.Exact
      let near_duplicates: QualityReport.Near?
    }
    let report: Report = try QualityReport.read(folder)
    groups = report.exact_duplicates.groups + (report.near_duplicates?.pairs ?? [])
  }

  /// The rows that are equal or similar to one of `rows`, directly or by way of a third, without
  /// `rows` themselves. All are data rows of the source.
  ///
  /// Within one split a report lists only so many (`QualityReport.listLimit`), so a way by such a
  /// third one may be missed; copies across splits are all there.
  public func copies(of rows: Set<Int>) -> Set<Int> {
    var parent: [Int: Int] = [:]
    func root(_ row: Int) -> Int {
      var row = row
      while let next = parent[row], next != row { row = next }
      return row
    }
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
}

extension QualityReport {
  /// The rows that are equal or similar to one of `rows`; see `CopyGroups`.
  public func copies(of rows: Set<Int>) -> Set<Int> { CopyGroups(self).copies(of: rows) }

  /// Reads the report beside a manifest. Throws `FileError`, `DatasetError.badPreparedData`.
  public init(inFolder folder: URL) throws { self = try Self.read(folder) }

  /// Reads what is known of a report on any data.
  fileprivate static func read<Report: Decodable>(_ folder: URL) throws -> Report {
    let file = folder.appendingPathComponent(fileName)
    let json = try readFile(file, expected: "what mien prepare found in the data")
    do {
      return try JSONDecoder().decode(Report.self, from: json)
    } catch {
      throw DatasetError.badPreparedData(
        folder: folder.path, problem: "\(fileName) is not a quality report",
        remedy: "prepare the data again")
    }
  }
}
