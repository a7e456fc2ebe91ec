internal import Foundation

/// Parallel coordinates (Inselberg 1985, "The plane with parallel coordinates", DOI
/// 10.1007/BF01898350): an axis a setting and one for the measure, a line a trial.
///
/// It is drawn in elements of SVG with classes, so that the page gives colours by day and by night
/// and a line can be pointed at; twice, with upright axes for wide screens and with lying ones,
/// one below the other, for phones.
public struct ParallelCoordinates: Sendable {
  /// One axis.
  public struct Dimension: Sendable {
    /// What it measures, as `optimiser.learning_rate`.
    public var name: String
    /// What lies along it.
    public var scale: Scale

    /// An axis from its name and scale.
    public init(name: String, scale: Scale) { (self.name, self.scale) = (name, scale) }
  }

  /// What lies along an axis.
  public enum Scale: Sendable {
    /// Numbers from `low` to `high`, by their logarithms where both are above 0 and it is asked for.
    case numbers(low: Double, high: Double, isLogarithmic: Bool)
    /// Numbers as before, the greatest first.
    case falling(low: Double, high: Double)
    /// A few values at equal distances.
    case choices([String])
  }

  /// One line.
  public struct Line: Sendable {
    /// What it is called: `trial 3`.
    public var name: String
    /// Its number, by which the page finds it.
    public var number: Int
    /// Where it crosses each axis: a number, or the index of a choice; nil where it does not.
    public var places: [Double?]
    /// What stands at each crossing while the line is pointed at.
    public var labels: [String]
    /// How good it is, from 0 to 1: its colour.
    public var merit: Double?
    /// How it is drawn.
    public var kind: Kind

    /// A line from all that it is.
    public init(
      name: String, number: Int, places: [Double?], labels: [String], merit: Double?, kind: Kind
    ) {
      (self.name, self.number, self.places, self.labels) = (name, number, places, labels)
      (self.merit, self.kind) = (merit, kind)
    }
  }

  /// How a line is drawn.
  public enum Kind: String, Sendable {
    /// The thickest.
    case best
    /// One that went to the end.
    case finished
    /// One that did not: thin.
    case stopped
    /// One that failed: dashed.
    case failed
  }

  /// From left to right, or from above.
  public var axes: [Dimension]
  /// Later ones are drawn over earlier ones.
  public var lines: [Line]

  /// A plot of lines with as many places as there are axes.
  public init(axes: [Dimension], lines: [Line]) {
    for line in lines {
      precondition(
        line.places.count == axes.count && line.labels.count == axes.count,
        "\(line.places.count) places for \(axes.count) axes")
    }
    (self.axes, self.lines) = (axes, lines)
  }

  /// How many colours there are; `merit` 1 is the last.
  static let colours = 7

  /// Both drawings, of which the page's style shows one.
  var html: HTML {
    .lines([
      .tag("figure", ["class": "wide"], drawing(ParallelLayout(upright: true, count: axes.count))),
      .tag(
        "figure", ["class": "narrow"], drawing(ParallelLayout(upright: false, count: axes.count))),
    ])
  }

  private func drawing(_ layout: ParallelLayout) -> HTML {
    .tag(
      "svg",
      [
        "viewBox": "0 0 \(shown(layout.width)) \(shown(layout.height))", "class": "parallel",
        "role": "group", "style": "--width: \(shown(layout.width))px",
        "aria-label":
          "a line a trial through its settings to what came of it; the table has the same",
      ],
      lines.map { line($0, layout) } + axes.enumerated().map { axis($0.element, $0.offset, layout) }
    )
  }

  private func line(_ line: Line, _ layout: ParallelLayout) -> HTML {
    var path = ""
    var labels: [HTML] = []
    for (index, place) in line.places.enumerated() {
      guard let place, let share = axes[index].scale.share(place) else { continue }
      let (x, y) = layout.point(axis: index, share: share)
      path += "\(path.isEmpty ? "M" : "L")\(shown(x)) \(shown(y))"
      let label = layout.label(axis: index, share: share, characters: line.labels[index].count)
      labels.append(
        .tag(
          "text", ["x": shown(label.x), "y": shown(label.y), "text-anchor": label.anchor],
          .text(line.labels[index])))
    }
    let colour = line.merit.map { min(Self.colours - 1, max(0, Int($0 * Double(Self.colours)))) }
    let words = [line.name] + zip(axes, line.labels).map { "\($0.name): \($1)" }
    return .tag(
      "g",
      [
        "class": "line \(line.kind.rawValue) l\(line.number)" + (colour.map { " c\($0)" } ?? ""),
        "tabindex": "0", "aria-label": words.joined(separator: ", "),
      ],
      .tag("title", .text(words.joined(separator: "\n"))),
      .tag("path", ["class": "reach", "d": path]), .tag("path", ["d": path]),
      .tag("g", ["class": "values"], labels))
  }

  private func axis(_ axis: Dimension, _ index: Int, _ layout: ParallelLayout) -> HTML {
    let (start, end) = (
      layout.point(axis: index, share: 0), layout.point(axis: index, share: 1)
    )
    var parts: [HTML] = [
      .tag(
        "path", ["d": "M\(shown(start.x)) \(shown(start.y))L\(shown(end.x)) \(shown(end.y))"])
    ]
    let ticks = axis.scale.ticks
    for (share, text) in ticks {
      let tick = layout.tick(axis: index, share: share)
      parts.append(
        .tag(
          "text", ["x": shown(tick.x), "y": shown(tick.y), "text-anchor": tick.anchor],
          .tag("title", .text(text)), .text(shortened(text, layout.tickCharacters(of: ticks.count)))
        ))
    }
    // The last part of a key says most.
    let name = axis.name.split(separator: ".")
    let (group, own) = (
      name.dropLast().joined(separator: "."), name.last.map(String.init) ?? axis.name
    )
    let title = layout.title(axis: index)
    parts.append(
      .tag(
        "text",
        [
          "class": "name", "x": shown(title.x), "y": shown(title.y), "text-anchor": title.anchor,
        ],
        [
          .tag("title", .text(axis.name)),
          group.isEmpty
            ? .empty
            : .tag(
              "tspan", ["class": "group"],
              .text(shortened(group, 22) + (layout.isUpright ? "" : "."))),
          layout.isUpright && !group.isEmpty
            ? .tag("tspan", ["x": shown(title.x), "dy": "1.25em"], .text(shortened(own, 22)))
            : .tag("tspan", [:], .text(shortened(own, 30))),
        ]))
    return .tag("g", ["class": "axis"], parts)
  }

  private func shortened(_ text: String, _ characters: Int) -> String {
    text.count <= characters ? text : String(text.prefix(max(1, characters - 1))) + "…"
  }
}

extension ParallelCoordinates.Scale {
  /// Where a number or the index of a choice lies, from 0 to 1.
  func share(_ value: Double) -> Double? {
    switch self {
    case .numbers(let low, let high, let isLogarithmic):
      guard value.isFinite, high > low else { return value.isFinite ? 0.5 : nil }
      return isLogarithmic && low > 0
        ? log(max(value, low) / low) / log(high / low) : (value - low) / (high - low)
    case .falling(let low, let high):
      guard value.isFinite, high > low else { return value.isFinite ? 0.5 : nil }
      return (high - value) / (high - low)
    case .choices(let choices):
      return choices.count > 1 ? value / Double(choices.count - 1) : 0.5
    }
  }

  /// Where there is a text along the axis, and which.
  var ticks: [(share: Double, text: String)] {
    switch self {
    case .choices(let choices):
      return choices.enumerated().compactMap { index, text in
        share(Double(index)).map { ($0, text) }
      }
    case .numbers(let low, let high, let isLogarithmic):
      let values =
        isLogarithmic && low > 0 ? LogAxis(covering: [low, high]).ticks : linearTicks(low, high)
      return values.compactMap { value in share(value).map { ($0, shortNumber(value)) } }
    case .falling(let low, let high):
      return linearTicks(low, high).compactMap { value in
        share(value).map { ($0, shortNumber(value)) }
      }
    }
  }

  private func linearTicks(_ low: Double, _ high: Double) -> [Double] {
    guard high > low else { return [low] }
    let margin = (high - low) * 1e-9
    let round = Axis(covering: [low, high], count: 4).ticks.filter {
      $0 >= low - margin && $0 <= high + margin
    }
    return round.count >= 2 ? round : [low, high]
  }
}

/// Where everything goes, in pixels of the drawing.
private struct ParallelLayout {
  let isUpright: Bool
  let width, height: Double
  private let count: Int
  private let distance: Double

  /// The lying layout is as wide as a phone; the upright one as wide as a page, or wider where axes
  /// are many, and is then scrolled.
  init(upright: Bool, count: Int) {
    (isUpright, self.count) = (upright, count)
    if upright {
      distance = max(150, 740 / Double(max(1, count - 1)))
      width = 200 + distance * Double(max(0, count - 1))
      height = 416
    } else {
      distance = 84
      width = 358
      height = 66 + distance * Double(max(0, count - 1))
    }
  }

  private var span: (low: Double, high: Double) { isUpright ? (395, 75) : (26, 332) }

  func point(axis: Int, share: Double) -> (x: Double, y: Double) {
    let along = span.low + (span.high - span.low) * share
    let across = Double(axis) * distance
    return isUpright ? (100 + across, along) : (along, 36 + across)
  }

  func tick(axis: Int, share: Double) -> (x: Double, y: Double, anchor: String) {
    let (x, y) = point(axis: axis, share: share)
    return isUpright ? (x - 8, y + 4, "end") : (x, y + 17, anchor(share))
  }

  func tickCharacters(of count: Int) -> Int { isUpright ? 14 : max(3, 46 / max(1, count)) }

  func label(axis: Int, share: Double, characters: Int) -> (x: Double, y: Double, anchor: String) {
    let (x, y) = point(axis: axis, share: share)
    if isUpright { return axis == count - 1 ? (x + 8, y - 6, "start") : (x + 8, y - 6, "start") }
    return (x, y - 7, anchor(share))
  }

  func title(axis: Int) -> (x: Double, y: Double, anchor: String) {
    let (x, _) = point(axis: axis, share: 0)
    return isUpright ? (x, 26, "middle") : (2, 14 + Double(axis) * distance, "start")
  }

  /// So that texts at the ends of a lying axis do not leave the picture.
  private func anchor(_ share: Double) -> String {
    share < 0.12 ? "start" : share > 0.88 ? "end" : "middle"
  }
}

/// A coordinate with at most two decimals.
private func shown(_ value: Double) -> String {
  let text = String(format: "%.2f", value)
  return text.replacing(/\.?0+$/) { _ in "" }
}
