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
    \(body.markup)</main></body>
    </html>

    """
  }

  /// A part of a page under its heading; nothing where it is empty.
  static func section(_ title: String, _ lead: String?, _ content: HTML) -> HTML {
    if content.isEmpty { return .empty }
    return .tag(
      "section",
      .lines([
        .tag("h2", .text(title)), lead.map { .tag("p", ["class": "lead"], .text($0)) } ?? .empty,
        content,
      ]))
  }

  /// A figure in its frame; nothing where there is none.
  static func figure(
    _ figure: (some Figure)?, name: String, _ alternative: String
  ) throws(ImagingError) -> HTML {
    guard let figure else { return .empty }
    return .tag("figure", try .svg(figure, name: name, alternative: alternative))
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

  /// A table that scrolls where it is too wide; nothing where it has no rows. The style knows tables
  /// of `figures`, of figures for `pairs` of words, and of `words`.
  static func table(_ table: RunReport.Table, kind: String = "figures") -> HTML {
    if table.columns.isEmpty || table.rows.isEmpty { return .empty }
    let head = HTML.tag("tr", table.columns.map { .tag("th", .text($0)) })
    let rows = table.rows.map { HTML.tag("tr", $0.map { .tag("td", .text($0)) }) }
    return .tag(
      "div", ["class": "scroll"],
      .tag("table", ["class": kind], .tag("thead", head), .tag("tbody", .lines(rows))))
  }
}
