/// The first layer of a network that sees grey images: a 3x3 kernel over one channel.
struct SingleChannelStep: InferenceStep {
  private let shape: ConvolutionShape
  private let weight: AlignedFloats
  private let finish: Finish

  init(_ shape: ConvolutionShape, _ weight: UnsafePointer<Float>, _ finish: Finish) {
    (self.shape, self.finish) = (shape, finish)
    self.weight = AlignedFloats(shape.weightCount) {
      $0.update(from: weight, count: shape.weightCount)
    }
  }

  var weightCount: Int { weight.count }

  func items(images: Int, threads: Int) -> Int {
    (images * shape.output.height + Self.bandLines - 1) / Self.bandLines
  }

  func run(_ item: Int, _ memory: StepMemory) {
    let end = memory.images * shape.output.height
    singleChannelLines(
      shape, item * Self.bandLines..<min(end, (item + 1) * Self.bandLines), memory.x, weight.base,
      bias: finish.biases, floor: finish.floor, memory.y)
  }

  private static let bandLines = 8
}
