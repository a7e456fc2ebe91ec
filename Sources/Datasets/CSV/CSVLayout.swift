/// Where a FER-format CSV has its columns; found by name in the first line.
struct CSVLayout: Equatable, Sendable {
  /// The index of the column of labels 0...6.
  let emotion: Int
  /// The index of the column of grey levels, separated by spaces.
  let pixels: Int
  /// The index of the column of split names, nil where there is none.
  let usage: Int?
  /// The number of columns.
  let columnCount: Int
  /// Where the first data row starts.
  let dataStart: Int

  /// Reads the first line. Throws `DatasetError.badSource` where it does not name the columns.
  init(of reader: some ByteReader, file: String) throws {
    func bad(_ problem: String) -> DatasetError {
      .badSource(
        file: file, problem: problem,
        remedy: "a FER-format CSV starts with a line that names the columns "
          + "emotion, pixels and Usage, in any order")
    }
    var header: (names: [String], text: String, end: Int)?
    try LineReader.forEachLine(of: reader, in: 0..<1, origin: 0) { line in
      var bytes = line.bytes
      if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {  // UTF-8's byte order mark
        bytes = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(3))
      }
      var fields = FieldCutter(capacity: 256)
      fields.cut(bytes)
      let names = fields.ranges.map {
        String(decoding: bytes[$0], as: UTF8.self).lowercased()
      }
      header = (
        names, bytes.excerpt(), line.offset + line.bytes.count + (line.isTerminated ? 1 : 0)
      )
    }
    guard let header else { throw bad("the file is empty") }
    func column(_ name: String) throws -> Int? {
      let found = header.names.indices.filter { header.names[$0] == name }
      guard found.count < 2 else { throw bad("two columns are named \(name)") }
      return found.first
    }
    guard let emotion = try column("emotion"), let pixels = try column("pixels") else {
      throw bad("no header with emotion and pixels, the first line is \"\(header.text)\"")
    }
    self.emotion = emotion
    self.pixels = pixels
    usage = try column("usage")
    columnCount = header.names.count
    dataStart = header.end
  }
}

/// Cuts a line into fields at commas outside quotes; a field comes without its quotes and the
/// blanks around it.
struct FieldCutter {
  private(set) var ranges: [Range<Int>] = []
  /// Fields found, those past the capacity included.
  private(set) var count = 0
  private let capacity: Int

  init(capacity: Int) {
    self.capacity = capacity
    ranges.reserveCapacity(capacity)
  }

  mutating func cut(_ line: UnsafeRawBufferPointer) {
    ranges.removeAll(keepingCapacity: true)
    count = 0
    let (comma, quote) = (UInt8(ascii: ","), UInt8(ascii: "\""))
    var start = 0
    while true {
      var end = start
      let rest = UnsafeRawBufferPointer(rebasing: line[start...])
      if let next = rest.firstIndex(ofByte: comma) { end = start + next } else { end = line.count }
      if let open = line[start..<end].firstIndex(where: { !Self.isBlank($0) }), line[open] == quote
      {
        // Quoted: the field reaches to the comma after the closing quote.
        var position = open + 1
        while position < line.count, line[position] != quote { position += 1 }
        let after = UnsafeRawBufferPointer(rebasing: line[min(position, line.count)...])
        end = after.firstIndex(ofByte: comma).map { position + $0 } ?? line.count
        add(open + 1..<min(position, line.count), of: line)
      } else {
        add(start..<end, of: line)
      }
      if end >= line.count { return }
      start = end + 1
    }
  }

  private mutating func add(_ range: Range<Int>, of line: UnsafeRawBufferPointer) {
    count += 1
    guard ranges.count < capacity else { return }
    var range = range
    while let first = range.first, Self.isBlank(line[first]) {
      range = first + 1..<range.upperBound
    }
    while let last = range.last, Self.isBlank(line[last]) { range = range.lowerBound..<last }
    ranges.append(range)
  }

  static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
}
