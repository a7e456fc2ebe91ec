import TestSupport
import Testing

@testable import Kernels

@Suite("Winograd's transforms") struct WinogradTransformTests {
  /// A transform applied to a list of numbers, the same in every lane.
  private func apply<Line: LineTransform>(_: Line.Type, _ x: [Float]) -> [Float] {
    #expect(x.count == Line.inputs)
    var y = [Float](repeating: .nan, count: Line.outputs)
    Line.apply({ Lanes(repeating: x[$0]) }, { y[$0] = $1[15] })
    return y
  }

  private func numbers(_ count: Int, _ seed: UInt64) -> [Float] { randomNumbers(count, seed: seed) }

  private func expectFilter<T: WinogradTransform>(_: T.Type) {
    for seed: UInt64 in 1...20 {
      let (d, g) = (numbers(T.inputs, seed), numbers(3, seed + 100))
      let products = zip(apply(T.Kernel.self, g), apply(T.Input.self, d)).map { $0 * $1 }
      let expected = (0..<T.outputs).map { d[$0] * g[0] + d[$0 + 1] * g[1] + d[$0 + 2] * g[2] }
      expectClose(apply(T.Output.self, products), expected, absolute: 4e-6)
    }
  }

  @Test("filter: Aᵀ [(G g) ⊙ (Bᵀ d)] is what three taps give") func filter() {
    expectFilter(WinogradThree.self)
    expectFilter(WinogradFour.self)
  }

  private func expectAdjoint<Line: LineTransform, Adjoint: LineTransform>(
    _: Line.Type, _: Adjoint.Type
  ) {
    #expect(Line.inputs == Adjoint.outputs && Line.outputs == Adjoint.inputs)
    for seed: UInt64 in 1...20 {
      let (x, y) = (numbers(Line.inputs, seed), numbers(Line.outputs, seed + 100))
      expectClose(
        [dot(apply(Line.self, x), y)], [dot(x, apply(Adjoint.self, y))], absolute: 4e-6,
        "\(Line.self)")
    }
  }

  private func expectAdjoints<T: WinogradTransform>(_: T.Type) {
    expectAdjoint(T.Input.self, T.InputAdjoint.self)
    expectAdjoint(T.Output.self, T.OutputAdjoint.self)
    expectAdjoint(T.Kernel.self, T.KernelAdjoint.self)
  }

  @Test("come with their adjoints") func adjoints() {
    expectAdjoints(WinogradThree.self)
    expectAdjoints(WinogradFour.self)
  }
}
