public import Foundation

/// The bytes of a JSON file for people and programs: indented, keys sorted, so that equal values are
/// equal files, and a line's end at the end. Throws `EncodingError`.
public func prettyJSON(_ value: some Encodable) throws -> Data {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
  return try encoder.encode(value) + Data("\n".utf8)
}
