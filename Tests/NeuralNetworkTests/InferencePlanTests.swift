import TensorCore
import TestSupport
import Testing

@testable import Kernels
@testable import NeuralNetwork

@Suite("Inference plan") struct InferencePlanTests {
  /// A model as training leaves it: biases and a norm's statistics are not those of a fresh one.
  static func trained(_ model: Sequential, seed: UInt64 = 3) -> Sequential {
    var model = model
    var random = RandomStream(seed: seed)
    func fill(_ name: String, _ tensor: inout Tensor) {
      let range: ClosedRange<Float>
      switch name.split(separator: ".").last {
      case "scale": range = 0.5...1.5
      case "shift", "bias", "running_mean": range = -0.5...0.5
      case "running_variance": range = 0.3...2
      default: return
      }
      tensor = Tensor(
        tensor.shape,
        (0..<tensor.count).map { _ in random.uniform(range.lowerBound, range.upperBound) })
    }
    model.forEachParameter { fill($0, &$1) }
    model.forEachBuffer { fill($0, &$1) }
    return model
  }

  private static func model(_ layers: [LayerSpecification], input: Shape) throws -> Sequential {
    trained(try Sequential(layers, input: input, random: RandomStream(seed: 1)))
  }

  /// The plan's answers to `count` images beside those of the layers.
  private static func expectAgreement(
    _ model: Sequential, input: Shape, count: Int, _ comment: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let plan = try InferencePlan(model, input: input)
    let x = randomTensor(input.prepending(count), seed: 7)
    let (actual, expected) = (plan.predict(x), model.predict(x))
    #expect(actual.shape == expected.shape, "\(comment)", sourceLocation: sourceLocation)
    expectClose(
      actual.elements, expected.elements, relative: 1e-5, "\(comment), \(count) images",
      sourceLocation: sourceLocation)
  }

  @Test(
    "gives what the layers give, for every named model and any batch",
    arguments: ModelZoo.models.map { $0.name }, [1, 3, 8, 128, 130])
  func namedModels(_ name: String, _ count: Int) throws {
    let input = try ModelZoo.model(name).input.usualShape
    let model = Self.trained(try ModelZooTests.build(name, input: input))
    try Self.expectAgreement(model, input: input, count: count, name)
  }

  @Test(
    "in bfloat16 gives nearly what it gives in floats, for every named model",
    arguments: ModelZoo.models.map { $0.name })
  func halves(_ name: String) throws {
    let input = try ModelZoo.model(name).input.usualShape
    let model = Self.trained(try ModelZooTests.build(name, input: input))
    let floats = try InferencePlan(model, input: input)
    let halves = try InferencePlan(model, input: input, precision: .bfloat16)
    let x = randomTensor(input.prepending(9), seed: 7)
    let (expected, actual) = (floats.predict(x), halves.predict(x))
    #expect(actual.shape == expected.shape)
    // Eight binary digits, over a dozen layers.
    expectClose(actual.elements, expected.elements, relative: 0.03, name)
    #expect(actual.elements != expected.elements)
    // And the same bytes however many come together, with any number of workers.
    let before = Workers.count
    defer { Workers.count = before }
    for workers in [1, 2, 3] {
      Workers.count = workers
      for count in [1, 2, 8] {
        let alone = halves.predict(x.rows(0..<count)).elements
        #expect(alone == Array(actual.elements[..<alone.count]), "\(count), \(workers) workers")
      }
    }
  }

  @Test(
    "the same for odd sizes and three channels", arguments: ModelZoo.models.map { $0.name })
  func oddSizes(_ name: String) throws {
    let input: Shape = try ModelZoo.model(name).input == .series ? [33, 3] : [33, 20, 3]
    let model = Self.trained(try ModelZooTests.build(name, input: input, classes: 2))
    try Self.expectAgreement(model, input: input, count: 5, name)
  }

  private static let halve = LayerSpecification.halve
  private static let pool = LayerSpecification(
    "max_pool2d", ["size": 3, "stride": 2, "padding": 1])
  private static func residual(
    _ body: [LayerSpecification], _ shortcut: [LayerSpecification] = []
  ) -> LayerSpecification {
    var settings: [String: JSONValue] = ["body": .array(body.map(\.json))]
    if !shortcut.isEmpty { settings["shortcut"] = .array(shortcut.map(\.json)) }
    return LayerSpecification(Residual.kind, settings)
  }

  /// Orders of layers that the plan might put together wrongly.
  static let orders: [(String, [LayerSpecification])] = [
    ("a convolution without norm", [StepCases.conv(20), .relu, StepCases.conv(36), .relu, halve]),
    ("a norm first", [.batchNorm, StepCases.conv(20), .relu]),
    ("a norm behind a ReLU", [StepCases.conv(20), .relu, .batchNorm, StepCases.conv(8)]),
    ("two norms", [StepCases.conv(20), .batchNorm, .batchNorm, .relu]),
    ("a norm behind a pool", [StepCases.conv(20), halve, .batchNorm, .relu]),
    ("a ReLU first", [.relu, StepCases.conv(20), .batchNorm]),
    ("a pool before the ReLU", [StepCases.conv(32), .batchNorm, halve, .relu]),
    ("an overlapping pool", [StepCases.conv(32), .relu, pool, StepCases.conv(32)]),
    ("a pool first", [pool, halve]),
    (
      "strides and large kernels",
      [StepCases.conv(20, kernel: 5, stride: 2), .relu, StepCases.conv(40, kernel: 1)]
    ),
    (
      "other activations",
      [
        StepCases.conv(20), LayerSpecification("gelu"), StepCases.conv(9),
        LayerSpecification("tanh"),
      ]
    ),
    (
      "dense with norms",
      [.flatten, .dense(33), .batchNorm, .relu, .dense(70), .relu, .batchNorm, .dense(3)]
    ),
    ("nothing but a flatten", [.flatten]),
    ("nothing at all", []),
    (
      "averages",
      [StepCases.conv(20), LayerSpecification("average_pool2d", ["size": 2]), .flatten, .dense(5)]
    ),
    (
      "a residual that is its input",
      [residual([StepCases.conv(2), .batchNorm]), .relu, StepCases.conv(4)]
    ),
    (
      "residuals within residuals",
      [
        residual(
          [StepCases.conv(24), .relu, residual([StepCases.conv(24), .relu])],
          [StepCases.conv(24, kernel: 1)]), StepCases.conv(24),
        residual([.relu]), LayerSpecification("global_average_pool"), .dense(4),
      ]
    ),
  ]

  @Test("any order of layers", arguments: orders.map(\.0)) func order(_ name: String) throws {
    let layers = try #require(Self.orders.first { $0.0 == name }).1
    let input: Shape = [13, 11, 2]
    for count in [1, 3, 6] {
      try Self.expectAgreement(
        try Self.model(layers, input: input), input: input, count: count, name)
    }
  }

  /// The same over series.
  static let seriesOrders: [(String, [LayerSpecification])] = [
    (
      "blocks",
      [
        StepCases.overTime(20), .batchNorm, .relu, StepCases.maximum(2),
        StepCases.overTime(36, kernel: 4, stride: 3), .relu, .globalAverage, .dense(5),
      ]
    ),
    (
      "a maximum before the ReLU", [StepCases.overTime(8), .batchNorm, StepCases.maximum(3), .relu]
    ),
    ("a norm and a maximum first", [.batchNorm, StepCases.maximum(2), StepCases.overTime(4)]),
    (
      "a residual over time",
      [
        residual([StepCases.overTime(6), .batchNorm], [StepCases.overTime(6, kernel: 1)]), .relu,
        .flatten, .dense(4),
      ]
    ),
  ]

  @Test("any order of layers over series", arguments: seriesOrders.map(\.0))
  func seriesOrder(_ name: String) throws {
    let layers = try #require(Self.seriesOrders.first { $0.0 == name }).1
    for count in [1, 3, 6] {
      try Self.expectAgreement(
        try Self.model(layers, input: [17, 5]), input: [17, 5], count: count, name)
    }
  }

  /// A layer that no plan knows.
  private struct Doubling: Layer {
    static let kind = "doubling"
    init() {}
    init(_ specification: LayerSpecification, input: Shape, random: RandomStream) throws {}
    var specification: LayerSpecification { LayerSpecification(Self.kind) }
    func outputShape(for input: Shape) throws -> Shape { [input.count * 2] }
    func forward(_ x: Tensor, _ phase: Phase) -> (output: Tensor, cache: Int) {
      let (n, count) = (x.shape[0], x.count / x.shape[0])
      let rows = (0..<n).flatMap { row in
        (0..<2 * count).map { x.elements[row * count + $0 % count] * 2 }
      }
      return (Tensor([n, 2 * count], rows), 0)
    }
    func backward(_ dy: Tensor, _ cache: Int) -> (input: Tensor, parameters: [Tensor]) { (dy, []) }
  }

  @Test("an unknown layer runs as it is") func unknownLayer() throws {
    let layers: [any Layer] =
      try Self.model([StepCases.conv(20), .relu], input: [5, 4, 2]).layers + [Doubling(), ReLU()]
    for count in [1, 3, 40] {
      try Self.expectAgreement(Sequential(layers), input: [5, 4, 2], count: count)
    }
  }

  @Test("NaN comes through, and only to the image that has one") func nan() throws {
    let plan = try InferencePlan(
      Self.trained(try ModelZooTests.build("vgg10")), input: [48, 48, 1])
    var x = randomTensor([3, 48, 48, 1])
    x[1, 20, 20, 0] = .nan
    let y = plan.predict(x)
    #expect((0..<7).allSatisfy { y[1, $0].isNaN && y[0, $0].isFinite && y[2, $0].isFinite })
  }

  @Test(
    "an image's answer is the same bytes in every batch, with any number of workers",
    arguments: ModelZoo.models.map { $0.name })
  func sameBytes(_ name: String) throws {
    let input = try ModelZoo.model(name).input.usualShape
    let plan = try InferencePlan(
      Self.trained(try ModelZooTests.build(name, input: input)), input: input)
    let x = randomTensor(input.prepending(37))
    let all = plan.predict(x)
    for range in [0..<1, 5..<8, 30..<37, 0..<37] {
      expectSameOnAnyNumber("\(name) \(range)") { plan.predict(x.rows(range)) }
      #expect(plan.predict(x.rows(range)) == all.rows(range), "\(name) \(range)")
    }
  }

  @Test("several threads ask at once and get the same bytes") func severalThreads() async throws {
    let plan = try InferencePlan(
      Self.trained(try ModelZooTests.build("vgg10")), input: [48, 48, 1])
    let x = randomTensor([9, 48, 48, 1])
    let expected = plan.predict(x)
    await withTaskGroup(of: Bool.self) { group in
      for task in 0..<16 {
        group.addTask {
          let range = task % 2 == 0 ? 0..<9 : task / 2..<task / 2 + 1
          return (0..<5).allSatisfy { _ in
            plan.predict(x.rows(range)) == expected.rows(range)
          }
        }
      }
      for await isSame in group { #expect(isSame) }
    }
  }

  @Test("asking again allocates nothing: all memory comes from the pool and goes back")
  func allocations() async {
    // In a process of its own: other tests that run beside this one use the pool too.
    await #expect(processExitsWith: .success) {
      let plan = try InferencePlan(
        InferencePlanTests.trained(try ModelZooTests.build("vgg10")), input: [48, 48, 1])
      for (workers, count) in [(1, 20), (2, 20), (2, 1), (3, 7)] {
        Workers.count = workers
        let x = randomTensor([count, 48, 48, 1])
        var y = Tensor([count, 7])
        func ask() { x.read { x in y.write { plan.run(images: count, x, $0) } } }
        // Threads meet differently from run to run: a pool of blocks grows to the most at once.
        for _ in 0..<50 { ask() }
        let before = scratchBlocksMade
        for _ in 0..<20 { ask() }
        #expect(scratchBlocksMade - before <= (workers > 1 ? 2 : 0), "\(workers), \(count)")
      }
    }
  }

  @Test("the times of all steps are noted down, and nothing else changes", arguments: [1, 3, 40])
  func times(_ count: Int) throws {
    let plan = try InferencePlan(
      Self.trained(try ModelZooTests.build("vgg10")), input: [48, 48, 1])
    let x = randomTensor([count, 48, 48, 1])
    let times = plan.makeTimes()
    #expect(times.milliseconds.allSatisfy { $0.milliseconds == 0 })
    #expect(plan.predict(x, times: times) == plan.predict(x))
    let names = times.milliseconds.map(\.name)
    #expect(names.count == 11)
    #expect(names.first == "convolution → 48x48x32")
    #expect(names.last == "dense → 7")
    #expect(times.milliseconds.allSatisfy { $0.milliseconds > 0 })
    times.reset()
    #expect(times.milliseconds.allSatisfy { $0.milliseconds == 0 })
  }

  @Test("inputs of a wrong shape are refused when the plan is made") func wrongShape() throws {
    let model = try ModelZooTests.build("vgg10")
    #expect(throws: ModelError.self) { try InferencePlan(model, input: [48, 48, 3]) }
    #expect(throws: ModelError.self) { try InferencePlan(model, input: [40, 40, 1]) }
  }

  @Test("activations alive at the same time do not overlap; dead ones give their place away")
  func places() {
    func step(_ x: Int, _ y: Int, other: Int? = nil) -> UnplacedStep {
      UnplacedStep(name: "copy", step: CopyStep(count: 1), x: x, other: other ?? x, y: y)
    }
    // 0 → 1 → 2 → 3, 1 + 3 → 4 → 5: activation 1 stays until it is added.
    let result = placed(
      [step(0, 1), step(1, 2), step(2, 3), step(1, 4, other: 3), step(4, 5)],
      counts: [16, 20, 48, 16, 32, 7])
    #expect(result.steps.map(\.y).last == .output)
    #expect(result.steps[0].x == .input)
    func range(_ place: ActivationPlace, _ count: Int) -> Range<Int> {
      guard case .planned(let offset) = place else { return 0..<0 }
      return offset..<offset + count
    }
    let (one, two) = (range(result.steps[0].y, 20), range(result.steps[1].y, 48))
    let (three, four) = (range(result.steps[2].y, 16), range(result.steps[3].y, 32))
    for (a, b) in [(one, two), (one, three), (two, three), (one, four), (three, four)] {
      #expect(!a.isEmpty && !a.overlaps(b))
    }
    #expect(result.steps[3].other == result.steps[2].y && result.steps[3].x == result.steps[0].y)
    #expect(two.overlaps(four), "activation 2 is dead when 4 is written")
    #expect(result.count == 32 + 48 + 16)
  }
}
