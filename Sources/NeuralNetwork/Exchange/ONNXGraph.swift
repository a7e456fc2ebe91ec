internal import TensorCore

/// A graph of ONNX operators as it is built: values have names, each operator makes one, and constants
/// are tensors under a name. The numbers of the fields are those of `onnx.proto`
/// (https://github.com/onnx/onnx/blob/main/onnx/onnx.proto).
struct ONNXGraph {
  /// A setting of an operator.
  struct Attribute {
    enum Value {
      case int(Int)
      case ints([Int])
      case float(Float)
    }
    let name: String
    let value: Value

    init(_ name: String, _ value: Value) { (self.name, self.value) = (name, value) }
  }

  /// An operator with the names of what it takes and of the one value it makes.
  struct Node {
    let operation: String
    var inputs: [String]
    var output: String
    let attributes: [Attribute]
  }

  /// A value that comes from outside or goes there. The first dimension, the batch, is left open.
  struct Port {
    let name: String
    /// One example's shape, channels first.
    let shape: Shape
    /// What it is, for people.
    let documentation: String
  }

  private(set) var nodes: [Node] = []
  private(set) var constants: [NamedTensor] = []
  private var constantNames: Set<String> = []

  /// Adds an operator and returns the value it makes, which is called like it.
  mutating func add(
    _ operation: String, _ inputs: [String], name: String, _ attributes: [Attribute] = []
  ) -> String {
    nodes.append(
      Node(operation: operation, inputs: inputs, output: name, attributes: attributes))
    return name
  }

  /// Adds a constant.
  mutating func add(_ constant: NamedTensor) {
    precondition(constantNames.insert(constant.name).inserted, "two constants \(constant.name)")
    constants.append(constant)
  }

  /// The name of a constant number, which is added where there is none of that name.
  mutating func scalar(_ name: String, _ value: Float) -> String {
    if !constantNames.contains(name) { add(NamedTensor(name, Tensor([], repeating: value))) }
    return name
  }

  /// Calls a value by another name.
  mutating func rename(_ value: String, to name: String) {
    for index in nodes.indices {
      if nodes[index].output == value { nodes[index].output = name }
      nodes[index].inputs = nodes[index].inputs.map { $0 == value ? name : $0 }
    }
  }

  /// The bytes of the constants.
  var constantBytes: Int { constants.reduce(0) { $0 + $1.tensor.count * 4 } }

  /// Writes a `GraphProto`.
  func write(
    to writer: inout ProtobufWriter, name: String, inputs: [Port], outputs: [Port]
  ) {
    for node in nodes {
      writer.message(field: 1) { Self.write(node, to: &$0) }
    }
    writer.string(name, field: 2)
    for constant in constants {
      writer.message(field: 5) { Self.write(constant, to: &$0) }
    }
    for input in inputs { writer.message(field: 11) { Self.write(input, to: &$0) } }
    for output in outputs { writer.message(field: 12) { Self.write(output, to: &$0) } }
  }

  /// A `NodeProto`.
  private static func write(_ node: Node, to writer: inout ProtobufWriter) {
    for input in node.inputs { writer.string(input, field: 1) }
    writer.string(node.output, field: 2)
    writer.string(node.output, field: 3)
    writer.string(node.operation, field: 4)
    for attribute in node.attributes {
      writer.message(field: 5) { writer in
        writer.string(attribute.name, field: 1)
        // The last field is `AttributeProto.AttributeType`.
        switch attribute.value {
        case .float(let value):
          writer.float(value, field: 2)
          writer.int(1, field: 20)
        case .int(let value):
          writer.int(value, field: 3)
          writer.int(2, field: 20)
        case .ints(let values):
          for value in values { writer.int(value, field: 8) }
          writer.int(7, field: 20)
        }
      }
    }
  }

  /// `TensorProto.DataType.FLOAT`.
  private static let float32 = 1

  /// A `TensorProto`, its numbers as raw bytes in little-endian order.
  private static func write(_ constant: NamedTensor, to writer: inout ProtobufWriter) {
    for extent in constant.tensor.shape.dimensions { writer.int(extent, field: 1) }
    writer.int(float32, field: 2)
    writer.string(constant.name, field: 8)
    constant.tensor.read { base in
      #if _endian(little)
        writer.bytes(
          UnsafeRawBufferPointer(start: base, count: constant.tensor.count * 4), field: 9)
      #else
        let words = UnsafeBufferPointer(start: base, count: constant.tensor.count)
        writer.bytes(
          words.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian, Array.init) }, field: 9)
      #endif
    }
  }

  /// A `ValueInfoProto`.
  private static func write(_ port: Port, to writer: inout ProtobufWriter) {
    writer.string(port.name, field: 1)
    writer.message(field: 2) { type in
      type.message(field: 1) { tensor in
        tensor.int(float32, field: 1)
        tensor.message(field: 2) { shape in
          shape.message(field: 1) { $0.string("batch", field: 2) }
          for extent in port.shape.dimensions {
            shape.message(field: 1) { $0.int(extent, field: 1) }
          }
        }
      }
    }
    writer.string(port.documentation, field: 3)
  }
}
