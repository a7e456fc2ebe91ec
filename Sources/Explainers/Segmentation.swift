/// A picture cut into parts that together cover it: part `labels[y * width + x]` of 0..<count.
public struct Segmentation: Sendable, Hashable {
  /// Size of the picture in pixels.
  public let width, height: Int
  /// The part each pixel belongs to, row after row.
  public let labels: [Int]
  /// The number of parts; each has at least one pixel.
  public let count: Int
  /// What each part is, nil where parts have no names.
  public let names: [String]?

  /// Parts given pixel by pixel, numbered from 0 without a gap.
  public init(width: Int, height: Int, labels: [Int], names: [String]? = nil) {
    let count = (labels.max() ?? -1) + 1
    precondition(
      width > 0 && height > 0 && labels.count == width * height
        && Set(labels) == Set(0..<count),
      "\(labels.count) labels of \(Set(labels).count) parts for a picture of \(width)x\(height)")
    precondition(
      names.map { $0.count == count } ?? true, "\(names?.count ?? 0) names of \(count) parts")
    (self.width, self.height, self.labels, self.count) = (width, height, labels, count)
    self.names = names
  }
}
