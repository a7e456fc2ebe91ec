/// The text of an SVG drawing with no more than two decimals a number: a two-hundredth of a unit is not
/// seen, and outlines of letters, which are most of a plot, become a third shorter. The numbers of
/// `matrix(…)` stay as they are, for what they multiply may be large.
func shortenedNumbers(svg bytes: [UInt8]) -> [UInt8] {
  func isDigit(_ byte: UInt8) -> Bool { byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9") }
  let (point, opening, closing) = (UInt8(ascii: "."), UInt8(ascii: "("), UInt8(ascii: ")"))
  let matrix = Array("matrix".utf8)
  var out: [UInt8] = []
  out.reserveCapacity(bytes.count)
  var (index, isInMatrix) = (0, false)
  while index < bytes.count {
    let byte = bytes[index]
    if byte == opening { isInMatrix = out.suffix(matrix.count).elementsEqual(matrix) }
    if byte == closing { isInMatrix = false }
    guard isDigit(byte), !isInMatrix else {
      out.append(byte)
      index += 1
      continue
    }
    let start = index
    var decimals: Int?
    while index < bytes.count, isDigit(bytes[index]) || (bytes[index] == point && decimals == nil) {
      decimals = bytes[index] == point ? 0 : decimals.map { $0 + 1 }
      index += 1
    }
    let number = bytes[start..<index]
    guard let decimals, decimals > 2, let value = Double(String(decoding: number, as: UTF8.self)),
      value < 1e6
    else {
      out += number
      continue
    }
    let hundredths = Int((value * 100).rounded())
    out += String(hundredths / 100).utf8
    let rest = hundredths % 100
    if rest > 0 {
      out.append(point)
      out.append(UInt8(ascii: "0") + UInt8(rest / 10))
      if rest % 10 > 0 { out.append(UInt8(ascii: "0") + UInt8(rest % 10)) }
    }
  }
  return out
}
