extension Segmentation {
  /// Rectangles in `rows` rows and `columns` columns, numbered in reading order. Where the picture
  /// does not divide evenly their sizes differ by one pixel at most.
  ///
  /// Throws `ExplanationError` unless there is a pixel for each row and each column.
  public static func grid(
    width: Int, height: Int, rows: Int, columns: Int
  ) throws(ExplanationError) -> Segmentation {
    for (name, found, limit) in [("rows", rows, height), ("columns", columns, width)]
    where !(1...max(1, limit)).contains(found) {
      throw .badSetting(
        name: name, found: "\(found)", expected: "1 to \(limit)",
        remedy: "a picture of \(width)x\(height) has no more")
    }
    var labels = [Int]()
    labels.reserveCapacity(width * height)
    for y in 0..<height {
      for x in 0..<width { labels.append(y * rows / height * columns + x * columns / width) }
    }
    return Segmentation(width: width, height: height, labels: labels)
  }
}
