extension Explanation {
  /// The same explanation of a picture whose pixels have been moved: the pixel at (x, y) is the one that was
  /// `source(x, y)` in reading order. Each pixel moves to one place.
  ///
  /// Where every pixel is a part of its own the parts move along, so that they are again numbered in
  /// reading order.
  public func rearranged(
    width: Int, height: Int, source: (_ x: Int, _ y: Int) -> Int
  ) -> Explanation {
    let sources = (0..<width * height).map { source($0 % width, $0 / width) }
    precondition(
      sources.count == segmentation.labels.count,
      "\(width)x\(height) places for \(segmentation.labels.count) pixels")
    var moved = self
    guard segmentation.isOfPixels else {
      moved.segmentation = Segmentation(
        width: width, height: height, labels: sources.map { segmentation.labels[$0] },
        names: segmentation.names)
      return moved
    }
    let order = sources.map { segmentation.labels[$0] }
    moved.segmentation = .pixels(width: width, height: height)
    for index in moved.classes.indices {
      let explained = classes[index]
      moved.classes[index].weights = order.map { explained.weights[$0] }
      if let errors = explained.sampling?.standardErrors {
        moved.classes[index].sampling?.standardErrors = order.map { errors[$0] }
      }
    }
    return moved
  }
}
