extension Explanation {
  /// The weights over the parts of another segmentation of the same picture, one each.
  ///
  /// A part's weight is shared evenly by its pixels, and a part of the other segmentation has what its
  /// pixels got:
  ///
  ///     w'_q = Σ_{pixels i in q} w_{part(i)} / |part(i)|
  ///
  /// So the weights of pixels are added up within each part, the sum of all weights stays what it was,
  /// and over the explanation's own parts they come back as they are.
  public func weights(over other: Segmentation, ofClass index: Int) -> [Double] {
    precondition(
      other.width == segmentation.width && other.height == segmentation.height,
      "parts of a picture of \(other.width)x\(other.height) for one of "
        + "\(segmentation.width)x\(segmentation.height)")
    let weights = classes[index].weights
    if other == segmentation { return weights }
    var sizes = [Double](repeating: 0, count: segmentation.count)
    for part in segmentation.labels { sizes[part] += 1 }
    var sums = [Double](repeating: 0, count: other.count)
    for (part, target) in zip(segmentation.labels, other.labels) {
      sums[target] += weights[part] / sizes[part]
    }
    return sums
  }
}
