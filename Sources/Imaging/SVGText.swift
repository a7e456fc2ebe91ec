internal import Foundation

/// The text of an SVG drawing by Cairo, shorter, and to the eye the same. Most of a plot is outlines of
/// letters with six decimals a number; two, which is a two-hundredth of a unit, are as good. The numbers of
/// `matrix(…)` stay as they are, for what they multiply may be large. In outlines blanks are left out
/// where numbers and commands end by themselves, and styles that say what holds anyway.
func shortened(svg bytes: [UInt8]) -> String {
  var text = ShortSVG(bytes).text
  // The joints of our lines are round, so how far a sharp one would reach does not matter.
  for idle in [
    "stroke-miterlimit:10;", "fill-opacity:1;", "stroke-opacity:1;", " style=\"stroke:none;\"",
  ] { text = text.replacingOccurrences(of: idle, with: "") }
  return text
}

/// One pass over the bytes.
private struct ShortSVG {
  private var out: [UInt8] = []
  private var isInMatrix = false
  private var isInPath = false

  var text: String { String(decoding: out, as: UTF8.self) }

  init(_ bytes: [UInt8]) {
    out.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "("): isInMatrix = endsWith("matrix")
      case UInt8(ascii: ")"): isInMatrix = false
      case UInt8(ascii: "\""): isInPath = !isInPath && endsWith(" d=")
      case UInt8(ascii: " ") where isInPath && isNeedless(before: bytes, index + 1):
        index += 1
        continue
      default: break
      }
      if Self.isDigit(byte), !isInMatrix {
        index = addNumber(bytes, index)
      } else {
        out.append(byte)
        index += 1
      }
    }
  }

  private func endsWith(_ word: StaticString) -> Bool {
    word.withUTF8Buffer { out.suffix($0.count).elementsEqual($0) }
  }

  /// Whether a blank before `bytes[next]` parts nothing: it follows or precedes a command, or a sign comes.
  private func isNeedless(before bytes: [UInt8], _ next: Int) -> Bool {
    guard let last = out.last, next < bytes.count else { return false }
    let coming = bytes[next]
    return !Self.isDigit(last) || !Self.isDigit(coming)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }

  /// Copies the number that begins at `start`, rounded; gives the index behind it.
  private mutating func addNumber(_ bytes: [UInt8], _ start: Int) -> Int {
    let point = UInt8(ascii: ".")
    var (index, decimals) = (start, Int?.none)
    while index < bytes.count,
      Self.isDigit(bytes[index]) || (bytes[index] == point && decimals == nil)
    {
      decimals = bytes[index] == point ? 0 : decimals.map { $0 + 1 }
      index += 1
    }
    let number = bytes[start..<index]
    guard let decimals, decimals > 2, let value = Double(String(decoding: number, as: UTF8.self)),
      value < 1e6
    else {
      out += number
      return index
    }
    let hundredths = Int((value * 100).rounded())
    out += String(hundredths / 100).utf8
    let rest = hundredths % 100
    if rest > 0 {
      out += [point, UInt8(ascii: "0") + UInt8(rest / 10)]
      if rest % 10 > 0 { out.append(UInt8(ascii: "0") + UInt8(rest % 10)) }
    }
    return index
  }
}
