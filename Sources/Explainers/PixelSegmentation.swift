extension Segmentation {
  /// Every pixel a part of its own, numbered in reading order: for methods that weigh pixels.
  public static func pixels(width: Int, height: Int) -> Segmentation {
    Segmentation(width: width, height: height, labels: Array(0..<width * height))
  }

  /// Whether every pixel is a part of its own.
  public var isOfPixels: Bool { count == labels.count }
}
