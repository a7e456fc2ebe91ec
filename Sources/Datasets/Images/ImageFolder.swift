internal import Foundation
internal import TensorCore

/// A folder of images, sorted by class and perhaps split: `train/angry/1.jpg` or `angry/1.jpg`.
/// Its units are images in the order of their paths.
struct ImageFolder: RowSource {
  var path: String { "" }
  var classes: [String] { [] }
  var range: Range<Int> { 0..<0 }
  var defaultPartitions: Int { 1 }
  init(_ url: URL) throws {}
  func identity() throws -> SourceIdentity { SourceIdentity(name: "", sha256: "", bytes: 0) }
  func read(_ range: Range<Int>, into builder: PartBuilder, size: Int, progress: (Int) throws -> Void) throws {}
  func rows(before unit: Int) throws -> Int { unit }
  func error(_ rejected: RejectedRow, row: Int) -> DatasetError { .badRow(file: path, line: row, problem: "", remedy: "") }
}
