import Kernels
import TestSupport
import Testing

enum PoolingCases {
  static let all: [PoolingShape] = [
    make(1, (2, 2), 1, size: (2, 2), stride: (2, 2)),
    make(2, (48, 48), 32, size: (2, 2), stride: (2, 2)),
    make(3, (7, 5), 17, size: (2, 2), stride: (2, 2)),
    make(1, (6, 6), 3, size: (2, 2), stride: (2, 2)),
    make(2, (7, 6), 5, size: (3, 3), stride: (2, 2), padding: (1, 1)),
    make(2, (12, 7), 16, size: (3, 2), stride: (1, 3), padding: (2, 1)),
    make(1, (3, 3), 20, size: (3, 3), stride: (1, 1), padding: (2, 2)),
    make(1, (5, 9), 2, size: (1, 4), stride: (3, 1), padding: (0, 3)),
    make(2, (6, 3), 33, size: (6, 3), stride: (6, 3)),
    make(1, (24, 18), 1, size: (20, 17), stride: (1, 1)),
    make(2, (7, 7), 4, size: (2, 2), stride: (3, 3)),
    make(2, (7, 7), 4, size: (1, 1), stride: (2, 2)),
  ]

  static func make(
    _ batch: Int, _ input: (Int, Int), _ channels: Int, size: (Int, Int), stride: (Int, Int),
    padding: (Int, Int) = (0, 0)
  ) -> PoolingShape {
    PoolingShape(
      batch: batch, input: Extent2D(input.0, input.1), channels: channels,
      size: Extent2D(size.0, size.1), stride: Extent2D(stride.0, stride.1),
      padding: Extent2D(padding.0, padding.1))
  }
}

@Suite("Pooling kernels") struct PoolingTests {
  struct MaxPasses: Equatable {
    var y, dx: [Float]

    init(_ shape: PoolingShape, _ x: [Float], _ dy: [Float]) {
      y = [Float](repeating: .nan, count: shape.outputCount)
      dx = [Float](repeating: .nan, count: shape.inputCount)
      var places = [UInt16](repeating: .max, count: shape.outputCount)
      maxPoolingForward(shape, x, &y, places: &places)
      maxPoolingBackward(shape, dy, places: places, dx: &dx)
    }
  }

  struct AveragePasses: Equatable {
    var y, dx: [Float]

    init(_ shape: PoolingShape, _ x: [Float], _ dy: [Float]) {
      y = [Float](repeating: .nan, count: shape.outputCount)
      dx = [Float](repeating: .nan, count: shape.inputCount)
      averagePoolingForward(shape, x, &y)
      averagePoolingBackward(shape, dy, dx: &dx)
    }
  }

  /// Numbers with many ties, all negative where `shift` is: padding must not pass for a maximum.
  static func tied(_ count: Int, shift: Float) -> [Float] {
    randomNumbers(count, seed: 7).map { (3 * $0).rounded() + shift }
  }

  @Test("max pooling equals the naive one, ties and all", arguments: PoolingCases.all)
  func maximum(_ shape: PoolingShape) {
    let dy: [Float] = randomNumbers(shape.outputCount, seed: 2)
    for x in [
      randomNumbers(shape.inputCount), Self.tied(shape.inputCount, shift: 0),
      Self.tied(shape.inputCount, shift: -9),
      [Float](repeating: -.infinity, count: shape.inputCount),
    ] {
      let passes = MaxPasses(shape, x, dy)
      #expect(passes.y == Reference.maxPoolingForward(shape, x).y)
      expectClose(passes.dx, Reference.maxPoolingBackward(shape, x, dy), relative: 1e-6)
    }
  }

  @Test("average pooling equals the naive one", arguments: PoolingCases.all)
  func average(_ shape: PoolingShape) {
    let x: [Float] = randomNumbers(shape.inputCount)
    let dy: [Float] = randomNumbers(shape.outputCount, seed: 2)
    let passes = AveragePasses(shape, x, dy)
    expectClose(
      passes.y, Reference.averagePoolingForward(shape, x.map(Double.init)), relative: 1e-5)
    expectClose(
      passes.dx, Reference.averagePoolingBackward(shape, dy.map(Double.init)), relative: 1e-5)
  }

  @Test("have the gradient of the reference, in Double", arguments: PoolingCases.all)
  func gradient(_ shape: PoolingShape) {
    // Distinct numbers, farther apart than the step: the maximum has no gradient at a tie.
    let x = randomNumbers(shape.inputCount, seed: 1).enumerated()
      .sorted { (a: (offset: Int, element: Double), b) in a.element < b.element }
      .enumerated().map { (index: $0.element.offset, value: Double($0.offset) * 1e-3) }
      .sorted { $0.index < $1.index }.map { $0.value }
    let dy: [Double] = randomNumbers(shape.outputCount, seed: 2)
    // Finite differences cost a forward pass an element: the large shape is covered by the others.
    guard x.count < 10_000 else { return }
    expectGradient(
      Reference.maxPoolingBackward(shape, x, dy),
      of: { dot(Reference.maxPoolingForward(shape, $0).y, dy) }, at: x, "max")
    expectGradient(
      Reference.averagePoolingBackward(shape, dy),
      of: { dot(Reference.averagePoolingForward(shape, $0), dy) }, at: x, "average")
  }

  @Test("of equal maxima the first in row-major order gets the gradient")
  func ties() {
    let halving = PoolingCases.make(1, (2, 2), 1, size: (2, 2), stride: (2, 2))
    #expect(MaxPasses(halving, [5, 5, 5, 5], [2]).dx == [2, 0, 0, 0])
    #expect(MaxPasses(halving, [1, 5, 5, 0], [2]).dx == [0, 2, 0, 0])
    let overlapping = PoolingCases.make(1, (3, 3), 1, size: (2, 2), stride: (1, 1))
    #expect(
      MaxPasses(overlapping, [Float](repeating: 0, count: 9), [1, 2, 4, 8]).dx
        == [1, 2, 0, 4, 8, 0, 0, 0, 0])
  }

  @Test("a NaN under the window makes the maximum NaN", arguments: PoolingCases.all)
  func notANumber(_ shape: PoolingShape) {
    var x: [Float] = randomNumbers(shape.inputCount)
    for index in stride(from: 0, to: x.count, by: 11) { x[index] = .nan }
    let expected = Reference.maxPoolingForward(shape, x).y
    let y = MaxPasses(shape, x, [Float](repeating: 0, count: shape.outputCount)).y
    #expect(y.map(\.isNaN) == expected.map(\.isNaN))
    #expect(y.contains { $0.isNaN })
  }
}
