extension Segmentation {
  /// Every pixel a part of its own, numbered in reading order: for methods that weigh pixels.
  public static func pixels(width: Int, height: Int) -> Segmentation {
    Segmentation(width: width, height: height, labels: Array(0..<width * height))
  }
}
