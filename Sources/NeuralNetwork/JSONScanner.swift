internal import Foundation

/// The little of JSON that a safetensors header is made of: objects, strings, lists of integers.
/// Every failure is a `SafeTensorsHeader.Problem`; nothing recurses with the input.
struct JSONScanner {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// `{"key": …, …}`; `member` has to consume the value.
  mutating func object(_ member: (inout JSONScanner, String) throws -> Void) throws {
    try expect("{")
    if take("}") { return }
    repeat {
      let key = try string()
      try expect(":")
      try member(&self, key)
    } while take(",")
    try expect("}")
  }

  /// `[1, 2, …]`, none negative.
  mutating func integers() throws -> [Int] {
    try expect("[")
    var values: [Int] = []
    if take("]") { return values }
    repeat {
      skipSpace()
      let start = position
      while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
      let digits = String(decoding: bytes[start..<position], as: UTF8.self)
      guard let value = Int(digits) else { throw unexpected("a whole number") }
      values.append(value)
    } while take(",")
    try expect("]")
    return values
  }

  /// `"text"`, its escapes resolved by Foundation.
  mutating func string() throws -> String {
    try expect("\"")
    let start = position
    var escaped = false
    while position < bytes.count, bytes[position] != UInt8(ascii: "\"") {
      let isBackslash = bytes[position] == UInt8(ascii: "\\")
      escaped = escaped || isBackslash
      position += isBackslash ? 2 : 1
    }
    guard position < bytes.count else { throw unexpected("a closing quote") }
    position += 1
    let inside = bytes[start..<position - 1]
    if !escaped {
      guard let text = String(validating: inside, as: UTF8.self) else {
        throw unexpected("UTF-8 before it")
      }
      return text
    }
    let literal = Data([UInt8(ascii: "\"")] + inside + [UInt8(ascii: "\"")])
    guard let text = try? JSONDecoder().decode(String.self, from: literal) else {
      throw unexpected("a valid string before it")
    }
    return text
  }

  /// Nothing but space may follow.
  mutating func end() throws {
    skipSpace()
    guard position == bytes.count else { throw unexpected("the end") }
  }

  private mutating func expect(_ character: Unicode.Scalar) throws {
    guard take(character) else { throw unexpected("'\(character)'") }
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while position < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[position]) {
      position += 1
    }
  }

  private func unexpected(_ expected: String) -> SafeTensorsHeader.Problem {
    SafeTensorsHeader.Problem(text: "byte \(min(position, bytes.count)): expected \(expected)")
  }
}
