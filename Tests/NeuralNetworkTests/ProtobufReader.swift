/// Just enough of a reader of Protocol Buffers to see what was written: fields by number, in order.
struct ProtobufReader {
  enum Value: Equatable {
    case number(UInt64)
    case bytes([UInt8])
  }

  let fields: [(number: Int, value: Value)]

  /// Nil where the bytes are no message.
  init?(_ bytes: [UInt8]) {
    var (position, fields) = (0, [(number: Int, value: Value)]())
    func varint() -> UInt64? {
      var (value, shift): (UInt64, UInt64) = (0, 0)
      while position < bytes.count, shift < 64 {
        let byte = bytes[position]
        position += 1
        value |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { return value }
        shift += 7
      }
      return nil
    }
    func take(_ count: Int) -> [UInt8]? {
      guard count >= 0, position + count <= bytes.count else { return nil }
      defer { position += count }
      return Array(bytes[position..<position + count])
    }
    while position < bytes.count {
      guard let tag = varint() else { return nil }
      let value: Value?
      switch tag & 7 {
      case 0: value = varint().map { .number($0) }
      case 1: value = take(8).map { .number($0.reversed().reduce(0) { $0 << 8 | UInt64($1) }) }
      case 2: value = varint().flatMap { take(Int($0)) }.map { .bytes($0) }
      case 5: value = take(4).map { .number($0.reversed().reduce(0) { $0 << 8 | UInt64($1) }) }
      default: value = nil
      }
      guard let value else { return nil }
      fields.append((Int(tag >> 3), value))
    }
    self.fields = fields
  }

  /// All numbers of a field.
  func numbers(_ field: Int) -> [Int] {
    fields.compactMap {
      if $0.number == field, case .number(let value) = $0.value {
        Int(truncatingIfNeeded: value)
      } else {
        nil
      }
    }
  }

  /// All of a field's byte strings.
  func bytes(_ field: Int) -> [[UInt8]] {
    fields.compactMap {
      if $0.number == field, case .bytes(let value) = $0.value { value } else { nil }
    }
  }

  /// All of a field's texts.
  func texts(_ field: Int) -> [String] {
    bytes(field).map { String(decoding: $0, as: UTF8.self) }
  }

  /// All of a field's messages.
  func messages(_ field: Int) -> [ProtobufReader] {
    bytes(field).compactMap { ProtobufReader($0) }
  }
}
