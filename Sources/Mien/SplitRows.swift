public import Datasets
internal import Kernels
internal import TensorCore

extension PreparedDataset {
  /// The rows of a split that a user has named. Throws `RunError.badSplit` where there is none of
  /// that name; `path` is what the user calls the data, `purpose` what the rows are for.
  public func rows(ofSplit name: String, at path: String, for purpose: String) throws -> [Int] {
    guard manifest.splitNames.contains(name) else {
      throw RunError.badSplit(
        data: path, problem: "no split is named \(name)",
        remedy: "its splits are \(manifest.splitNames.joined(separator: ", ")); choose one of them "
          + "to \(purpose)")
    }
    return try rows(inSplit: name)
  }

  /// Splits that nothing may be chosen on: they are for the final examination.
  private static let reservedSplits = ["PrivateTest"]

  /// Throws `RunError.badSplit` for the name of a split that nothing may be learnt from or chosen
  /// on, with a way out; `path` is what the user calls the data.
  static func refuseReserved(
    _ name: String, also others: [String] = [], at path: String, remedy: String
  ) throws {
    guard reservedSplits.contains(name) || others.contains(name.lowercased()) else { return }
    throw RunError.badSplit(
      data: path, problem: "\(name) is kept for the final examination", remedy: remedy)
  }

  /// The stored numbers of a row, of the manifest's shape.
  func stored(_ row: Int) -> Tensor {
    Tensor(uninitialized: manifest.shape) { read(row, into: $0) }
  }

  /// Rows as their stored numbers, [n, H, W, C] of pictures.
  func levels(of rows: ArraySlice<Int>) -> Tensor {
    let (rows, size) = (Array(rows), manifest.shape.count)
    return Tensor(uninitialized: manifest.shape.prepending(rows.count)) { out in
      parallelFor(rows.count) { place in
        read(rows[place], into: out + place * size)
      }
    }
  }
}
