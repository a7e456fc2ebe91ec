internal import Imaging

// What the pages of all reports are made of.
extension HTML {
  /// A whole page that loads nothing.
  static func page(
    title: String, style: String = reportStyle, _ body: HTML
  ) -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(escaped(title))</title>
    <style>
    \(style)</style>
    </head>
    <body><main>
    \(sharingGlyphs(body.markup))</main></body>
    </html>

    """
  }

  /// A part of a page under its heading; nothing where it is empty. Links lead to its `id`.
  static func section(
    _ title: String, _ lead: String?, _ content: HTML, id: String? = nil
  ) -> HTML {
    if content.isEmpty { return .empty }
    let inside = HTML.lines([
      .tag("h2", .text(title)), lead.map { .tag("p", ["class": "lead"], .text($0)) } ?? .empty,
      content,
    ])
    return id.map { .tag("section", ["id": $0], inside) } ?? .tag("section", inside)
  }

  /// Links to the parts of a page.
  static func contents(_ parts: [(id: String, title: String)]) -> HTML {
    if parts.count < 2 { return .empty }
    return .tag(
      "nav", ["aria-label": "contents"],
      .tag(
        "ul", parts.map { .tag("li", .tag("a", ["href": "#\($0.id)"], .text($0.title))) }))
  }

  /// Something under a heading of the third level; nothing where it is empty.
  static func titled(_ title: String, _ content: HTML) -> HTML {
    content.isEmpty ? .empty : .lines([.tag("h3", .text(title)), content])
  }

  /// A paragraph that says how to take what stands above it; nothing where there is none.
  static func remark(_ text: String?) -> HTML {
    text.map { .tag("p", ["class": "remark"], .text($0)) } ?? .empty
  }

  /// A figure in its frame; nothing where there is none. A large one is not made as narrow as a
  /// telephone, and one that is wider than a page not as narrow as that: both scroll, and say so.
  static func figure(
    _ figure: (some Figure)?, name: String, _ alternative: String, isLarge: Bool = false
  ) throws(ImagingError) -> HTML {
    guard let figure else { return .empty }
    let drawing = try HTML.svg(figure, name: name, alternative: alternative)
    return isLarge
      ? .tag("figure", ["class": figure.size.width > 940 ? "large wide" : "large"], drawing)
      : .tag("figure", drawing)
  }

  /// Figures side by side or one below the other as there is room; nothing where there are none.
  static func figures(
    _ figures: [(alternative: String, figure: any Figure)], name: String
  ) throws(ImagingError) -> HTML {
    if figures.isEmpty { return .empty }
    var frames: [HTML] = []
    for (index, (alternative, figure)) in figures.enumerated() {
      frames.append(
        .tag("figure", try .svg(figure, name: "\(name)-\(index)", alternative: alternative)))
    }
    return .tag("div", ["class": "panels"], frames)
  }

  /// A figure a panel, so that they stand side by side or one below the other as there is room.
  static func panels(_ curves: CurvesFigure) throws(ImagingError) -> HTML {
    var panels: [HTML] = []
    for (index, panel) in curves.panels.enumerated() {
      let figure = CurvesFigure(panels: [panel], bestEpoch: curves.bestEpoch)
      panels.append(
        try .figure(figure, name: "curves-\(index)", "\(panel.title) by epoch"))
    }
    return .tag("div", ["class": panels.count == 4 ? "panels four" : "panels"], panels)
  }

  /// A table that scrolls where it is too wide, and on a screen where it is too long; nothing where it has no rows. The style knows tables
  /// of `figures`, of figures for `pairs` of words, and of `words`.
  static func table(_ table: RunReport.Table, kind: String = "figures") -> HTML {
    if table.columns.isEmpty || table.rows.isEmpty { return .empty }
    let head = HTML.tag("tr", table.columns.map { .tag("th", .text($0)) })
    let rows = table.rows.map { HTML.tag("tr", $0.map { .tag("td", .text($0)) }) }
    let isLong = table.rows.count > 30
    return .tag(
      "div",
      // A keyboard scrolls only what it can reach.
      isLong ? ["class": "scroll long", "tabindex": "0"] : ["class": "scroll"],
      .tag("table", ["class": kind], .tag("thead", head), .tag("tbody", .lines(rows))))
  }
}
