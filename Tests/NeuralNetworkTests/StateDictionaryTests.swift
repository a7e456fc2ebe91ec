import Foundation
import Kernels
import TensorCore
import TestSupport
import Testing

@testable import NeuralNetwork

/// PyTorch's state dictionaries, and what its networks answer; `Golden/make_state_dict.py` made them.
private struct StateDictionaryGolden: Decodable {
  struct Case: Decodable {
    let file: String
    let layers: [LayerSpecification]
    let input: [Int]
    let classes: Int
    let inputs, logits: [Float]
  }
  let cases: [Case]

  static func cases() throws -> [Case] {
    try PyTorchGolden.load(Self.self, "state_dicts.json").cases
  }
}

extension StateDictionaryGolden.Case {
  var url: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/\(file)")
  }

  func tensors() throws -> [NamedTensor] {
    try SafeTensors.read(url, skipping: StateDictionary.isIgnored).tensors
  }

  func network(_ tensors: [NamedTensor]) throws -> Sequential {
    try StateDictionary.network(
      ModelConfiguration.layers(layers).layers(classes: classes), input: Shape(input),
      tensors: tensors, file: file)
  }
}

private func byName(_ tensors: [NamedTensor]) -> [String: Tensor] {
  Dictionary(uniqueKeysWithValues: tensors.map { ($0.name, $0.tensor) })
}

@Suite("State dictionaries") struct StateDictionaryTests {
  private let dense = LayerSpecification("dense", ["units": 3])

  /// Expects an error that holds all the words.
  private func expectRefusal(
    _ words: String..., sourceLocation: SourceLocation = #_sourceLocation,
    by body: () throws -> Void
  ) {
    do {
      try body()
      Issue.record("accepted, expected: \(words)", sourceLocation: sourceLocation)
    } catch {
      let text = "\(error)"
      for word in words {
        #expect(text.contains(word), "\(text)", sourceLocation: sourceLocation)
      }
      #expect(error is any MienError, sourceLocation: sourceLocation)
    }
  }

  @Test("a network of PyTorch's answers here as it does there, and goes back bit for bit")
  func pyTorch() throws {
    let cases = try StateDictionaryGolden.cases()
    #expect(cases.count == 3)
    for golden in cases {
      let tensors = try golden.tensors()
      let model = try golden.network(tensors)
      let x = Tensor(Shape([5] + golden.input), golden.inputs)
      expectClose(model.predict(x).elements, golden.logits, absolute: 1e-5, golden.file)
      let back = try StateDictionary.tensors(of: model, input: Shape(golden.input))
      #expect(byName(back) == byName(tensors))
    }
  }

  @Test("there and back, every named network is bit for bit the same")
  func namedModels() throws {
    for zoo in ModelZoo.models {
      let input: Shape = zoo.input == .picture ? [48, 40, 1] : zoo.input.usualShape
      let model = try ModelConfiguration.named(zoo.name).build(
        input: input, classes: 7, random: RandomStream(seed: 3))
      let tensors = try StateDictionary.tensors(of: model, input: input)
      let back = try StateDictionary.network(
        model.layers.map { $0.specification }, input: input, tensors: tensors.shuffled(),
        file: "f")
      #expect(back.namedTensors() == model.namedTensors(), "\(zoo.name)")
    }
  }

  @Test("names and shapes are those of an nn.Sequential")
  func names() throws {
    let input: Shape = [6, 4, 2]
    let model = try Sequential(
      [
        LayerSpecification("conv2d", ["filters": 5, "kernel": [3, 1], "bias": false]),
        LayerSpecification("batch_norm"), LayerSpecification("relu"),
        LayerSpecification("flatten"), dense,
        LayerSpecification("residual", ["body": .array([dense.json])]),
      ], input: input, random: RandomStream(seed: 1))
    let tensors = try StateDictionary.tensors(of: model, input: input)
    #expect(
      tensors.map { "\($0.name) \($0.tensor.shape)" } == [
        "0.weight 5x2x3x1", "1.weight 5", "1.bias 5", "1.running_mean 5", "1.running_var 5",
        "4.weight 3x80", "4.bias 3", "5.body.0.weight 3x3", "5.body.0.bias 3",
      ])
    // Channel 2 of row 3, column 1 of the flattened 4x4x5: third there by channel, here by pixel.
    let dense = try #require(model.layers[4] as? Dense)
    #expect(tensors[5].tensor[1, 2 * 16 + 3 * 4 + 1] == dense.weight[(3 * 4 + 1) * 5 + 2, 1])
  }

  @Test("all of Mien's layers can go")
  func allLayers() {
    for layer in LayerRegistry.own where !(layer is Sequential.Type || layer is Residual.Type) {
      #expect(layer is any ExchangeableLayer.Type, "\(layer.kind)")
    }
  }

  @Test("the first layer that cannot take its weights is named, with what was found and expected")
  func firstLayer() throws {
    let golden = try StateDictionaryGolden.cases()[0]
    let tensors = try golden.tensors()
    func change(_ name: String, _ tensor: Tensor?) throws {
      var changed = tensors.filter { $0.name != name }
      if let tensor { changed.append(NamedTensor(name, tensor)) }
      _ = try golden.network(changed)
    }
    expectRefusal(golden.file, "layer 1 (batch_norm)", "\"1.running_var\" is missing") {
      try change("1.running_var", nil)
    }
    expectRefusal("layer 4 (conv2d)", "shape 5x3x3x2, expected 5x3x3x3") {
      try change("4.weight", Tensor([5, 3, 3, 2]))
    }
    expectRefusal("layer 0 (conv2d)", "no place for \"0.bias\"") {
      try change("0.bias", Tensor([3]))
    }
    expectRefusal("layer 2 (relu)", "no place for \"2.weight\"") {
      try change("2.weight", Tensor([1]))
    }
    expectRefusal("layer 14.0 (dense)", "\"14.0.bias\"", "infinite") {
      try change("14.0.bias", Tensor([5], repeating: .nan))
    }
    expectRefusal("no layer for \"16.weight\"") { try change("16.weight", Tensor([1])) }
    // Two faults: the first is told, and by number, not by letter.
    expectRefusal("layer 4 (conv2d)") {
      _ = try golden.network(
        tensors.filter { $0.name != "12.bias" && $0.name != "4.bias" })
    }
    expectRefusal("no layer for \"99.a\"") {
      _ = try golden.network(
        tensors + ["100.a", "99.b", "99.a"].map { NamedTensor($0, Tensor([1])) })
    }
  }

  @Test("a description takes no memory beyond the first layer without weights")
  func hugeDescription() {
    // 10,000 layers of a gigabyte each.
    let layer = LayerSpecification("dense", ["units": 16384])
    expectRefusal("layer 0 (dense)", "\"0.weight\" is missing") {
      _ = try StateDictionary.network(
        Array(repeating: layer, count: 10_000), input: [16], tensors: [], file: "f")
    }
    let block = LayerSpecification(
      "residual", ["body": .array(Array(repeating: layer.json, count: 1000))])
    expectRefusal("layer 0.body.0 (dense)") {
      _ = try StateDictionary.network([block], input: [16], tensors: [], file: "f")
    }
  }

  @Test("sizes that add up from layer to layer do not overflow")
  func hugeImages() {
    let pad = LayerSpecification(
      "conv2d", ["filters": 1, "kernel": 1, "padding": 65535, "bias": false])
    expectRefusal("layer 0 (conv2d)", "131071x131071x1") {
      _ = try StateDictionary.network(
        Array(repeating: pad, count: 100) + [LayerSpecification("flatten"), dense],
        input: [1, 1, 1],
        tensors: (0..<100).map { NamedTensor("\($0).weight", Tensor([1, 1, 1, 1])) }, file: "f")
    }
  }

  @Test("what other programs lack or order otherwise is refused, and the layer named")
  func refused() throws {
    func export(_ layers: [LayerSpecification], _ input: Shape) throws {
      let model = try Sequential(layers, input: input, random: RandomStream(seed: 1))
      _ = try StateDictionary.tensors(of: model, input: input)
    }
    let flatten = LayerSpecification("flatten")
    expectRefusal("layer 0 (flatten)", "end with a dense layer") {
      try export([flatten], [2, 2, 3])
    }
    // One channel, or one pixel, has one order only.
    try export([flatten], [2, 2, 1])
    try export([flatten], [1, 1, 3])
    expectRefusal("layer 1 (max_pool2d)", "3x3", "2x2", "ONNX") {
      try export(
        [
          LayerSpecification("relu"),
          LayerSpecification("max_pool2d", ["size": 3, "padding": 2]),
        ], [6, 6, 1])
    }
    let halves = LayerSpecification("max_pool2d", ["size": [2, 1], "stride": [2, 1]])
    let other = LayerSpecification("max_pool2d", ["size": [1, 2], "stride": [1, 2]])
    expectRefusal("layer 0 (residual)", "flatten") {
      try export(
        [
          LayerSpecification(
            "residual",
            [
              "body": .array([halves.json, flatten.json]),
              "shortcut": .array([other.json, flatten.json]),
            ]), dense,
        ], [4, 4, 3])
    }
    expectRefusal("2x3x4x5") { try export([LayerSpecification("relu")], [2, 3, 4, 5]) }
    struct Odd: Layer {
      static let kind = "odd"
      init() {}
      init(_ specification: LayerSpecification, input: Shape, random: RandomStream) {}
      var specification: LayerSpecification { LayerSpecification(Self.kind) }
      func outputShape(for input: Shape) -> Shape { input }
      func forward(_ x: Tensor, _ phase: Phase) -> (output: Tensor, cache: Bool) { (x, true) }
      func backward(_ dy: Tensor, _ cache: Bool) -> (input: Tensor, parameters: [Tensor]) {
        (dy, [])
      }
    }
    expectRefusal("layer 1 (odd)") {
      _ = try StateDictionary.tensors(of: Sequential([ReLU(), Odd(), Odd()]), input: [3])
    }
  }

  @Test("dimensions move as told")
  func permuted() {
    let x = randomTensor([2, 3, 4, 5], seed: 8)
    let y = x.permuted([3, 1, 0, 2])
    #expect(y.shape == [5, 3, 2, 4])
    for i in 0..<2 {
      for j in 0..<3 {
        for k in 0..<4 { for l in 0..<5 { #expect(y[l, j, i, k] == x[i, j, k, l]) } }
      }
    }
    #expect(Tensor([0, 3]).permuted([1, 0]).shape == [3, 0])
    #expect(Tensor([], [2]).permuted([]).elements == [2])
  }
}
