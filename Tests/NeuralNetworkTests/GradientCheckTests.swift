import NeuralNetwork
import Testing

@Suite("Gradient check") struct GradientCheckTests {
  private let x = [0.3, -1.2, 2.5]
  private func cubes(_ x: [Double]) -> Double { x.reduce(0) { $0 + $1 * $1 * $1 } }

  @Test("a right gradient agrees") func right() {
    #expect(GradientCheck(x.map { 3 * $0 * $0 }, of: cubes, at: x).error <= 1e-9)
  }

  @Test("of a wrong one the element that is most wrong is named") func wrong() {
    var gradient = x.map { 3 * $0 * $0 }
    gradient[1] += 0.1
    gradient[2] += 2
    let check = GradientCheck(gradient, of: cubes, at: x)
    #expect(check.index == 2 && abs(check.error - 2 / 18.75) <= 1e-6)
    #expect(check.analytic == gradient[2])
  }

  @Test("a NaN is the worst there is, wherever it stands", arguments: [0, 1, 2])
  func notANumber(index: Int) {
    var gradient = [1e3, 1e3, 1e3]
    gradient[index] = .nan
    let check = GradientCheck(gradient, of: cubes, at: x)
    #expect(check.index == index && check.error.isNaN)
  }

  @Test("of many elements some are looked at, spread evenly") func many() {
    let x = [Double](repeating: 1, count: 1000)
    var gradient = [Double](repeating: 3, count: 1000)
    gradient[995] = 0
    #expect(GradientCheck(gradient, of: cubes, at: x).index == 995)
  }
}
