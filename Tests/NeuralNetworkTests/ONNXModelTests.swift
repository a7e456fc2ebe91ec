import Kernels
import TensorCore
import TestSupport
import Testing

@testable import NeuralNetwork

/// What is in the file; whether others understand it is asked in `ModelExportTests`.
@Suite("ONNX model") struct ONNXModelTests {
  private static let scaling = ONNXModel.Scaling(centres: [127.5], factors: [0.015625])

  private func encoded(
    _ layers: [LayerSpecification], input: Shape, temperature: Double = 1,
    metadata: [String: String] = [:]
  ) throws -> (model: Sequential, bytes: [UInt8]) {
    let model = try Sequential(layers, input: input, random: RandomStream(seed: 2))
    let onnx = try ONNXModel(model, input: input, scaling: Self.scaling, temperature: temperature)
    return (
      model,
      onnx.encoded(producer: ("mien", "1.2.3"), documentation: "levels", metadata: metadata)
    )
  }

  /// "Conv(x, 0.weight) -> 0.conv2d" for each operator.
  private func operators(_ graph: ProtobufReader) -> [String] {
    graph.messages(1).map {
      "\($0.texts(4)[0])(\($0.texts(1).joined(separator: ", "))) -> \($0.texts(2)[0])"
    }
  }

  @Test("operators, constants and ports, from levels to probabilities")
  func structure() throws {
    let (model, bytes) = try encoded(
      [
        LayerSpecification("conv2d", ["filters": 3, "kernel": [3, 1], "padding": [1, 0]]),
        LayerSpecification("batch_norm"), LayerSpecification("dropout"),
        LayerSpecification("flatten"), LayerSpecification("dense", ["units": 4]),
      ], input: [5, 6, 2], temperature: 2.5, metadata: ["b": "2", "a": "1"])
    let file = try #require(ProtobufReader(bytes))
    #expect(file.numbers(1) == [8])
    #expect(file.texts(2) == ["mien"] && file.texts(3) == ["1.2.3"])
    #expect(file.messages(8).map { $0.numbers(2) } == [[17]])
    let metadata = file.messages(14).map { "\($0.texts(1)[0])=\($0.texts(2)[0])" }
    #expect(metadata == ["a=1", "b=2"])

    let graph = try #require(file.messages(7).first)
    #expect(
      operators(graph) == [
        "Sub(levels, normalise.centre) -> normalise.centred",
        "Mul(normalise.centred, normalise.factor) -> normalise",
        "Conv(normalise, 0.weight, 0.bias) -> 0.conv2d",
        "BatchNormalization(0.conv2d, 1.weight, 1.bias, 1.running_mean, 1.running_var)"
          + " -> 1.batch_norm",
        "Flatten(1.batch_norm) -> 3.flatten", "Gemm(3.flatten, 4.weight, 4.bias) -> logits",
        "Div(logits, temperature) -> tempered", "Softmax(tempered) -> probabilities",
      ])

    // Constants: shapes, type float and the bytes of PyTorch's layout.
    let constants = graph.messages(5)
    let expected = try StateDictionary.tensors(of: model, input: [5, 6, 2])
    for tensor in expected {
      let constant = try #require(constants.first { $0.texts(8) == [tensor.name] })
      #expect(constant.numbers(1) == tensor.tensor.shape.dimensions)
      #expect(constant.numbers(2) == [1])
      let raw = tensor.tensor.elements.flatMap {
        withUnsafeBytes(of: $0.bitPattern.littleEndian) { Array($0) }
      }
      #expect(constant.bytes(9) == [raw], "\(tensor.name)")
    }
    #expect(constants.count == expected.count + 3)

    // Ports: the batch has a name and no number.
    func shapes(_ field: Int) -> [String] {
      graph.messages(field).map { port in
        let dimensions = port.messages(2)[0].messages(1)[0].messages(2)[0].messages(1)
        let words = dimensions.map { $0.texts(2).first ?? "\($0.numbers(1)[0])" }
        return "\(port.texts(1)[0]) \(words.joined(separator: "x"))"
      }
    }
    #expect(shapes(11) == ["levels batchx2x5x6"])
    #expect(shapes(12) == ["probabilities batchx4", "logits batchx4"])
  }

  @Test("equal networks give equal bytes, and no temperature no division")
  func plain() throws {
    let layers = [LayerSpecification("dense", ["units": 2])]
    let (_, bytes) = try encoded(layers, input: [3])
    #expect(try encoded(layers, input: [3]).bytes == bytes)
    let graph = try #require(ProtobufReader(bytes)?.messages(7).first)
    #expect(
      operators(graph).last == "Softmax(logits) -> probabilities")
  }

  @Test("a block's branches are added, and constants of several GELUs are there once")
  func branches() throws {
    let body: JSONValue = .array([
      LayerSpecification("gelu").json, LayerSpecification("dense", ["units": 3]).json,
      LayerSpecification("gelu").json,
    ])
    let (_, bytes) = try encoded(
      [LayerSpecification("residual", ["body": body]), LayerSpecification("relu")], input: [3])
    let graph = try #require(ProtobufReader(bytes)?.messages(7).first)
    let last = operators(graph).suffix(3)
    #expect(
      Array(last) == [
        "Add(0.body.2.gelu, normalise) -> 0.residual", "Relu(0.residual) -> logits",
        "Softmax(logits) -> probabilities",
      ])
    let names = graph.messages(5).flatMap { $0.texts(8) }
    #expect(Set(names).count == names.count)
  }

  @Test("a network that is refused names the layer")
  func refused() throws {
    do {
      _ = try encoded([LayerSpecification("flatten")], input: [2, 2, 3])
      Issue.record("accepted")
    } catch let error as ModelError {
      #expect(error.description.contains("layer 0 (flatten)"))
      #expect(error.kind == .badData)
    }
  }
}
