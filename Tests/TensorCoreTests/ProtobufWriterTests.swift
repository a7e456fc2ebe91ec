import TensorCore
import Testing

/// The message that a closure writes, in hexadecimal.
private func hex(_ body: (inout ProtobufWriter) -> Void) -> String {
  var writer = ProtobufWriter()
  body(&writer)
  return writer.bytes.map { byte in
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }.joined(separator: " ")
}

/// The expected bytes are those of protobuf's Python library 7.36.2 (`SerializeToString`) and, where it is
/// said, of the examples in the documentation of the format.
@Suite("Protocol Buffers") struct ProtobufWriterTests {
  @Test("integers are varints: the documentation's 150, and both ends of each length")
  func integers() {
    #expect(hex { $0.int(150, field: 1) } == "08 96 01")
    #expect(hex { $0.int(0, field: 1) } == "08 00")
    #expect(hex { $0.int(127, field: 15) } == "78 7f")
    #expect(hex { $0.int(128, field: 16) } == "80 01 80 01")
    #expect(hex { $0.int(.max, field: 2) } == "10 ff ff ff ff ff ff ff ff 7f")
    #expect(hex { $0.int(-1, field: 2) } == "10 ff ff ff ff ff ff ff ff ff 01")
    #expect(hex { $0.int(.min, field: 2) } == "10 80 80 80 80 80 80 80 80 80 01")
    #expect(hex { $0.int(1, field: (1 << 29) - 1) } == "f8 ff ff ff 0f 01")
    #expect(hex { $0.bool(true, field: 3) } == "18 01")
  }

  @Test("floats and doubles are their bits, low byte first")
  func floats() {
    #expect(hex { $0.float(1.5, field: 2) } == "15 00 00 c0 3f")
    #expect(hex { $0.float(-.infinity, field: 2) } == "15 00 00 80 ff")
    #expect(hex { $0.double(-0.1, field: 1) } == "09 9a 99 99 99 99 99 b9 bf")
  }

  @Test("strings and bytes have their length before them: the documentation's \"testing\"")
  func strings() {
    #expect(hex { $0.string("testing", field: 2) } == "12 07 74 65 73 74 69 6e 67")
    #expect(hex { $0.string("é", field: 2) } == "12 02 c3 a9")
    #expect(hex { $0.string("", field: 2) } == "12 00")
    #expect(hex { $0.bytes([0, 255], field: 7) } == "3a 02 00 ff")
    let long = hex { $0.bytes([UInt8](repeating: 1, count: 300), field: 1) }
    #expect(long.hasPrefix("0a ac 02 01 01") && long.count == 303 * 3 - 1)
  }

  @Test("messages nest, and a field written twice is repeated")
  func messages() {
    // The documentation's message inside a message.
    #expect(hex { $0.message(field: 3) { $0.int(150, field: 1) } } == "1a 03 08 96 01")
    #expect(hex { $0.message(field: 1) { _ in } } == "0a 00")
    let deep = hex {
      $0.message(field: 5) {
        $0.message(field: 1) {
          $0.string("a", field: 1)
          $0.float(0.25, field: 2)
        }
        $0.message(field: 1) { $0.string("b", field: 1) }
      }
    }
    #expect(deep == "2a 0f 0a 08 0a 01 61 15 00 00 80 3e 0a 03 0a 01 62")
  }

  @Test("packed numbers stand without tags, and none of them is no field at all")
  func packed() {
    // The documentation's example.
    #expect(hex { $0.packed([3, 270, 86942], field: 6) } == "32 06 03 8e 02 9e a7 05")
    #expect(hex { $0.packed([-1], field: 1) } == "0a 0a ff ff ff ff ff ff ff ff ff 01")
    #expect(hex { $0.packed([1, -2] as [Float], field: 4) } == "22 08 00 00 80 3f 00 00 00 c0")
    #expect(hex { $0.packed([1] as [Double], field: 4) } == "22 08 00 00 00 00 00 00 f0 3f")
    #expect(hex { $0.packed([] as [Int], field: 1) }.isEmpty)
    #expect(hex { $0.packed([] as [Float], field: 1) }.isEmpty)
    #expect(hex { $0.packed([] as [Double], field: 1) }.isEmpty)
  }
}
