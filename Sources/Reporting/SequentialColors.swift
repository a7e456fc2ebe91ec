internal import Imaging

/// Numbers as colours, from white for the least by blue to nearly black for the most: the same order in
/// print and for the colour-blind.
struct SequentialColors {
  let low, high: Double

  private static let stops = [0xFFFFFF, 0xA9D6F0, 0x3C93C8, 0x0B5688, 0x041C33].map {
    Color(hex: $0)
  }

  subscript(_ value: Double) -> Color {
    let share = min(1, max(0, (value - low) / max(high - low, .leastNormalMagnitude)))
    let place = share * Double(Self.stops.count - 1)
    let index = min(Self.stops.count - 2, Int(place))
    let (from, to, part) = (Self.stops[index], Self.stops[index + 1], place - Double(index))
    func mix(_ a: Double, _ b: Double) -> Double { a + (b - a) * part }
    return Color(
      red: mix(from.red, to.red), green: mix(from.green, to.green), blue: mix(from.blue, to.blue))
  }

  /// A bar of all the colours, the least at the bottom.
  func draw(in area: Rectangle, on canvas: Canvas) {
    let last = Double(Self.stops.count - 1)
    canvas.fill(
      .rectangle(area),
      .linear(
        from: Point(area.x, area.bottom), to: Point(area.x, area.y),
        stops: Self.stops.enumerated().map { (Double($0.offset) / last, $0.element) }))
    canvas.stroke(.rectangle(area), Palette.quiet, width: 0.7)
  }
}
