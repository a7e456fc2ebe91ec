import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@Suite("Named models") struct ModelZooTests {
  static func build(
    _ name: String, _ settings: [String: JSONValue] = [:], input: Shape = [48, 48, 1],
    classes: Int = 7
  ) throws -> Sequential {
    try ModelConfiguration.named(name, settings: settings).build(
      input: input, classes: classes, random: RandomStream(seed: 1))
  }

  @Test("vgg10 is the contract's: 1.77 M numbers, 118 M multiply-adds") func vgg10() throws {
    let model = try Self.build("vgg10")
    let summary = try ModelSummary(model, input: [48, 48, 1])
    // By hand: convolutions 1,170,720, batch norms 1,920, dense 590,080 and 1,799.
    #expect(summary.parameters == 1_764_519)
    #expect(summary.buffers == 1_920)
    #expect((Double(summary.parameters + summary.buffers) / 1e4).rounded() == 177)
    // By hand: 9 · (48² · 1,056 + (24² · 6,144 = 12² · 24,576 = 6² · 98,304) · 3) + dense.
    #expect(summary.multiplyAdds == 9 * (2304 * 1056 + 3 * 576 * 6144) + 2304 * 256 + 256 * 7)
    #expect((Double(summary.multiplyAdds) / 1e6).rounded() == 118)
    #expect(
      model.layers.map { type(of: $0).kind }
        == (0..<4).flatMap { _ in
          ["conv2d", "batch_norm", "relu", "conv2d", "batch_norm", "relu", "max_pool2d"]
        } + ["flatten", "dense", "relu", "dropout", "dense"])
    #expect(model.namedTensors().allSatisfy { $0.name != "0.bias" }, "no bias before batch norm")
  }

  @Test("vgg10-plus adds dropout behind the blocks and batch norm behind the dense layer")
  func vgg10Plus() throws {
    let kinds = { (model: Sequential) in model.layers.map { type(of: $0).kind } }
    let model = try Self.build("vgg10-plus")
    // A scale and a shift for each of 256 units more.
    #expect(try ModelSummary(model, input: [48, 48, 1]).parameters == 1_764_519 + 512)
    #expect(
      kinds(model)
        == (0..<4).flatMap { _ in
          [
            "conv2d", "batch_norm", "relu", "conv2d", "batch_norm", "relu", "max_pool2d", "dropout",
          ]
        } + ["flatten", "dense", "batch_norm", "relu", "dropout", "dense"])
    let rates = model.layers.compactMap { ($0 as? Dropout)?.rate }
    #expect(rates == [0.1, 0.1, 0.1, 0.1, 0.5])
    let plain = try Self.build("vgg10-plus", ["block_dropout": 0, "dropout": 0, "units": 32])
    #expect(!kinds(plain).contains("dropout"))
    #expect(kinds(plain).count == kinds(model).count - 5)
    #expect(throws: ModelError.self) { try Self.build("vgg10-plus", ["block_dropout": 1]) }
    #expect(throws: ModelError.self) { try Self.build("vgg10-plus", ["dropout": -0.1]) }
  }

  @Test("the summary's rows add up and name the parameters' paths") func rows() throws {
    let model = try Self.build("resnet")
    let summary = try ModelSummary(model, input: [48, 48, 1])
    #expect(summary.rows.reduce(0) { $0 + $1.parameters } == summary.parameters)
    #expect(summary.rows.reduce(0) { $0 + $1.multiplyAdds } == summary.multiplyAdds)
    #expect((300_000...700_000).contains(summary.parameters))
    let names = Set(model.namedTensors().map(\.name))
    for row in summary.rows where row.kind == "conv2d" {
      #expect(names.contains("\(row.path).weight"))
    }
    #expect(summary.rows.last?.output == [7])
    #expect(summary.rows.first?.settings.contains("filters 24") == true)
    let shortcuts = summary.rows.filter { $0.path.contains("shortcut") && $0.kind == "conv2d" }
    #expect(shortcuts.count == 2)
    #expect(shortcuts.map(\.output) == [[24, 24, 48], [12, 12, 96]])
  }

  @Test(
    "every model takes examples of its kind of any size, channels and classes",
    arguments: ModelZoo.models.map { $0.name },
    [
      ([48, 48, 1], 7), ([33, 20, 3], 2), ([16, 16, 4], 10), ([64, 128, 1], 8), ([40, 100, 1], 10),
      ([128, 20], 8), ([9, 3], 2), ([58], 10), ([1], 2),
    ] as [(Shape, Int)])
  func sizes(_ name: String, _ data: (input: Shape, classes: Int)) throws {
    let rank = try ModelZoo.model(name).input.usualShape.rank
    guard try ModelZoo.model(name).input == .numbers || data.input.rank == rank else {
      // Another kind: the error says which model takes it, and that one does.
      let usual = ModelZoo.usual(for: data.input).name
      let error = #expect(throws: ModelError.self) { try Self.build(name, input: data.input) }
      let words = ["model \(name)", "\(data.input),", "expected", "choose \(usual)"]
      #expect(
        words.allSatisfy { error?.description.contains($0) == true }, "\(error?.description ?? "")")
      _ = try Self.build(usual, input: data.input)
      return
    }
    let model = try Self.build(name, input: data.input, classes: data.classes)
    let x = randomTensor(data.input.prepending(2))
    let (logits, caches) = model.forward(x, .training(RandomStream(seed: 2)))
    #expect(logits.shape == [2, data.classes])
    let result = CrossEntropy().evaluate(logits, labels: [0, 1])
    let gradients = model.backward(result.gradient, caches)
    #expect(gradients.input.shape == x.shape)
    var (copy, shapes) = (model, [Shape]())
    copy.forEachParameter { shapes.append($1.shape) }
    #expect(gradients.parameters.map(\.shape) == shapes)
    #expect(gradients.parameters.allSatisfy { $0.elements.allSatisfy { $0.isFinite } })
  }

  @Test("widths are settable, an image that does not survive the pools is refused") func widths()
    throws
  {
    let summary = try ModelSummary(
      Self.build("vgg10", ["widths": [8, 16]]), input: [48, 48, 1])
    #expect(summary.rows.filter { $0.kind == "conv2d" }.map { $0.output[2] } == [8, 8, 16, 16])
    #expect(throws: ModelError.self) { try Self.build("vgg10", input: [12, 12, 1]) }
    #expect(throws: ModelError.self) { try Self.build("vgg10", ["widths": []]) }
    #expect(throws: ModelError.self) { try Self.build("vgg10", ["width": [8]]) }
    #expect(throws: ModelError.self) { try Self.build("simple-cnn", ["widths": [8]]) }
    #expect(throws: ModelError.self) { try Self.build("resnet", ["blocks": 0]) }
  }

  @Test(
    "an example that is too small is refused by the model's name, with its size and what to do",
    arguments: [
      ("vgg10", [12, 40, 1], "max_pool2d"), ("vgg10-plus", [15, 15, 1], "max_pool2d"),
      ("vgg-gap", [64, 8, 1], "max_pool2d"), ("simple-cnn", [3, 3, 1], "max_pool2d"),
      ("time-cnn", [7, 20], "max_pool1d"),
    ] as [(String, Shape, String)])
  func tooSmall(_ name: String, _ input: Shape, _ layer: String) {
    let error = #expect(throws: ModelError.self) { try Self.build(name, input: input) }
    #expect(
      ["\(layer) of \(name)", "examples of \(input)", "larger examples"].allSatisfy {
        error?.description.contains($0) == true
      }, "\(error?.description ?? "none")")
  }

  @Test("vgg-gap's parameters do not grow with the picture; vgg10's do") func gap() throws {
    func parameters(_ name: String, _ input: Shape) throws -> Int {
      try ModelSummary(Self.build(name, input: input), input: input).parameters
    }
    let inputs: [Shape] = [[16, 16, 1], [48, 48, 1], [64, 128, 1]]
    // By hand: convolutions 1,170,720, batch norms 1,920 and dense 256 · 7 + 7.
    #expect(try inputs.map { try parameters("vgg-gap", $0) } == [1_174_439, 1_174_439, 1_174_439])
    #expect(try Set(inputs.map { try parameters("vgg10", $0) }).count == 3)
    let plain = try Self.build(
      "vgg-gap", ["widths": [8, 16], "block_dropout": 0, "dropout": 0], input: [64, 128, 1])
    #expect(!plain.layers.contains { $0 is Dropout })
    #expect(plain.layers.suffix(2).map { type(of: $0).kind } == ["global_average_pool", "dense"])
  }

  @Test("mlp is dense layers as wide as told; without norm and dropout there are neither")
  func mlp() throws {
    let kinds = { (model: Sequential) in model.layers.map { type(of: $0).kind } }
    let block = ["dense", "batch_norm", "relu", "dropout"]
    let usual = try Self.build("mlp", input: [58], classes: 10)
    #expect(kinds(usual) == ["flatten"] + block + block + ["dense"])
    #expect(
      usual.layers.compactMap { ($0 as? Dense)?.weight.shape } == [
        [58, 128], [128, 64], [64, 10],
      ])
    let plain = try Self.build(
      "mlp", ["units": [30], "batch_norm": false, "dropout": 0], input: [4, 5], classes: 3)
    #expect(kinds(plain) == ["flatten", "dense", "relu", "dense"])
    #expect(plain.layers.compactMap { ($0 as? Dense)?.weight.shape } == [[20, 30], [30, 3]])
    #expect(throws: ModelError.self) { try Self.build("mlp", ["units": []], input: [58]) }
    #expect(throws: ModelError.self) { try Self.build("mlp", ["widths": [8]], input: [58]) }
  }

  @Test("time-cnn halves the time behind each block and sees as many frames as told")
  func timeCNN() throws {
    let usual = try Self.build("time-cnn", input: [128, 20])
    let rows = try ModelSummary(usual, input: [128, 20]).rows
    #expect(
      rows.filter { $0.kind == "max_pool1d" }.map(\.output) == [[64, 64], [32, 128], [16, 128]])
    let settings: [String: JSONValue] = [
      "widths": [8, 9], "kernel": 7, "block_dropout": 0, "dropout": 0,
    ]
    let own = try Self.build("time-cnn", settings, input: [50, 3])
    let weights = own.layers.compactMap { ($0 as? Conv1D)?.weight.shape }
    #expect(weights == [[7, 3, 8], [7, 8, 9]])
    #expect(!own.layers.contains { $0 is Dropout })
    #expect(throws: ModelError.self) { try Self.build("time-cnn", ["kernel": 4], input: [50, 3]) }
  }

  @Test("names differ, each has its one line; an unknown name lists them") func names() {
    #expect(Set(ModelZoo.models.map { $0.name }).count == ModelZoo.models.count)
    #expect(ModelZoo.models.allSatisfy { !$0.summary.isEmpty && !$0.summary.contains("\n") })
    #expect {
      try Self.build("vgg11")
    } throws: {
      "\($0)".contains("vgg11") && "\($0)".contains("simple-cnn")
    }
  }
}
