internal import Imaging
internal import Kernels

/// What is wrong with a row, in words.
struct RowProblem: Error, Equatable {
  let text: String

  init(_ text: String) { self.text = text }
}

/// Reads the lines of a FER-format CSV; keeps its working memory from row to row.
struct RowParser {
  /// The smallest image that is taken.
  static let smallestSide = 8

  private let layout: CSVLayout
  private let size: Int
  private var fields: FieldCutter
  private var usageText: [UInt8] = []
  private var usageName = ""

  /// What a row says beside its pixels.
  struct Row {
    let label: UInt8
    /// The split, nil where the file has no such column.
    let split: String?
  }

  /// - Parameter size: the side of the images that are made.
  init(_ layout: CSVLayout, size: Int) {
    self.layout = layout
    self.size = size
    fields = FieldCutter(capacity: layout.columnCount)
  }

  /// Reads a line; the image goes to `pixels` (size · size levels).
  mutating func parse(
    _ line: LineReader.Line, pixels: UnsafeMutablePointer<UInt8>
  ) throws(RowProblem) -> Row {
    let bytes = line.bytes
    if line.isTooLong {
      throw RowProblem("longer than \(LineReader.lineLimit) bytes without a line end")
    }
    if bytes.allSatisfy(FieldCutter.isBlank) { throw RowProblem("empty row") }
    fields.cut(bytes)
    guard fields.count == layout.columnCount else {
      throw RowProblem("\(fields.count) fields, expected \(layout.columnCount)")
    }
    let label = try label(field(layout.emotion, of: bytes))
    let split = try split(of: line)
    try image(field(layout.pixels, of: bytes), to: pixels)
    return Row(label: label, split: split)
  }

  private func field(_ index: Int, of line: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: line[fields.ranges[index]])
  }

  private func label(_ field: UnsafeRawBufferPointer) throws(RowProblem) -> UInt8 {
    let highest = UInt8(ClassNames.fer2013.count - 1)
    if field.isEmpty { throw RowProblem("no label, expected 0 to \(highest)") }
    let digit = field[0] &- UInt8(ascii: "0")
    guard field.count == 1, digit <= highest else {
      throw RowProblem("label \"\(field.excerpt(20))\", expected 0 to \(highest)")
    }
    return digit
  }

  private mutating func split(of line: LineReader.Line) throws(RowProblem) -> String? {
    guard let usage = layout.usage else { return nil }
    let field = field(usage, of: line.bytes)
    if field.isEmpty { throw RowProblem("no Usage, expected the name of a split") }
    // A split's name comes thousands of times: keep the last one.
    if field.elementsEqual(usageText) { return usageName }
    guard field.count <= 64, field.allSatisfy({ (0x20..<0x7F).contains($0) }) else {
      throw RowProblem("Usage \"\(field.excerpt(20))\", expected the name of a split")
    }
    let name = String(decoding: field, as: UTF8.self)
    if !line.isTerminated,
      SplitNames.drawn.contains(where: { $0.name.hasPrefix(name) && $0.name != name })
    {
      throw RowProblem("the file breaks off in its last line, Usage is \"\(name)\"")
    }
    (usageText, usageName) = (Array(field), name)
    return name
  }

  private func image(
    _ field: UnsafeRawBufferPointer, to pixels: UnsafeMutablePointer<UInt8>
  ) throws(RowProblem) {
    let expected = size * size
    if scanLevels(field, to: pixels, count: expected) { return }
    // A bad row, an unusual one or another size: the careful parser tells.
    let count: Int
    switch readLevels(field, to: pixels, capacity: expected) {
    case .levels(let found): count = found
    case .bad(let position, let index): throw Self.badLevel(field, at: position, index: index)
    }
    if count == expected { return }
    let side = Int(Double(count).squareRoot())
    guard side * side == count, side >= Self.smallestSide else {
      throw RowProblem(
        "\(count) pixels, expected \(expected) (\(size)x\(size)) or another square of at least "
          + "\(Self.smallestSide)x\(Self.smallestSide)")
    }
    let image = levels(field, side: side).resized(width: size, height: size)
    pixels.update(from: image.pixels, count: expected)
  }

  /// The image of a field that was found good.
  private func levels(_ field: UnsafeRawBufferPointer, side: Int) -> GrayImage {
    var image = GrayImage(
      width: side, height: side, pixels: [UInt8](repeating: 0, count: side * side))
    image.pixels.withUnsafeMutableBufferPointer { room in
      guard let start = room.baseAddress else { return }
      if !scanLevels(field, to: start, count: room.count) {
        _ = readLevels(field, to: start, capacity: room.count)
      }
    }
    return image
  }

  private static func badLevel(
    _ field: UnsafeRawBufferPointer, at position: Int, index: Int
  ) -> RowProblem {
    let word = field[position...].prefix { !FieldCutter.isBlank($0) }
    let text = UnsafeRawBufferPointer(rebasing: word).excerpt(20)
    return RowProblem("pixel \(index + 1) is \"\(text)\", expected 0 to 255")
  }
}
