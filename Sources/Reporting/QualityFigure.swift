public import Imaging

/// How right a network is on groups of pictures: a panel a measure with a dot a group, the interval of
/// each, and a dashed line for all together.
public struct QualityFigure: Figure {
  /// Pictures of about the same quality; shares in 0...1.
  public struct Group: Sendable {
    /// Its range, such as "12 to 34".
    public var name: String
    /// The share that is right.
    public var share: Double
    /// The ends of its interval.
    public var low, high: Double

    /// A group from its numbers.
    public init(name: String, share: Double, low: Double, high: Double) {
      (self.name, self.share, self.low, self.high) = (name, share, low, high)
    }
  }

  /// One measure.
  public struct Panel: Sendable {
    /// What stands above it, such as "Contrast".
    public var title: String
    /// What its ranges are counted in.
    public var unit: String
    /// From the smallest values up.
    public var groups: [Group]

    /// A panel from its groups.
    public init(title: String, unit: String, groups: [Group]) {
      (self.title, self.unit, self.groups) = (title, unit, groups)
    }
  }

  /// In reading order.
  public var panels: [Panel]
  /// The share that is right of all pictures.
  public var overall: Double

  /// A figure of panels.
  public init(panels: [Panel], overall: Double) {
    (self.panels, self.overall) = (panels, overall)
  }

  private static let columns = 3

  /// 320x250 units a panel, three side by side.
  public var size: (width: Double, height: Double) {
    SharePanel.size(of: panels.count, columns: Self.columns)
  }

  /// Draws it.
  public func draw(on canvas: Canvas) {
    for (index, panel) in panels.enumerated() {
      draw(panel, SharePanel(at: SharePanel.corner(index, columns: Self.columns)), on: canvas)
    }
  }

  private func draw(_ panel: Panel, _ frame: SharePanel, on canvas: Canvas) {
    frame.draw(title: panel.title, below: panel.unit, on: canvas)
    frame.dashed(overall, on: canvas)
    let step = frame.plot.width / Double(max(1, panel.groups.count))
    func column(_ index: Int) -> Double { frame.plot.x + step * (Double(index) + 0.5) }
    for (index, group) in panel.groups.enumerated() {
      let (x, low, high) = (column(index), frame.level(group.low), frame.level(group.high))
      canvas.line(Point(x, low), Point(x, high), Palette.map, width: 2)
      for end in [low, high] {
        canvas.line(Point(x - 5, end), Point(x + 5, end), Palette.map, width: 2)
      }
      canvas.fill(.ellipse(Point(x, frame.level(group.share)), 5, 5), Palette.map)
    }
    frame.names(
      panel.groups.enumerated().map { index, group in
        (column(index), canvas.fitted(group.name, width: step - 4, size: 10))
      }, size: 10, on: canvas)
  }
}
