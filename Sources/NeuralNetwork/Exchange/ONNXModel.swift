public import TensorCore

/// A network as an ONNX model (https://onnx.ai/onnx/repo-docs/IR.html): from an example's levels, with
/// their normalisation, to logits and probabilities, for batches of any size.
///
/// Images come in channels first, [N, C, H, W], series as [N, C, T], vectors as [N, F]. The operator
/// set is 17 and the format's version 8, so that programs since 2022 can read it.
public struct ONNXModel {
  /// How levels become the network's inputs: (level - centre) · factor.
  public struct Scaling: Sendable, Hashable {
    /// The level that becomes 0: one number, or one a channel.
    public let centres: [Float]
    /// What a step of one level becomes, likewise.
    public let factors: [Float]

    /// Both by name; as many factors as centres.
    public init(centres: [Float], factors: [Float]) {
      precondition(
        !centres.isEmpty && centres.count == factors.count,
        "\(centres.count) centres, \(factors.count) factors")
      (self.centres, self.factors) = (centres, factors)
    }
  }

  /// The version of the operator set.
  public static let operatorSet = 17
  private static let formatVersion = 8
  /// Protocol Buffers know no longer message; what is left over is for all but the weights.
  private static let mostBytes = Int(Int32.max) - (64 << 20)

  /// The names of the one input and the two outputs.
  public static let (input, logits, probabilities) = ("levels", "logits", "probabilities")

  /// The input's shape after the batch.
  public let inputShape: Shape
  /// The number of classes.
  public let classes: Int
  private let graph: ONNXGraph

  /// Lowers a network.
  ///
  /// - Parameters:
  ///   - model: the network; its output is [N, K] logits.
  ///   - input: one example's shape as the network takes it, [H, W, C], [T, C] or [F].
  ///   - scaling: the normalisation that the graph begins with.
  ///   - temperature: what the logits are divided by before they become probabilities; above 0.
  /// - Throws: `ModelError.notExchangeable` with the first layer that ONNX has no counterpart of.
  public init(
    _ model: Sequential, input: Shape, scaling: Scaling, temperature: Double = 1
  ) throws {
    precondition(temperature > 0, "a temperature of \(temperature)")
    precondition(
      [1, input[-1]].contains(scaling.centres.count),
      "\(scaling.centres.count) constants of \(input[-1]) channels")
    var graph = ONNXGraph()
    func constant(_ name: String, _ values: [Float]) -> String {
      if values.count == 1 { return graph.scalar(name, values[0]) }
      // Channels come first in an example: all axes behind theirs are spread out.
      graph.add(
        NamedTensor(
          name, Tensor(Shape([values.count] + input.dimensions.dropLast().map { _ in 1 }), values)))
      return name
    }
    let centred = graph.add(
      "Sub", [Self.input, constant("normalise.centre", scaling.centres)],
      name: "normalise.centred")
    let normalised = graph.add(
      "Mul", [centred, constant("normalise.factor", scaling.factors)], name: "normalise")
    let walk = ExchangeWalk<String>(
      leaf: { layer, path, shape, x in
        for tensor in layer.exchanged(input: shape) {
          graph.add(NamedTensor("\(path).\(tensor.name)", tensor.tensor))
        }
        return layer.addNodes(to: &graph, x, path: path)
      },
      sum: { path, body, shortcut in
        graph.add("Add", [body, shortcut], name: "\(path).\(Residual.kind)")
      })
    graph.rename(try walk(model, input: input, normalised), to: Self.logits)
    var sharpened = Self.logits
    if temperature != 1 {
      sharpened = graph.add(
        "Div", [sharpened, graph.scalar("temperature", Float(temperature))], name: "tempered")
    }
    _ = graph.add("Softmax", [sharpened], name: Self.probabilities, [.init("axis", .int(1))])
    guard graph.constantBytes <= Self.mostBytes else {
      throw ModelError.notExchangeable(
        part: "the network",
        problem: "weights of \(graph.constantBytes) bytes, an ONNX file "
          + "takes \(Self.mostBytes)", remedy: "make the network smaller")
    }
    inputShape = input.channelsFirst
    classes = try model.outputShape(for: input)[-1]
    self.graph = graph
  }

  /// The bytes of the file.
  ///
  /// - Parameters:
  ///   - producer: the program that makes it, and its version.
  ///   - metadata: what else to know of the model, by key.
  public func encoded(
    producer: (name: String, version: String), documentation: String,
    metadata: [String: String] = [:]
  ) -> [UInt8] {
    var writer = ProtobufWriter()
    writer.int(Self.formatVersion, field: 1)
    writer.string(producer.name, field: 2)
    writer.string(producer.version, field: 3)
    writer.int(1, field: 5)
    writer.string(documentation, field: 6)
    writer.message(field: 7) { writer in
      graph.write(
        to: &writer, name: "network",
        inputs: [.init(name: Self.input, shape: inputShape, documentation: documentation)],
        outputs: [
          .init(
            name: Self.probabilities, shape: [classes],
            documentation: "the classes' probabilities, tempered where a temperature was fitted"),
          .init(
            name: Self.logits, shape: [classes],
            documentation: "what the network gives, before the temperature"),
        ])
    }
    writer.message(field: 8) {
      $0.string("", field: 1)
      $0.int(Self.operatorSet, field: 2)
    }
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
      writer.message(field: 14) {
        $0.string(key, field: 1)
        $0.string(value, field: 2)
      }
    }
    return writer.bytes
  }
}

extension Shape {
  /// The shape of an example [H, W, C], [T, C] or [F] for programs that keep channels first.
  public var channelsFirst: Shape { Shape(dimensions.suffix(1) + dimensions.dropLast()) }
}
