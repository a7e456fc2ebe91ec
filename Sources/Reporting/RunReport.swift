public import Foundation
public import Imaging
internal import TensorCore

/// What became of a training run, as one HTML page that needs nothing but itself.
public struct RunReport: Sendable {
  /// A table: a title for each column and rows of as many cells.
  public struct Table: Sendable {
    /// What stands above the columns.
    public var columns: [String]
    /// The cells.
    public var rows: [[String]]

    /// A table from its columns and rows.
    public init(columns: [String], rows: [[String]]) { (self.columns, self.rows) = (columns, rows) }
  }

  /// What the page says.
  public struct Content: Sendable {
    /// The page's headline.
    public var title: String
    /// What was trained on, chosen on and reported on, and the seed.
    public var protocolLine: String
    /// Name and value of each setting.
    public var settings: [(name: String, value: String)]
    /// Name and value of each result.
    public var metrics: [(name: String, value: String)]
    /// One row an epoch.
    public var history: Table
    /// One row a class: precision, recall, and so on.
    public var perClass: Table
    /// Learning curves, where there are any.
    public var curves: CurvesFigure?
    /// The confusion matrix, where there is one.
    public var confusion: ConfusionFigure?
    /// A PNG of examples, where there is one.
    public var samplesPNG: [UInt8]?
    /// Remarks, one paragraph each.
    public var notes: [String]

    /// A page of these parts.
    public init(
      title: String, protocolLine: String, settings: [(name: String, value: String)] = [],
      metrics: [(name: String, value: String)] = [],
      history: Table = Table(columns: [], rows: []), perClass: Table = Table(columns: [], rows: []),
      curves: CurvesFigure? = nil, confusion: ConfusionFigure? = nil, samplesPNG: [UInt8]? = nil,
      notes: [String] = []
    ) {
      (self.title, self.protocolLine, self.settings) = (title, protocolLine, settings)
      (self.metrics, self.history, self.perClass) = (metrics, history, perClass)
      (self.curves, self.confusion, self.samplesPNG) = (curves, confusion, samplesPNG)
      self.notes = notes
    }
  }

  /// What the page says.
  public var content: Content

  /// A report of that content.
  public init(_ content: Content) { self.content = content }

  /// Writes the page. Throws `ImagingError`, `FileError.cannotWrite`.
  public func write(to file: URL) throws { try writeAtomically(Array(try html().utf8), to: file) }

  /// The page. Throws `ImagingError`.
  public func html() throws(ImagingError) -> String {
    var body = "<h1>\(escaped(content.title))</h1>\n"
    body += "<p class=\"protocol\">\(escaped(content.protocolLine))</p>\n"
    if !content.metrics.isEmpty {
      body += "<dl class=\"metrics\">"
      for (name, value) in content.metrics {
        body += "<div><dt>\(escaped(name))</dt><dd>\(escaped(value))</dd></div>"
      }
      body += "</dl>\n"
    }
    for note in content.notes { body += "<p class=\"note\">\(escaped(note))</p>\n" }
    if let curves = content.curves {
      body += section("Learning curves", figure(try inlined(curves, "curves-")))
    }
    if let confusion = content.confusion {
      body += section("Confusion", figure(try inlined(confusion, "confusion-")))
    }
    body += section("Classes", table(content.perClass))
    if let png = content.samplesPNG {
      let data = Data(png).base64EncodedString()
      body += section(
        "Examples", figure("<img alt=\"Examples\" src=\"data:image/png;base64,\(data)\">"))
    }
    body += section(
      "Settings",
      table(
        Table(
          columns: content.settings.isEmpty ? [] : ["setting", "value"],
          rows: content.settings.map { [$0.name, $0.value] }), kind: "words"))
    body += section("History", table(content.history))
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(escaped(content.title))</title>
      <style>\(Self.style)</style>
      </head>
      <body><main>
      \(body)</main></body>
      </html>

      """
  }

  private func section(_ title: String, _ content: String) -> String {
    content.isEmpty ? "" : "<section><h2>\(escaped(title))</h2>\n\(content)</section>\n"
  }

  private func figure(_ content: String) -> String { "<figure>\(content)</figure>\n" }

  private func inlined(_ figure: some Figure, _ prefix: String) throws(ImagingError) -> String {
    let svg = try figure.svg(idPrefix: prefix)
    guard let start = svg.range(of: "<svg") else { return svg }
    return String(svg[start.lowerBound...])
  }

  private func table(_ table: Table, kind: String = "figures") -> String {
    if table.columns.isEmpty || table.rows.isEmpty { return "" }
    var html = "<div class=\"scroll\"><table class=\"\(kind)\">\n<thead><tr>"
    for column in table.columns { html += "<th>\(escaped(column))</th>" }
    html += "</tr></thead>\n<tbody>\n"
    for row in table.rows {
      html += "<tr>" + row.map { "<td>\(escaped($0))</td>" }.joined() + "</tr>\n"
    }
    return html + "</tbody></table></div>\n"
  }

  private static let style = """

    :root { color-scheme: light dark; --text: #1d1d1f; --quiet: #666; --line: #ddd; --back: #fff; \
    --card: #f5f6f8; }
    @media (prefers-color-scheme: dark) { :root { --text: #eee; --quiet: #aaa; --line: #444; \
    --back: #16181b; --card: #23262b; } }
    body { margin: 0; background: var(--back); color: var(--text); \
    font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif; }
    main { max-width: 980px; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
    h1 { font-size: 1.6rem; margin: .5rem 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
    .protocol { color: var(--quiet); margin: 0 0 1rem; }
    .metrics { display: grid; grid-template-columns: repeat(auto-fill, minmax(122px, 1fr)); \
    gap: .75rem; margin: 0; }
    .metrics div { background: var(--card); border-radius: 8px; padding: .6rem .8rem; }
    dt { color: var(--quiet); font-size: .85rem; } dd { margin: 0; font-size: 1.3rem; \
    font-weight: 600; }
    figure { margin: 0; background: #fff; border-radius: 8px; padding: 8px; overflow-x: auto; \
    border: 1px solid var(--line); text-align: center; }
    figure svg, figure img { max-width: 100%; min-width: 560px; height: auto; }
    table:not(.words) td { white-space: nowrap; } .words th, .words td { text-align: left; }
    .scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; \
    font-variant-numeric: tabular-nums; font-size: .9rem; overflow-wrap: normal; }
    th, td { text-align: right; padding: .3rem .6rem; border-bottom: 1px solid var(--line); }
    th:first-child, td:first-child { text-align: left; } th { color: var(--quiet); }
    .note { border-left: 3px solid #E69F00; padding-left: .75rem; }

    """
}

/// The text with the characters that HTML gives a meaning to written as entities.
func escaped(_ text: String) -> String {
  var out = ""
  for character in text.unicodeScalars {
    switch character {
    case "&": out += "&amp;"
    case "<": out += "&lt;"
    case ">": out += "&gt;"
    case "\"": out += "&quot;"
    case "'": out += "&#39;"
    default: out.unicodeScalars.append(character)
    }
  }
  return out
}
