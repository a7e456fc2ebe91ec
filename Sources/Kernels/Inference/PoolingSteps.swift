/// The larger of two numbers in each lane; NaN where one is NaN.
@inline(__always)
func larger(_ a: Lanes, _ b: Lanes) -> Lanes {
  a.replacing(with: b, where: (b .> a) .| (b .!= b))
}

/// The maximum under the window, as in `maxPoolingForward`, without the places.
public struct MaxPoolingStep: InferenceStep {
  private let shape: PoolingShape

  /// - Parameter shape: that of one image.
  public init(_ shape: PoolingShape) { self.shape = shape }

  /// One an image.
  public func items(images: Int, threads: Int) -> Int { images }

  /// One image.
  public func run(_ item: Int, _ memory: StepMemory) {
    let (width, channels) = (shape.input.width, shape.channels)
    let x = memory.x + item * shape.input.count * channels
    var y = memory.y + item * shape.output.count * channels
    for row in 0..<shape.output.height {
      for column in 0..<shape.output.width {
        let cover = shape.cover(row, column)
        forEachLanes(channels) { c, count in
          var best = Lanes(repeating: -.infinity)
          for iy in cover.rows {
            for ix in cover.columns {
              best = larger(best, x.lanes((iy * width + ix) * channels + c, count: count))
            }
          }
          y.setLanes(c, best, count: count)
        }
        y += channels
      }
    }
  }
}

/// The mean under the window, as `averagePoolingForward` gives it.
public struct AveragePoolingStep: InferenceStep {
  private let shape: PoolingShape

  /// - Parameter shape: that of one image.
  public init(_ shape: PoolingShape) {
    precondition(shape.batch == 1, "\(shape)")
    self.shape = shape
  }

  /// One an image.
  public func items(images: Int, threads: Int) -> Int { images }

  /// One image.
  public func run(_ item: Int, _ memory: StepMemory) {
    averagePoolingForward(
      shape, memory.x + item * shape.inputCount, memory.y + item * shape.outputCount)
  }
}
