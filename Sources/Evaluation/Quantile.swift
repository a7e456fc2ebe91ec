/// The value below which a share of sorted ones lies, linear between two neighbours: NumPy's `quantile`
/// by default, number 7 of Hyndman and Fan (1996, DOI 10.1080/00031305.1996.10473566).
///
/// - Parameters:
///   - share: in 0...1.
///   - sorted: at least one value, the smallest first.
public func quantile(_ share: Double, of sorted: [Double]) -> Double {
  let place = share * Double(sorted.count - 1)
  let index = min(max(0, sorted.count - 2), Int(place))
  let next = min(index + 1, sorted.count - 1)
  return sorted[index] + (sorted[next] - sorted[index]) * (place - Double(index))
}
