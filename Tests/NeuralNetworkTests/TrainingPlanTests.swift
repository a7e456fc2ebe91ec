import Kernels
import TensorCore
import TestSupport
import Testing

@testable import NeuralNetwork

/// A model with a batch for it, and what a step gives by the layers or by a plan.
struct StepCase: CustomStringConvertible, Sendable {
  let name: String
  let layers: [LayerSpecification]
  let input: Shape
  let batch: Int
  var classes = 7
  var seed: UInt64 = 1
  var targets: Tensor?

  var description: String { "\(name), \(input), batch \(batch)" }

  static func named(
    _ name: String, widths: [Int]? = nil, input: Shape = [48, 48, 1], batch: Int
  ) throws -> StepCase {
    let settings = widths.map { ["widths": JSONValue.array($0.map { .int($0) })] } ?? [:]
    return StepCase(
      name: name, layers: try ModelZoo.model(name).layers(settings, classes: 7), input: input,
      batch: batch)
  }

  func model() throws -> Sequential {
    var model = try Sequential(layers, input: input, random: RandomStream(seed: 1))
    // Biases and shifts begin as 0 and scales as 1: that would hide them.
    var random = RandomStream(seed: 2)
    model.forEachParameter { _, tensor in
      guard tensor.shape.rank == 1 else { return }
      tensor = Tensor(tensor.shape, tensor.elements.map { $0 + random.uniform(-0.3, 0.3) })
    }
    return model
  }

  var inputs: Tensor { randomTensor(input.prepending(batch), seed: 30 + seed) }
  var labels: [Int] {
    var random = RandomStream(seed: 40 + seed)
    return (0..<batch).map { _ in random.integer(below: classes) }
  }

  /// Loss, logits, gradients and the buffers after the step.
  struct Result: Equatable {
    var loss: Double
    var logits: [Float]
    var gradients: [[Float]]
    var buffers: [[Float]]

    init(loss: Double, logits: Tensor, gradients: [Tensor], _ model: Sequential) {
      self.loss = loss
      self.logits = logits.elements
      self.gradients = gradients.map(\.elements)
      var (model, buffers) = (model, [[Float]]())
      model.forEachBuffer { buffers.append($1.elements) }
      self.buffers = buffers
    }
  }

  static let loss = CrossEntropy(labelSmoothing: 0.1)
  static let random = RandomStream(seed: 5)

  func byLayers() throws -> Result {
    var model = try model()
    let (logits, cache) = model.forward(inputs, .training(Self.random))
    let (loss, dLogits) =
      targets.map { Self.loss.evaluate(logits, targets: $0) }
      ?? Self.loss.evaluate(logits, labels: labels)
    let gradients = model.backward(dLogits, cache).parameters
    model.commit(cache)
    return Result(loss: loss, logits: logits, gradients: gradients, model)
  }

  func byPlan(steps: Int = 1, memory: PlannedMemory = PlannedMemory()) throws -> Result {
    let start = try model()
    let plan = try TrainingPlan(start, input: input, batchSize: batch, memory: memory)
    var (model, loss) = (start, 0.0)
    for _ in 0..<steps {
      model = start
      let batch = Batch(inputs: inputs, labels: labels, targets: targets)
      loss = plan.step(&model, batch, loss: Self.loss, random: Self.random)
      plan.commit(to: &model)
    }
    return Result(loss: loss, logits: plan.logits, gradients: plan.gradients, model)
  }

  /// Expects the two to agree to 1e-5 of the largest number of each tensor; gradients that are 0 but
  /// for rounding, such as a bias's before batch norm, to 1e-6 of the model's largest.
  ///
  /// A ReLU or a maximum whose inputs are equal to rounding may go either way, which changes
  /// gradients by more than rounding does. So loss, logits and statistics have to agree on every
  /// batch, and the gradients on one out of six.
  func expectAgreement(sourceLocation: SourceLocation = #_sourceLocation) throws {
    var names: [String] = []
    var model = try model()
    model.forEachParameter { name, _ in names.append(name) }
    var least: (error: Double, where: String) = (.infinity, "no gradients")
    for seed in 1...6 as ClosedRange<UInt64> {
      var step = self
      step.seed = seed
      let (expected, actual) = (try step.byLayers(), try step.byPlan())
      expectClose(
        [actual.loss], [expected.loss], relative: 1e-5, "\(self): loss",
        sourceLocation: sourceLocation)
      expectClose(
        actual.logits, expected.logits, relative: 1e-5, "\(self): logits",
        sourceLocation: sourceLocation)
      try #require(actual.buffers.count == expected.buffers.count)
      for (index, pair) in zip(actual.buffers, expected.buffers).enumerated() {
        expectClose(
          pair.0, pair.1, relative: 1e-5, absolute: 1e-7, "\(self): buffer \(index)",
          sourceLocation: sourceLocation)
      }
      try #require(actual.gradients.count == names.count && expected.gradients.count == names.count)
      let floor = 1e-6 * (expected.gradients.map(Self.largest).max() ?? 0)
      var worst: (error: Double, where: String) = (0, "")
      for (index, name) in names.enumerated() {
        let (a, e) = (actual.gradients[index], expected.gradients[index])
        try #require(a.count == e.count && !a.isEmpty, "\(name)")
        let difference = zip(a, e).map { $0 - $1 }
        let error = Self.largest(difference) / (1e-5 * Self.largest(e) + floor)
        if !(error <= worst.error) { worst = (error, "\(name), seed \(seed)") }
      }
      if worst.error <= 1 { return }
      if !(least.error <= worst.error) { least = worst }
    }
    Issue.record(
      "\(self): a gradient is off by \(least.error) times what is allowed, \(least.where)",
      sourceLocation: sourceLocation)
  }

  private static func largest(_ numbers: [Float]) -> Double {
    numbers.reduce(0) { $1.isNaN ? .nan : max($0, abs(Double($1))) }
  }
}

/// Layers in unusual orders, so that every way through the lowering is gone.
enum StepCases {
  static func conv(
    _ filters: Int, kernel: Int = 3, stride: Int = 1, bias: Bool = true
  ) -> LayerSpecification {
    LayerSpecification(
      "conv2d",
      [
        "filters": .int(filters), "kernel": .int(kernel), "stride": .int(stride),
        "padding": "same", "bias": .bool(bias),
      ])
  }
  static func overTime(
    _ filters: Int, kernel: Int = 3, stride: Int = 1, bias: Bool = true
  ) -> LayerSpecification {
    LayerSpecification(
      "conv1d",
      [
        "filters": .int(filters), "kernel": .int(kernel), "stride": .int(stride),
        "padding": .int(kernel / 2), "bias": .bool(bias),
      ])
  }
  static func maximum(_ size: Int) -> LayerSpecification {
    LayerSpecification("max_pool1d", ["size": .int(size)])
  }
  static func pool(_ size: Int, stride: Int) -> LayerSpecification {
    LayerSpecification("max_pool2d", ["size": .int(size), "stride": .int(stride)])
  }
  static func residual(
    _ body: [LayerSpecification], _ shortcut: [LayerSpecification]? = nil
  ) -> LayerSpecification {
    var settings: [String: JSONValue] = ["body": .array(body.map(\.json))]
    if let shortcut { settings["shortcut"] = .array(shortcut.map(\.json)) }
    return LayerSpecification("residual", settings)
  }
  static func dropout(_ rate: Double) -> LayerSpecification {
    LayerSpecification("dropout", ["rate": .double(rate)])
  }
  static func kind(_ name: String) -> LayerSpecification { LayerSpecification(name) }
  static let end: [LayerSpecification] = [.flatten, .dense(7)]

  /// A series goes through as an image of height 1, and comes out of it as a series again.
  private static let series: Case = (
    "series",
    [overTime(8, kernel: 4, stride: 3), .relu, maximum(2), overTime(20), kind("tanh")] + end,
    [29, 5]
  )
  private static let seriesWithNorms: Case = (
    "series with norms",
    [
      .batchNorm, maximum(2), overTime(16, bias: false), .batchNorm, .relu, maximum(3),
      residual([overTime(16), .batchNorm]), dropout(0.3), .globalAverage, .dense(7),
    ], [30, 3]
  )

  static let unusual = [
    strides, poolings, maps, oneChannel, residuals, chains, series, seriesWithNorms,
  ].map { StepCase(name: $0, layers: $1, input: $2, batch: 3) }

  private typealias Case = (String, [LayerSpecification], Shape)

  private static let strides: Case = {
    var layers = [conv(20), .batchNorm, .relu, conv(24, stride: 2), .batchNorm, .relu]
    layers += [pool(2, stride: 2), conv(17), .batchNorm, conv(9, kernel: 1), .relu]
    return ("bias before batch norm, strides, odd sizes", layers + end, [13, 11, 3])
  }()

  private static let poolings: Case = {
    var layers = [conv(16, bias: false), .relu, pool(3, stride: 2), conv(16), .halve]
    layers += [conv(16, bias: false), .batchNorm, .relu, .halve]
    layers.append(LayerSpecification("average_pool2d", ["size": 2, "stride": 1]))
    return ("poolings that overlap or leave a row", layers + end, [30, 27, 4])
  }()

  private static let maps: Case = {
    var layers = [.batchNorm, .relu, conv(16), .relu, .halve, kind("gelu"), conv(16)]
    layers += [kind("leaky_relu"), kind("tanh"), .batchNorm, .flatten, .dense(20)]
    layers += [.batchNorm, .relu, dropout(0.3), .dense(9), kind("sigmoid"), .dense(7)]
    return ("batch norm first and behind dense, all the maps", layers, [12, 12, 4])
  }()

  private static let oneChannel: Case = {
    var layers = [conv(16, bias: false), .batchNorm, .relu, .halve, conv(1), .relu]
    layers += [conv(16, bias: false), .batchNorm, .relu, .halve]
    layers += [conv(1), .batchNorm, conv(32), .relu]
    return ("one channel in the middle", layers + end, [16, 16, 1])
  }()

  private static let residuals: Case = {
    let inner = residual([conv(16), .relu], [conv(16, kernel: 1)])
    let outer = residual(
      [inner, .relu, conv(20), .batchNorm], [conv(20, kernel: 1), dropout(0.2)])
    let layers = [
      residual([conv(3, bias: false), .batchNorm]), .relu, outer, .flatten,
      residual([.dense(720), .relu]), .dense(7),
    ]
    return ("residual blocks at both ends and in each other", layers, [6, 6, 3])
  }()

  private static let chains: Case = {
    let chain: [LayerSpecification] = [.dense(12), .relu, .dense(7)]
    let layers = [
      dropout(0.2), .flatten,
      LayerSpecification("sequential", ["layers": .array(chain.map(\.json))]),
    ]
    return ("dropout and flatten first, a chain in the chain", layers, [3, 3, 2])
  }()
}

/// A layer that no plan knows: y = x · gain, with the largest |x| kept as a buffer.
private struct Gain: Layer {
  static let kind = "gain"
  var gain = Tensor([1], [1.5])
  var peak = Tensor([1])

  init() {}
  init(_ specification: LayerSpecification, input: Shape, random: RandomStream) throws {}
  var specification: LayerSpecification { LayerSpecification(Self.kind) }
  func outputShape(for input: Shape) throws -> Shape { input }
  func forward(_ x: Tensor, _ phase: Phase) -> (output: Tensor, cache: Tensor) {
    (Tensor(x.shape, x.elements.map { $0 * gain[0] }), x)
  }
  func backward(_ dy: Tensor, _ x: Tensor) -> (input: Tensor, parameters: [Tensor]) {
    (
      Tensor(dy.shape, dy.elements.map { $0 * gain[0] }),
      [Tensor([1], [dot(dy.elements, x.elements)])]
    )
  }
  mutating func forEachParameter(_ body: (String, inout Tensor) throws -> Void) rethrows {
    try body("gain", &gain)
  }
  mutating func forEachBuffer(_ body: (String, inout Tensor) throws -> Void) rethrows {
    try body("peak", &peak)
  }
  mutating func commit(_ x: Tensor) {
    peak[0] = max(peak[0], x.elements.map(abs).max() ?? 0)
  }
}

@Suite("Training plan", .serialized) struct TrainingPlanTests {
  // Not fewer than nine: batch norm behind a dense layer takes its variance over the batch alone, and
  // over three examples magnifies rounding beyond what is allowed here.
  @Test("agrees with the layers on the named models", arguments: [1, 9])
  func named(batch: Int) throws {
    let side = batch == 1 ? 48 : 24
    for model in ModelZoo.models {
      let input: Shape = model.input == .picture ? [side, side, 1] : model.input.usualShape
      try StepCase.named(model.name, input: input, batch: batch).expectAgreement()
    }
  }

  @Test("agrees with the layers at batch 128") func large() throws {
    try StepCase.named("simple-cnn", input: [12, 12, 1], batch: 128).expectAgreement()
    try StepCase.named("vgg10", widths: [16, 16, 32, 32], input: [16, 16, 1], batch: 128)
      .expectAgreement()
    try StepCase.named("resnet", widths: [8, 16, 16], input: [8, 8, 1], batch: 128)
      .expectAgreement()
  }

  @Test("agrees with the layers in any order of them", arguments: StepCases.unusual)
  func unusual(_ step: StepCase) throws { try step.expectAgreement() }

  @Test("calls a layer it does not know") func unknownLayer() throws {
    let random = RandomStream(seed: 1)
    var model = try Sequential(
      [StepCases.conv(16, bias: false), .batchNorm, .relu], input: [8, 8, 3], random: random)
    model.layers += [Gain()]
    model.layers += try Sequential(StepCases.end, input: [8, 8, 16], random: random).layers
    let x = randomTensor([3, 8, 8, 3])
    let (logits, cache) = model.forward(x, .training(random))
    let (loss, dLogits) = CrossEntropy().evaluate(logits, labels: [0, 1, 2])
    let expected = model.backward(dLogits, cache).parameters
    var committed = model
    committed.commit(cache)

    let plan = try TrainingPlan(model, input: [8, 8, 3], batchSize: 3)
    let actual = plan.step(&model, inputs: x, labels: [0, 1, 2], random: random)
    plan.commit(to: &model)
    expectClose([actual], [loss], relative: 1e-6)
    for (a, e) in zip(plan.gradients, expected) {
      expectClose(a.elements, e.elements, relative: 1e-5)
    }
    for (a, e) in zip(model.namedTensors(), committed.namedTensors()) {
      expectClose(a.tensor.elements, e.tensor.elements, relative: 1e-5, a.name)
    }
    #expect(model.namedTensors().contains { $0.name == "3.peak" && $0.tensor[0] > 0 })
  }

  @Test("learns towards targets as the layers do, and one-hot ones are labels to the bit")
  func targets() throws {
    var step = try StepCase.named("simple-cnn", input: [12, 12, 1], batch: 5)
    step.targets = Tensor(
      [5, 7], randomTensor([5, 7], seed: 3).elements.map { max(0, $0) })
    try step.expectAgreement()
    step.targets = nil
    let byLabels = try step.byPlan()
    step.targets = CrossEntropy().targets(step.labels, classes: 7)
    #expect(try step.byPlan() == byLabels)
  }

  @Test("gives the same bytes on any number of workers, and every time") func workers() throws {
    for step in [try StepCase.named("vgg10", widths: [16, 24, 32, 40], batch: 19)]
      + StepCases.unusual
    {
      let once = try step.byPlan()
      #expect(try step.byPlan(steps: 2) == once, "\(step)")
      expectSameOnAnyNumber("\(step)") { try? step.byPlan() }
    }
  }

  @Test("two batch sizes share their memory and do not disturb each other") func sharedMemory()
    throws
  {
    let memory = PlannedMemory()
    let (large, small) = (
      try StepCase.named("vgg10", widths: [8, 8, 16, 16], batch: 7),
      try StepCase.named("vgg10", widths: [8, 8, 16, 16], batch: 2)
    )
    for step in [small, large, small] {
      #expect(try step.byPlan(memory: memory) == step.byPlan())
    }
  }

  @Test("what nobody needs any more makes room: less than half of all tensors") func memory()
    throws
  {
    let step = try StepCase.named("vgg10", batch: 128)
    let bytes = try TrainingPlan.plannedBytes(step.model(), input: step.input, batchSize: 128)
    // 141 MB of convolutions' outputs have to be kept for backward.
    #expect((141_000_000...200_000_000).contains(bytes), "\(bytes)")
  }
}
