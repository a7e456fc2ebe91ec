internal import Foundation
internal import Imaging

/// Markup made of elements. Text enters through `text`, which escapes it, so that a class name can
/// never become an element; only our own figures are taken as they are.
struct HTML: Sendable {
  /// What a browser reads.
  private(set) var markup: String

  /// Nothing.
  static let empty = HTML(markup: "")

  /// True where there is nothing to show.
  var isEmpty: Bool { markup.isEmpty }

  /// Text from anywhere.
  static func text(_ text: String) -> HTML { HTML(markup: escaped(text)) }

  /// `<name key="value">…</name>`; values are escaped.
  static func tag(
    _ name: String, _ attributes: KeyValuePairs<String, String>, _ content: [HTML]
  ) -> HTML {
    HTML(markup: opening(name, attributes) + content.map(\.markup).joined() + "</\(name)>")
  }

  static func tag(
    _ name: String, _ attributes: KeyValuePairs<String, String>, _ content: HTML...
  ) -> HTML { tag(name, attributes, content) }

  static func tag(_ name: String, _ content: [HTML]) -> HTML { tag(name, [:], content) }

  static func tag(_ name: String, _ content: HTML...) -> HTML { tag(name, [:], content) }

  /// A picture inside the page; `alternative` is read out where it cannot be seen.
  static func image(png: [UInt8], alternative: String, kind: String) -> HTML {
    HTML(
      markup: opening(
        "img",
        [
          "class": kind, "alt": alternative, "src": "data:image/png;base64,\(base64(png))",
        ]))
  }

  /// A figure as SVG; `name` keeps the ids of several apart.
  static func svg(
    _ figure: some Figure, name: String, alternative: String
  ) throws(ImagingError) -> HTML {
    let svg = try figure.svg(idPrefix: "\(name)-")
    // The XML declaration has no place inside a page.
    let start = svg.range(of: "<svg")?.lowerBound ?? svg.startIndex
    return tag(
      "div", ["role": "img", "aria-label": alternative], HTML(markup: String(svg[start...])))
  }

  /// A script of our own; nothing from outside goes into it.
  static func script(_ text: StaticString) -> HTML { HTML(markup: "<script>\n\(text)</script>") }

  /// Parts one below the other.
  static func lines(_ parts: [HTML]) -> HTML {
    HTML(markup: parts.filter { !$0.isEmpty }.map { $0.markup + "\n" }.joined())
  }

  private static func opening(
    _ name: String, _ attributes: KeyValuePairs<String, String>
  ) -> String {
    "<\(name)" + attributes.map { " \($0.key)=\"\(escaped($0.value))\"" }.joined() + ">"
  }

  private static func base64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }
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
