internal import Foundation

/// The markup of a page with every letter's outline in it once: Cairo writes those of each figure into
/// the figure, three quarters of its bytes, and most figures use the same letters in the same sizes.
///
/// An outline is `<symbol … id="NAME">…</symbol>`, a letter `xlink:href="#NAME"`. Where two outlines are
/// equal, letters refer to the first.
func sharingGlyphs(_ markup: String) -> String {
  let pieces = markup.components(separatedBy: "<symbol ")
  if pieces.count < 2 { return markup }
  var (rest, outlines) = (pieces[0], "")
  var nameOfBody: [Substring: String] = [:]
  var newName: [Substring: String] = [:]
  for piece in pieces.dropFirst() {
    // overflow="visible" id="NAME">BODY</symbol>REST
    guard let end = piece.range(of: "</symbol>"), let id = piece.range(of: "id=\""),
      let quote = piece.range(of: "\">", range: id.upperBound..<end.lowerBound)
    else { return markup }
    let body = piece[quote.upperBound..<end.lowerBound]
    let name = nameOfBody[body] ?? "glyph-\(nameOfBody.count)"
    if nameOfBody.updateValue(name, forKey: body) == nil {
      outlines += "<symbol overflow=\"visible\" id=\"\(name)\">\(body)</symbol>\n"
    }
    newName[piece[id.upperBound..<quote.lowerBound]] = name
    rest += piece[end.upperBound...]
  }
  let letters = rest.components(separatedBy: "xlink:href=\"#")
  let renamed = letters.dropFirst().map { letter in
    let old = letter.prefix { $0 != "\"" }
    return (newName[old] ?? String(old)) + letter.dropFirst(old.count)
  }
  // Of no size, but not hidden: what is hidden cannot be referred to everywhere.
  let holder =
    "<svg width=\"0\" height=\"0\" style=\"position:absolute\" aria-hidden=\"true\"><defs>\n"
    + outlines + "</defs></svg>\n"
  return holder + ([letters[0]] + renamed).joined(separator: "xlink:href=\"#")
}
