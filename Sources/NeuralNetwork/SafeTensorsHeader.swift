/// The header of a safetensors file: what stands where. Parsed by hand, because a general JSON
/// decoder drops what has to be checked here, the order and the repetition of keys.
struct SafeTensorsHeader {
  /// One tensor: its type's name, its extents and its bytes within the data.
  struct Entry {
    var name: String
    var type: String
    var shape: [Int]
    var begin: Int
    var end: Int
  }

  /// What is wrong with a header.
  struct Problem: Error {
    let text: String
    /// What to do, nil where the file is not whole.
    var remedy: String?
  }

  var metadata: [String: String] = [:]
  var entries: [Entry] = []

  init(metadata: [String: String], entries: [Entry]) {
    (self.metadata, self.entries) = (metadata, entries)
  }

  /// Reads `{"__metadata__": {…}, "name": {"dtype": "F32", "shape": […], "data_offsets": […]}, …}`.
  /// Throws `Problem`.
  init(json: [UInt8]) throws {
    var scanner = JSONScanner(json)
    var names: Set<String> = []
    try scanner.object { scanner, name in
      guard names.insert(name).inserted else { throw Problem(text: "\"\(name)\" stands twice") }
      if name == "__metadata__" {
        try scanner.object { scanner, key in
          guard metadata.updateValue(try scanner.string(), forKey: key) == nil else {
            throw Problem(text: "the metadata \"\(key)\" stands twice")
          }
        }
      } else {
        entries.append(try Self.entry(name, &scanner))
      }
    }
    try scanner.end()
  }

  private static func entry(_ name: String, _ scanner: inout JSONScanner) throws -> Entry {
    var (type, shape, offsets): (String?, [Int]?, [Int]?)
    try scanner.object { scanner, key in
      switch key {
      case "dtype" where type == nil: type = try scanner.string()
      case "shape" where shape == nil: shape = try scanner.integers()
      case "data_offsets" where offsets == nil: offsets = try scanner.integers()
      default: throw Problem(text: "tensor \"\(name)\": unexpected key \"\(key)\"")
      }
    }
    guard let type, let shape, let offsets, offsets.count == 2 else {
      throw Problem(text: "tensor \"\(name)\" lacks dtype, shape or two data_offsets")
    }
    return Entry(name: name, type: type, shape: shape, begin: offsets[0], end: offsets[1])
  }

  /// The header as JSON, in the order of the entries, padded with spaces to a multiple of 8 bytes.
  var json: [UInt8] {
    var text = "{"
    if !metadata.isEmpty {
      let pairs = metadata.sorted { $0.key < $1.key }
        .map { "\(Self.quoted($0.key)):\(Self.quoted($0.value))" }
      text += "\"__metadata__\":{\(pairs.joined(separator: ","))}"
    }
    for entry in entries {
      if text.utf8.count > 1 { text += "," }
      text +=
        "\(Self.quoted(entry.name)):{\"dtype\":\"\(entry.type)\",\"shape\":["
        + entry.shape.map(String.init).joined(separator: ",")
        + "],\"data_offsets\":[\(entry.begin),\(entry.end)]}"
    }
    var bytes = Array((text + "}").utf8)
    while !bytes.count.isMultiple(of: 8) { bytes.append(UInt8(ascii: " ")) }
    return bytes
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
