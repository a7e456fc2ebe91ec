internal import Foundation
internal import Imaging

/// The points of a line without those that nobody would see: what is left is nowhere further than
/// `tolerance` from what was there (Douglas and Peucker 1973, DOI 10.3138/FM57-6770-U75U-7727). The
/// first and the last point stay. Coordinates are rounded to quarters of a unit, so that they are short in
/// a file.
func thinned(_ points: [Point], tolerance: Double) -> [Point] {
  // What hardly moves goes first: the search below may take the square of the number of points.
  var near: [Point] = []
  for (index, point) in points.enumerated() {
    if let last = near.last, index < points.count - 1,
      hypot(point.x - last.x, point.y - last.y) < tolerance / 2
    {
      continue
    }
    near.append(point)
  }
  var isKept = [Bool](repeating: false, count: near.count)
  if !near.isEmpty { (isKept[0], isKept[near.count - 1]) = (true, true) }
  var spans = near.count > 2 ? [(0, near.count - 1)] : []
  while let (start, end) = spans.popLast() {
    var (furthest, distance) = (start, tolerance)
    for index in start + 1..<max(start + 1, end) {
      let d = near[index].distance(fromLine: near[start], near[end])
      if d > distance { (furthest, distance) = (index, d) }
    }
    if furthest == start { continue }
    isKept[furthest] = true
    if furthest - start > 1 { spans.append((start, furthest)) }
    if end - furthest > 1 { spans.append((furthest, end)) }
  }
  func short(_ value: Double) -> Double { (value * 4).rounded() / 4 }
  return zip(near, isKept).filter(\.1).map { Point(short($0.0.x), short($0.0.y)) }
}

extension Point {
  /// How far it is from the piece of a line between two points.
  fileprivate func distance(fromLine start: Point, _ end: Point) -> Double {
    let (dx, dy) = (end.x - start.x, end.y - start.y)
    let length = dx * dx + dy * dy
    let share =
      length == 0 ? 0 : min(1, max(0, ((x - start.x) * dx + (y - start.y) * dy) / length))
    return hypot(x - start.x - share * dx, y - start.y - share * dy)
  }
}
