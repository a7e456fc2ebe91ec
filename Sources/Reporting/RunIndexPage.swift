internal import Foundation
internal import Imaging

/// Many runs as one HTML page that needs nothing but itself: a table that can be sorted by any column, with
/// a small curve a run. Without JavaScript it is the same table in the order given.
public struct RunIndexPage: Sendable {
  /// One run.
  public struct Row: Sendable {
    /// What it is called: its path.
    public var name: String
    /// Its network.
    public var network: String
    /// Its seed.
    public var seed: Double
    /// How many epochs are done, and how many were planned.
    public var epochs, plannedEpochs: Int
    /// Whether it is over although epochs are left.
    public var isStoppedEarly = false
    /// The epoch whose weights were kept.
    public var bestEpoch: Int?
    /// The share of right answers of that epoch, and its macro F1.
    public var accuracy, macroF1: Double?
    /// The share of right answers after each epoch.
    public var accuracies: [Double] = []
    /// What chose the best epoch.
    public var chosenOn = ""
    /// What its figures have to be taken with, in a word or two; nil where nothing is wrong with its rows.
    public var caution: String?
    /// How long it learnt, as a number and in words.
    public var seconds = 0.0
    /// See `seconds`.
    public var duration = ""
    /// Pages about it: what they are called, and paths from this page.
    public var links: [(name: String, path: String)] = []

    /// A run without a whole epoch; the rest is added.
    public init(name: String, network: String, seed: Double, epochs: Int, plannedEpochs: Int) {
      (self.name, self.network, self.seed) = (name, network, seed)
      (self.epochs, self.plannedEpochs) = (epochs, plannedEpochs)
    }
  }

  /// The headline.
  public var title: String
  /// How many runs there are.
  public var protocolLine: String
  /// How to take the figures, a paragraph each.
  public var notes: [String] = []
  /// The runs, by falling accuracy.
  public var rows: [Row] = []
  /// What could not be read, and why.
  public var damaged: [(path: String, reason: String)] = []

  /// A page that has only a head; the other parts are added.
  public init(title: String, protocolLine: String) {
    (self.title, self.protocolLine) = (title, protocolLine)
  }

  /// The page.
  public func html() -> String {
    let list = damaged.map { path, reason in
      HTML.tag("li", .tag("b", .text(path)), .text(": \(reason)"))
    }
    return HTML.page(
      title: title, style: reportStyle + indexStyle,
      .lines(
        [.tag("h1", .text(title)), .tag("p", ["class": "protocol"], .text(protocolLine))]
          + notes.map { .tag("p", ["class": "note"], .text($0)) }
          + [
            .section("Runs", lead, table),
            .section("Could not be read", nil, list.isEmpty ? .empty : .tag("ul", list)),
            rows.count > 1 ? .script(sortScript) : .empty,
          ]))
  }

  /// The least and the greatest accuracy of all epochs, between which every small curve is drawn.
  private var range: (low: Double, high: Double)? {
    let values = rows.flatMap(\.accuracies).filter(\.isFinite)
    guard let low = values.min(), let high = values.max() else { return nil }
    return (low, high)
  }

  private var lead: String {
    let curves = range.map {
      " The small curve is the accuracy after each epoch, from \(Self.percent($0.low)) below to "
        + "\(Self.percent($0.high)) above for all runs, as wide as the planned epochs, with a dot "
        + "at the best."
    }
    return "One row a run, the most accurate first." + (curves ?? "")
  }

  private static func percent(_ share: Double) -> String {
    share.isFinite ? String(format: "%.1f\u{A0}%%", 100 * share) : "?"
  }

  // A column's kind says how it is sorted: by `data-value` as a number, or by its text.
  private static let columns: [(title: String, kind: String?)] = [
    ("run", "text"), ("accuracy", "number"), ("macro F1", "number"), ("by epoch", nil),
    ("best epoch", "number"), ("epochs", "number"), ("network", "text"), ("seed", "number"),
    ("chosen on", "text"), ("time", "number"), ("pages", nil),
  ]

  private var table: HTML {
    if rows.isEmpty { return .empty }
    let heads = Self.columns.map { column in
      switch (column.kind, column.title) {
      case (let kind?, "accuracy"):
        HTML.tag(
          "th", ["scope": "col", "data-kind": kind, "aria-sort": "descending"],
          .text(column.title))
      case (let kind?, _):
        HTML.tag("th", ["scope": "col", "data-kind": kind], .text(column.title))
      case (nil, _): HTML.tag("th", ["scope": "col"], .text(column.title))
      }
    }
    return .tag(
      "div", ["class": "scroll", "tabindex": "0", "role": "region", "aria-label": "table of runs"],
      .tag(
        "table", ["class": "runs"], .tag("thead", .tag("tr", heads)),
        .tag("tbody", .lines(rows.map(line)))))
  }

  private func line(_ row: Row) -> HTML {
    func number(_ value: Double?, _ text: String?) -> HTML {
      guard let value, value.isFinite, let text else { return .tag("td", .text("–")) }
      return .tag("td", ["data-value": "\(value)"], .text(text))
    }
    func share(_ value: Double?) -> HTML { number(value, value.map(Self.percent)) }
    let links = row.links.enumerated().flatMap { index, link -> [HTML] in
      (index > 0 ? [.text(", ")] : [])
        + [.tag("a", ["href": Self.address(link.path)], .text(link.name))]
    }
    return .tag(
      "tr",
      .tag("th", ["scope": "row"], .text(row.name)), share(row.accuracy), share(row.macroF1),
      .tag("td", curve(row)), number(row.bestEpoch.map(Double.init), row.bestEpoch.map { "\($0)" }),
      number(
        Double(row.epochs),
        "\(row.epochs) of \(row.plannedEpochs)" + (row.isStoppedEarly ? ", stopped" : "")),
      .tag("td", .text(row.network)), number(row.seed, String(format: "%.0f", row.seed)),
      .tag(
        "td",
        .text((row.chosenOn.isEmpty ? "–" : row.chosenOn) + (row.caution.map { " (\($0))" } ?? ""))),
      number(row.duration.isEmpty ? nil : row.seconds, row.duration),
      .tag("td", links.isEmpty ? [.text("–")] : links))
  }

  /// A relative path as an address: what has a meaning there is written as its bytes, and a colon in its
  /// first part is none of a scheme.
  private static func address(_ path: String) -> String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false).map {
      $0.addingPercentEncoding(withAllowedCharacters: allowed) ?? String($0)
    }
    return "./" + parts.joined(separator: "/")
  }

  private static let allowed = CharacterSet.alphanumerics.intersection(
    CharacterSet(charactersIn: Unicode.Scalar(0)..."~")
  ).union(CharacterSet(charactersIn: "-._~"))

  private static let (curveWidth, curveHeight) = (96.0, 26.0)

  private func curve(_ row: Row) -> HTML {
    guard let range, row.accuracies.contains(where: \.isFinite) else { return .text("–") }
    let span = max(range.high - range.low, 1e-9)
    let steps = Double(max(1, max(row.plannedEpochs, row.accuracies.count) - 1))
    func place(_ index: Int, _ value: Double) -> Point {
      Point(
        3 + (Self.curveWidth - 6) * Double(index) / steps,
        Self.curveHeight - 3 - (Self.curveHeight - 6) * (value - range.low) / span)
    }
    // A value that is no number leaves a gap.
    var runs: [[Point]] = [[]]
    for (index, value) in row.accuracies.enumerated() {
      if value.isFinite {
        runs[runs.count - 1].append(place(index, value))
      } else if !(runs.last ?? []).isEmpty {
        runs.append([])
      }
    }
    var parts = runs.filter { $0.count > 1 }.map { points in
      HTML.tag(
        "polyline",
        [
          "points": thinned(points, tolerance: 0.3)
            .map { "\(Self.short($0.x)),\(Self.short($0.y))" }.joined(separator: " ")
        ], [])
    }
    if let best = row.bestEpoch, row.accuracies.indices.contains(best - 1),
      row.accuracies[best - 1].isFinite
    {
      let dot = place(best - 1, row.accuracies[best - 1])
      parts.append(
        .tag("circle", ["cx": Self.short(dot.x), "cy": Self.short(dot.y), "r": "2.5"], []))
    }
    let finite = row.accuracies.filter(\.isFinite)
    let words =
      "accuracy from \(Self.percent(finite.first ?? .nan)) to \(Self.percent(finite.last ?? .nan))"
    return .tag(
      "svg",
      [
        "viewBox": "0 0 \(Int(Self.curveWidth)) \(Int(Self.curveHeight))", "class": "spark",
        "role": "img", "aria-label": words,
      ], parts)
  }

  private static func short(_ value: Double) -> String {
    value == value.rounded() ? "\(Int(value))" : String(format: "%.2f", value)
  }
}

/// What the page of many runs has beside `reportStyle`.
private let indexStyle = """
  main { max-width: 1240px; }
  .runs th[scope=row] {
    text-align: left; font-weight: 600; color: var(--text); min-width: 7rem; max-width: 20rem;
    overflow-wrap: anywhere;
  }
  .runs td, .runs thead th { vertical-align: middle; }
  .runs :is(th, td):nth-child(4), .runs :is(th, td):nth-child(7), .runs :is(th, td):nth-child(9),
  .runs :is(th, td):nth-child(11) { text-align: left; }
  .runs thead th { white-space: nowrap; }
  .runs thead button {
    font: inherit; color: inherit; background: none; border: 0; padding: .2rem 0; cursor: pointer;
  }
  .runs thead button:hover { color: var(--text); }
  .runs thead button:focus-visible, .scroll:focus-visible, .runs a:focus-visible {
    outline: 2px solid var(--bar); outline-offset: 2px;
  }
  .runs thead [aria-sort=ascending]::after { content: " ▲"; }
  .runs thead [aria-sort=descending]::after { content: " ▼"; }
  .runs tbody tr:hover > * { background: var(--card); }
  .runs a { color: var(--bar); }
  .spark { display: block; width: 96px; height: 26px; }
  .spark polyline { fill: none; stroke: var(--bar); stroke-width: 1.5; stroke-linejoin: round; }
  .spark circle { fill: var(--bar); }
  ul { padding-left: 1.2rem; }
  li { margin: .3rem 0; }
  @media (min-width: 700px) {
    .runs :is(th, td):first-child { position: sticky; left: 0; background: var(--back); }
  }
  @media print { .runs thead button { padding: 0; } }

  """

/// Makes the titles of the columns buttons that sort. Rows without a value stay last either way.
private let sortScript: StaticString = """
  const table = document.querySelector("table.runs");
  const heads = [...table.tHead.rows[0].cells];
  const value = (row, column) => {
    const cell = row.cells[column];
    return heads[column].dataset.kind === "number"
      ? (cell.dataset.value === undefined ? null : Number(cell.dataset.value))
      : (cell.textContent === "–" ? null : cell.textContent);
  };
  const sort = (column, sign) => {
    const rows = [...table.tBodies[0].rows];
    rows.sort((a, b) => {
      const [x, y] = [value(a, column), value(b, column)];
      if (x === null || y === null) return (x === null) - (y === null);
      const order = typeof x === "number" ? x - y : x.localeCompare(y, "en", { numeric: true });
      return sign * order;
    });
    table.tBodies[0].append(...rows);
  };
  heads.forEach((head, column) => {
    if (!head.dataset.kind) return;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener("click", () => {
      const before = head.getAttribute("aria-sort");
      const first = head.dataset.kind === "number" ? "descending" : "ascending";
      const other = { ascending: "descending", descending: "ascending" };
      const direction = before ? other[before] : first;
      heads.forEach((one) => one.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", direction);
      sort(column, direction === "ascending" ? 1 : -1);
    });
  });

  """
