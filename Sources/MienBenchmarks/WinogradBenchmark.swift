internal import Kernels

/// The algorithm that a layer of `vgg10` gets against the columns, in alternating runs: the figures
/// of docs/decisions/0013-convolution-by-shape.md. The rate counts the operations of a direct
/// convolution, of which Winograd does fewer.
enum WinogradBenchmark {
  static var cases: [Benchmark] {
    ConvolutionBenchmark.layers.flatMap { layer in
      let shape = ConvolutionBenchmark.shape(layer, batch: ConvolutionBenchmark.batch)
      let name = "algorithm/\(layer.side)x\(layer.side)/\(layer.channels)-\(layer.filters)"
      // Nobody before the first layer wants its dx, and no algorithm but the columns computes it.
      let passes: [(String, [ConvolutionBenchmark.Pass])] =
        layer.channels == 1
        ? [("forward", [.forward]), ("backward-weight", [.weight])]
        : [
          ("forward", [.forward]), ("backward-input", [.input]), ("backward-weight", [.weight]),
          ("backward", [.backward]),
        ]
      return passes.map { pass, passes in
        ConvolutionBenchmark.benchmark(
          "\(name)/\(pass)", [shape], passes, baseline: .columns)
      }
    }
  }
}
