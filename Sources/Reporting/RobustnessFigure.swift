internal import Foundation
public import Imaging

/// How right a network still is on worse pictures: a panel a disturbance with the share that is right
/// by its severity, a band between the ends of each point's interval, and a ring where the pictures are
/// as they are.
public struct RobustnessFigure: Figure {
  /// What is left at one severity; shares in 0...1.
  public struct Point: Sendable {
    /// In the panel's unit; 0 is the picture as it is.
    public var severity: Double
    /// The share that is right.
    public var share: Double
    /// The ends of its interval.
    public var low, high: Double

    /// A point from its numbers.
    public init(severity: Double, share: Double, low: Double, high: Double) {
      (self.severity, self.share, self.low, self.high) = (severity, share, low, high)
    }
  }

  /// One disturbance.
  public struct Panel: Sendable {
    /// What stands above it, such as "Noise".
    public var title: String
    /// What severities are counted in.
    public var unit: String
    /// By severity.
    public var points: [Point]

    /// A panel from its points.
    public init(title: String, unit: String, points: [Point]) {
      (self.title, self.unit, self.points) = (title, unit, points)
    }
  }

  /// In reading order.
  public var panels: [Panel]
  /// What no work at all reaches: a dashed line.
  public var baseline: Double?

  /// A figure of panels.
  public init(panels: [Panel], baseline: Double? = nil) {
    (self.panels, self.baseline) = (panels, baseline)
  }

  private static let columns = 3
  private var legendHeight: Double { panels.count > 1 ? 26 : 0 }

  /// 320x250 units a panel, three side by side.
  public var size: (width: Double, height: Double) {
    let size = SharePanel.size(of: panels.count, columns: Self.columns)
    return (size.width, size.height + legendHeight)
  }

  /// Draws it.
  public func draw(on canvas: Canvas) {
    for (index, panel) in panels.enumerated() {
      draw(panel, SharePanel(at: SharePanel.corner(index, columns: Self.columns)), on: canvas)
    }
    guard panels.count > 1 else { return }
    let words =
      "ring: the pictures as they are; band: 95 % interval of each point"
      + (baseline == nil ? "" : "; dashed: always the most frequent class")
    canvas.text(
      canvas.fitted(words, width: canvas.width - 24, size: 11),
      at: Imaging.Point(canvas.width / 2, canvas.height - 14), size: 11, Palette.quiet, .center)
  }

  private func draw(_ panel: Panel, _ frame: SharePanel, on canvas: Canvas) {
    frame.draw(title: panel.title, below: panel.unit, on: canvas)
    let points = panel.points.sorted { $0.severity < $1.severity }
    guard let first = points.first, let last = points.last else { return }
    let span = max(last.severity - first.severity, 1e-9)
    func column(_ point: Point) -> Double {
      frame.plot.x + 8 + (frame.plot.width - 16) * (point.severity - first.severity) / span
    }
    let upper = points.map { Imaging.Point(column($0), frame.level($0.high)) }
    let lower = points.map { Imaging.Point(column($0), frame.level($0.low)) }
    canvas.fill(
      .polyline(upper + lower.reversed(), closed: true), Palette.map.opacity(0.18))
    if let baseline { frame.dashed(baseline, on: canvas) }
    let places = points.map { Imaging.Point(column($0), frame.level($0.share)) }
    canvas.stroke(.polyline(places), Palette.map, width: 2)
    for (point, place) in zip(points, places) {
      if point.severity == 0 {
        canvas.fill(.ellipse(place, 5, 5), .white)
        canvas.stroke(.ellipse(place, 5, 5), Palette.map, width: 2.5)
      } else {
        canvas.fill(.ellipse(place, 3.5, 3.5), Palette.map)
      }
    }
    frame.names(points.map { (column($0), shortNumber($0.severity)) }, on: canvas)
  }
}
