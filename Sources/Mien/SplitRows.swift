public import Datasets

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
}
