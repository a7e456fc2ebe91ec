/// p-values of several tests made greater, so that the chance of even one false alarm among all of them
/// stays what it is for one: Holm's step-down correction (Holm 1979, "A Simple Sequentially Rejective
/// Multiple Test Procedure", Scandinavian Journal of Statistics 6, 65–70).
public enum HolmCorrection {
  /// The adjusted p-values, in the order of the given ones: of m values the i-th least becomes the
  /// greatest of min(1, (m − j + 1) p₍ⱼ₎) over j ≤ i.
  public static func adjusted(_ pValues: [Double]) -> [Double] {
    var (result, greatest) = (pValues, 0.0)
    let order = pValues.indices.sorted { (pValues[$0], $0) < (pValues[$1], $1) }
    for (rank, index) in order.enumerated() {
      greatest = max(greatest, min(1, Double(pValues.count - rank) * pValues[index]))
      result[index] = greatest
    }
    return result
  }
}
