/// Writes one message in the wire format of Protocol Buffers
/// (https://protobuf.dev/programming-guides/encoding/), field by field: what ONNX models and
/// TensorBoard's event files are made of.
///
///     var event = ProtobufWriter()
///     event.double(1_700_000_000, field: 1)
///     event.int(3, field: 2)
///     event.message(field: 5) { summary in
///       summary.message(field: 1) { value in
///         value.string("loss", field: 1)
///         value.float(0.25, field: 2)
///       }
///     }
///     let bytes = event.bytes
///
/// Fields stand in the order of the calls, and one written twice is repeated; equal calls give equal
/// bytes. A value is written even where it is its type's default: leave the call out to leave the
/// field out. Field numbers are 1 to 2²⁹ − 1.
public struct ProtobufWriter: Sendable {
  /// The message so far.
  public private(set) var bytes: [UInt8] = []

  /// How a field's value is laid out; the low three bits of what stands before it.
  private enum Wire: UInt64 {
    case varint = 0
    case eightBytes = 1
    case lengthDelimited = 2
    case fourBytes = 5
  }

  /// An empty message.
  public init() {}

  /// A field of type `int64`, `int32`, `uint32`, `uint64` or an enumeration. A negative number takes
  /// ten bytes, as the format has it.
  public mutating func int(_ value: Int, field: Int) {
    tag(field, .varint)
    varint(UInt64(bitPattern: Int64(value)))
  }

  /// A field of type `bool`.
  public mutating func bool(_ value: Bool, field: Int) { int(value ? 1 : 0, field: field) }

  /// A field of type `float`.
  public mutating func float(_ value: Float, field: Int) {
    tag(field, .fourBytes)
    littleEndian(value.bitPattern)
  }

  /// A field of type `double`.
  public mutating func double(_ value: Double, field: Int) {
    tag(field, .eightBytes)
    littleEndian(value.bitPattern)
  }

  /// A field of type `bytes`.
  public mutating func bytes(_ value: some Collection<UInt8>, field: Int) {
    tag(field, .lengthDelimited)
    varint(UInt64(value.count))
    bytes.append(contentsOf: value)
  }

  /// A field of type `string`.
  public mutating func string(_ value: String, field: Int) { bytes(value.utf8, field: field) }

  /// A message inside this one.
  public mutating func message(field: Int, _ body: (inout ProtobufWriter) throws -> Void) rethrows {
    var inner = ProtobufWriter()
    try body(&inner)
    bytes(inner.bytes, field: field)
  }

  /// A repeated field of integers, packed: the numbers without tags between them. Nothing is written
  /// for no numbers, as the format has it.
  public mutating func packed(_ values: [Int], field: Int) {
    guard !values.isEmpty else { return }
    var inner = ProtobufWriter()
    for value in values { inner.varint(UInt64(bitPattern: Int64(value))) }
    bytes(inner.bytes, field: field)
  }

  /// A repeated field of type `float`, packed.
  public mutating func packed(_ values: [Float], field: Int) {
    guard !values.isEmpty else { return }
    tag(field, .lengthDelimited)
    varint(UInt64(values.count * 4))
    for value in values { littleEndian(value.bitPattern) }
  }

  /// A repeated field of type `double`, packed.
  public mutating func packed(_ values: [Double], field: Int) {
    guard !values.isEmpty else { return }
    tag(field, .lengthDelimited)
    varint(UInt64(values.count * 8))
    for value in values { littleEndian(value.bitPattern) }
  }

  private mutating func tag(_ field: Int, _ wire: Wire) {
    precondition((1..<1 << 29).contains(field), "protobuf has no field \(field)")
    varint(UInt64(field) << 3 | wire.rawValue)
  }

  /// Seven bits a byte, the lowest first; the top bit says that more follow.
  private mutating func varint(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func littleEndian(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }
}
