import Kernels
import TestSupport
import Testing

@Suite("Activation kernels") struct ActivationsTests {
  typealias Forward = (Int, UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void

  /// A kernel pair, its reference, and whether backward takes the output.
  struct Case: Sendable, CustomTestStringConvertible {
    let function: ActivationFunction
    let takesOutput: Bool
    let forward: @Sendable (Int, UnsafePointer<Float>, UnsafeMutablePointer<Float>) -> Void
    let backward:
      @Sendable (Int, UnsafePointer<Float>, UnsafePointer<Float>, UnsafeMutablePointer<Float>) ->
        Void
    var testDescription: String { "\(function)" }
  }

  static let cases = [
    Case(
      function: .relu, takesOutput: true,
      forward: { reluForward(count: $0, $1, $2) },
      backward: { reluBackward(count: $0, $1, $2, dx: $3) }),
    Case(
      function: .leakyReLU(slope: 0.25), takesOutput: true,
      forward: { leakyReLUForward(count: $0, slope: 0.25, $1, $2) },
      backward: { leakyReLUBackward(count: $0, slope: 0.25, $1, $2, dx: $3) }),
    Case(
      function: .gelu, takesOutput: false,
      forward: { geluForward(count: $0, $1, $2) },
      backward: { geluBackward(count: $0, $1, $2, dx: $3) }),
    Case(
      function: .tanh, takesOutput: true,
      forward: { tanhForward(count: $0, $1, $2) },
      backward: { tanhBackward(count: $0, $1, $2, dx: $3) }),
    Case(
      function: .sigmoid, takesOutput: true,
      forward: { sigmoidForward(count: $0, $1, $2) },
      backward: { sigmoidBackward(count: $0, $1, $2, dx: $3) }),
  ]

  @Test(
    "equal the naive ones, whatever the count", arguments: cases, [1, 15, 16, 17, 1000, 70_001])
  func equalNaive(_ test: Case, _ count: Int) {
    let x: [Float] = randomNumbers(count, seed: 1).map { $0 * 8 }
    let dy: [Float] = randomNumbers(count, seed: 2)
    let y = run(x, test.forward)
    // Backward from the naive output, so that the two kernels are judged apart.
    let expected = Reference.activationForward(test.function, x)
    expectClose(y, expected, absolute: 2e-6, "forward")
    var dx = [Float](repeating: .nan, count: count)
    test.backward(count, test.takesOutput ? expected : x, dy, &dx)
    expectClose(
      dx, Reference.activationBackward(test.function, x, dy), absolute: 2e-6, "backward")
  }

  @Test("are exact to a few units in the last place, far out too", arguments: cases)
  func accuracy(_ test: Case) {
    let x = (-1200...1200).map { Float($0) / 10 }
    let expected = Reference.activationForward(test.function, x.map(Double.init))
    for (value, reference) in zip(run(x, test.forward), expected) {
      #expect(abs(Double(value) - reference) <= 4e-7 * max(1, abs(reference)))
    }
  }

  @Test("keep the sign and the relative precision of small numbers", arguments: cases)
  func small(_ test: Case) {
    let x = (-30...30).map { Float($0) * 1e-6 }
    let expected = Reference.activationForward(test.function, x.map(Double.init))
    for (value, reference) in zip(run(x, test.forward), expected) {
      #expect(abs(Double(value) - reference) <= 3e-7 * abs(reference))
    }
  }

  @Test("pass NaN and infinity on", arguments: cases) func special(_ test: Case) {
    for count in [1, 40] {
      var x = [Float](repeating: 1, count: count)
      x[count - 1] = .nan
      let y = run(x, test.forward)
      #expect(y[count - 1].isNaN)
      #expect(y.dropLast().allSatisfy { !$0.isNaN })
      var dx = [Float](repeating: 0, count: count)
      test.backward(count, y, [Float](repeating: .nan, count: count), &dx)
      #expect(dx[count - 1].isNaN)
    }
    let far = run([.infinity, 1e30], test.forward)
    let expected = Reference.activationForward(test.function, [Float.infinity, 1e30])
    #expect(far == expected)
  }

  @Test("have the gradient of the reference, in Double", arguments: cases)
  func gradient(_ test: Case) {
    let x: [Double] = randomNumbers(50, seed: 3).map { $0 * 4 }
    let dy: [Double] = randomNumbers(50, seed: 4)
    #expect(x.allSatisfy { abs($0) > 1e-4 }, "no kink within the step")
    expectGradient(
      Reference.activationBackward(test.function, x, dy),
      of: { dot(Reference.activationForward(test.function, $0), dy) }, at: x)
  }

  @Test("addition adds, whatever the count", arguments: [1, 16, 33, 40_000])
  func addition(_ count: Int) {
    let x: [Float] = randomNumbers(count, seed: 1)
    let y: [Float] = randomNumbers(count, seed: 2)
    var z = [Float](repeating: .nan, count: count)
    add(count: count, x, y, &z)
    #expect(z == zip(x, y).map { $0 + $1 })
  }

  private func run(_ x: [Float], _ kernel: Forward) -> [Float] {
    var y = [Float](repeating: .nan, count: x.count)
    kernel(x.count, x, &y)
    return y
  }
}
