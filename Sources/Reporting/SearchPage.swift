/// What came of a search for settings, as one HTML page that needs nothing but itself.
public struct SearchPage: Sendable {
  /// A row of the table.
  public struct Row: Sendable {
    /// The trial's number, by which its line is found.
    public var number: Int
    /// One a column.
    public var cells: [String]
    /// How its line is drawn.
    public var kind: ParallelCoordinates.Kind

    /// A row from its cells.
    public init(number: Int, cells: [String], kind: ParallelCoordinates.Kind) {
      (self.number, self.cells, self.kind) = (number, cells, kind)
    }
  }

  /// The headline.
  public var title: String
  /// What was learnt from and chosen on.
  public var protocolLine: String
  /// How far the search is and how to take it, a paragraph each.
  public var notes: [String] = []
  /// Name and value of each result.
  public var metrics: [(name: String, value: String)] = []
  /// The plot.
  public var plot: ParallelCoordinates
  /// What the colours measure, with the values of the worst and the best; nil where no trial has
  /// one.
  public var legend: (name: String, worst: String, best: String)?
  /// Titles of the table's columns.
  public var columns: [String] = []
  /// The table, the best first.
  public var rows: [Row] = []
  /// Trials that failed, and why.
  public var failures: [(name: String, why: String)] = []

  /// A page with a plot; the other parts are added.
  public init(title: String, protocolLine: String, plot: ParallelCoordinates) {
    (self.title, self.protocolLine, self.plot) = (title, protocolLine, plot)
  }

  /// The page.
  public func html() -> String {
    HTML.page(
      title: title, style: reportStyle + searchStyle + pairing,
      .lines(
        [
          .tag("h1", .text(title)), .tag("p", ["class": "protocol"], .text(protocolLine)),
          metrics.isEmpty ? .empty : .tag("dl", ["class": "metrics"], metrics.map(tile)),
        ] + notes.map { .tag("p", ["class": "note"], .text($0)) } + [
          .tag("h2", .text("Settings and what came of them")),
          .tag("p", ["class": "lead"], .text(SearchPage.lead)), scale, plot.html,
          .tag("h2", .text("Trials")), table, failed,
        ]))
  }

  private static let lead =
    "Each line is a trial: it crosses every axis at its setting and ends at what it reached. Point "
    + "at a line or at a row of the table, or tap it, to see it alone with its values. Thin lines "
    + "were stopped because others were better at the same epoch, so what they reached is less "
    + "than what they could; dashed ones failed."

  private func tile(_ metric: (name: String, value: String)) -> HTML {
    .tag("div", .tag("dt", .text(metric.name)), .tag("dd", .text(metric.value)))
  }

  private var scale: HTML {
    guard let legend else { return .empty }
    return .tag(
      "p", ["class": "scale"],
      [.text("\(legend.name): \(legend.worst) ")]
        + (0..<ParallelCoordinates.colours).map { .tag("i", ["class": "c\($0)"], []) }
        + [.text(" \(legend.best)")])
  }

  private var table: HTML {
    let head = HTML.tag("tr", columns.map { .tag("th", .text($0)) })
    let lines = rows.map { row in
      HTML.tag(
        "tr", ["class": "\(row.kind.rawValue) r\(row.number)", "tabindex": "0"],
        row.cells.map { .tag("td", .text($0)) })
    }
    return .tag(
      "div", ["class": "scroll"],
      .tag("table", .tag("thead", head), .tag("tbody", .lines(lines))))
  }

  private var failed: HTML {
    if failures.isEmpty { return .empty }
    return .lines([
      .tag("h2", .text("Failures")),
      .tag("ul", failures.map { .tag("li", .text("\($0.name): \($0.why)")) }),
    ])
  }

  /// Rules by which a row and its line show each other. With very many trials they would be most of
  /// the page.
  private var pairing: String {
    let numbers = rows.prefix(300).map(\.number)
    if numbers.isEmpty { return "" }
    func rules(_ make: (Int) -> [String]) -> String {
      numbers.flatMap(make).joined(separator: ",\n")
    }
    func paired(_ target: String) -> String {
      rules {
        ["main:has(.r\($0):hover) .l\($0)\(target)", "main:has(.r\($0):focus) .l\($0)\(target)"]
      }
    }
    return """
      \(paired("")) { opacity: 1; }
      \(paired(" path:not(.reach)")) { stroke-width: 4; }
      \(paired(" .values")) { display: inline; }
      \(rules { ["main:has(.l\($0):hover) .r\($0)", "main:has(.l\($0):focus) .r\($0)"] }) {
        background: var(--card);
      }

      """
  }
}

/// What the page of a search has beside `reportStyle`. The colours are those of cividis (Nuñez,
/// Anderton and Renslow 2018, DOI 10.1371/journal.pone.0199239), which the colour-blind see nearly as
/// others do: from what is close to the background to what is far from it.
private let searchStyle = """
  :root {
    --c0: #c3b369; --c1: #a59c74; --c2: #8a8678; --c3: #707173; --c4: #575d6d; --c5: #123570;
    --c6: #00224e;
  }
  @media (prefers-color-scheme: dark) {
    :root {
      --c0: #3b496c; --c1: #575d6d; --c2: #707173; --c3: #8a8678; --c4: #a59c74; --c5: #c3b369;
      --c6: #fee838;
    }
  }
  .c0 { --colour: var(--c0); } .c1 { --colour: var(--c1); } .c2 { --colour: var(--c2); }
  .c3 { --colour: var(--c3); } .c4 { --colour: var(--c4); } .c5 { --colour: var(--c5); }
  .c6 { --colour: var(--c6); }
  .scale { font-size: .9rem; margin: 0 0 .5rem; }
  .scale i { display: inline-block; width: 1.6em; height: .8em; background: var(--colour); }
  figure.wide, figure.narrow { background: var(--card); }
  figure svg.parallel { width: 100%; min-width: var(--width); max-width: none; }
  figure.narrow { display: none; }
  @media (max-width: 640px) {
    figure.wide { display: none; }
    figure.narrow { display: block; padding: 4px 0; }
    figure.narrow svg.parallel { min-width: 0; }
  }
  .parallel text {
    font-size: 12px; fill: var(--text); stroke: var(--card); stroke-width: 4px;
    paint-order: stroke; pointer-events: none;
  }
  .parallel path { fill: none; stroke-linejoin: round; stroke-linecap: round; }
  .axis path { stroke: var(--quiet); stroke-width: 1.5; pointer-events: none; }
  .axis text { fill: var(--quiet); }
  .axis .name { fill: var(--text); font-weight: 600; }
  .axis .group { fill: var(--quiet); font-weight: 400; }
  .line path { stroke: var(--colour, var(--quiet)); stroke-width: 2.2; }
  .line path.reach { stroke: transparent; stroke-width: 14; pointer-events: stroke; }
  .line.stopped path:not(.reach) { stroke-width: 1.1; }
  .line.best path:not(.reach) { stroke-width: 4.5; }
  .line.failed path:not(.reach) { stroke: var(--wrong); stroke-width: 1.2; stroke-dasharray: 5 5; }
  .line { cursor: pointer; outline: none; }
  .line .values { display: none; }
  .line .values text { font-weight: 700; font-size: 13px; }
  .parallel:has(.line:hover) .line, .parallel:has(.line:focus) .line,
  main:has(tr[tabindex]:hover) .line, main:has(tr[tabindex]:focus) .line { opacity: .18; }
  .parallel .line:hover, .parallel .line:focus { opacity: 1; }
  .line:hover path:not(.reach), .line:focus path:not(.reach) { stroke-width: 4; }
  .line:hover .values, .line:focus .values { display: inline; }
  tr[tabindex]:hover, tr[tabindex]:focus { background: var(--card); }
  tr.best td { font-weight: 700; }
  tr.failed td { color: var(--quiet); }

  """
