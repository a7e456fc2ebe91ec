internal import Kernels

/// sgemm: the yardstick of everything that is made of matrix products.
enum GEMMBenchmark {
  static var cases: [Benchmark] {
    [(256, 256, 256), (1024, 1024, 1024), (1024, 32, 288)].map {
      m, n, k in
      Benchmark(
        name: "gemm/\(m)x\(n)x\(k)", work: .operations(2 * Double(m * n * k * Workers.count)),
        check: { check(m: min(m, 64), n: min(n, 64), k: min(k, 64)) },
        prepare: { product(m: m, n: n, k: k) })
    }
  }

  /// GFLOP/s of a large product on every worker at once.
  static func peak(_ effort: Effort) -> Double {
    let size = 1024
    let time = Measurement(effort, product(m: size, n: size, k: size)).milliseconds
    return 2 * Double(size * size * size * Workers.count) / time / 1e6
  }

  /// The same product on every worker, each into its own memory.
  private static func product(m: Int, n: Int, k: Int) -> () -> Void {
    let a = randomNumbers(m * k, seed: 1)
    let b = randomNumbers(k * n, seed: 2)
    let c = Buffer<Float>(Workers.count * m * n, repeating: 0)
    return {
      parallelFor(Workers.count) { worker in
        matrixMultiply(m: m, n: n, k: k, a, b, c.base + worker * m * n)
      }
    }
  }

  private static func check(m: Int, n: Int, k: Int) -> (error: Double, bound: Double) {
    let a = randomNumbers(m * k, seed: 1)
    let b = randomNumbers(k * n, seed: 2)
    let c = Buffer<Float>(m * n, repeating: .nan)
    matrixMultiply(m: m, n: n, k: k, a, b, c.base)
    return (
      relativeError(c.elements, Reference.matrixMultiply(m: m, n: n, k: k, a, b)), 1e-5
    )
  }
}
