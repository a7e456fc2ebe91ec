/// y[i] = 10 log₁₀ max(least, x[i]); x and y may be the same memory.
public func decibels(
  count: Int, least: Float, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
) {
  let floor = Lanes(repeating: least)
  mapElements(0..<count, x, y) { x in
    naturalLogarithm(x.replacing(with: floor, where: x .< floor)) * 4.342944819
  }
}

/// x[i] = max(floor, x[i]).
public func raise(count: Int, to floor: Float, _ x: UnsafeMutablePointer<Float>) {
  let floor = Lanes(repeating: floor)
  mapElements(0..<count, UnsafePointer(x), x) { $0.replacing(with: floor, where: $0 .< floor) }
}

/// The largest of `count` numbers; −∞ of none.
public func largest(count: Int, _ x: UnsafePointer<Float>) -> Float {
  var lanes = Lanes(repeating: -.infinity)
  var index = 0
  while index + Lanes.scalarCount <= count {
    let next = x.lanes(index)
    lanes = lanes.replacing(with: next, where: lanes .< next)
    index += Lanes.scalarCount
  }
  var result = lanes.max()
  while index < count {
    result = max(result, x[index])
    index += 1
  }
  return result
}
