/// y = scale · x + shift, channel by channel, then ReLU where one follows: batch norm where no
/// convolution could take it over.
public struct ScaleStep: InferenceStep {
  private let rows, channels: Int
  private let scale: AlignedFloats
  private let finish: Finish

  /// - Parameters:
  ///   - rows: the pixels of one image.
  ///   - scale: [C].
  ///   - shift: [C].
  public init(rows: Int, scale: [Float], shift: [Float], rectified: Bool) {
    precondition(scale.count == shift.count, "\(scale.count) scales, \(shift.count) shifts")
    (self.rows, channels) = (rows, scale.count)
    self.scale = AlignedFloats(scale.count) { base in
      for (index, value) in scale.enumerated() { base[index] = value }
    }
    finish = shift.withUnsafeBufferPointer {
      Finish(n: scale.count, bias: $0.baseAddress, rectified: rectified)
    }
  }

  /// scale and shift.
  public var weightCount: Int { 2 * channels }

  /// One an image.
  public func items(images: Int, threads: Int) -> Int { images }

  /// One image.
  public func run(_ item: Int, _ memory: StepMemory) {
    for row in item * rows..<(item + 1) * rows {
      forEachLanes(channels) { c, count in
        let x = memory.x.lanes(row * channels + c, count: count)
        let sum = scale.base.lanes(c, count: count) * x + finish.bias(c)
        memory.y.setLanes(row * channels + c, finish.rectify(sum), count: count)
      }
    }
  }
}

/// y = x + other, then ReLU where one follows: the end of a residual block.
public struct SumStep: InferenceStep {
  private let count: Int
  private let floor: Float

  /// - Parameter count: the numbers of one image.
  public init(count: Int, rectified: Bool) {
    self.count = count
    floor = rectified ? 0 : -.infinity
  }

  /// One an image.
  public func items(images: Int, threads: Int) -> Int { images }

  /// One image.
  public func run(_ item: Int, _ memory: StepMemory) {
    mapElements(item * count..<(item + 1) * count, memory.x, memory.other, memory.y) { a, b in
      let sum = a + b
      return sum.replacing(with: Lanes(repeating: floor), where: sum .< floor)
    }
  }
}
