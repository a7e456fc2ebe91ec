/// Resizing by a separable filter, axis by axis: where the axis shrinks, each new pixel is the mean
/// over the interval of the old axis that it covers (exact, with fractional ends); where it grows,
/// linear interpolation between pixel centres, edges repeated. Sums are Float, rounded once.
enum Resampling {
  /// The old pixels that one new pixel is made of: `weights[k]` for pixel `start + k`, sum 1.
  struct Window {
    var start: Int
    var weights: [Float]
  }

  /// Resizes interleaved 8-bit pixels.
  static func resize(
    _ pixels: [UInt8], width: Int, height: Int, channels: Int, toWidth: Int, toHeight: Int
  ) -> [UInt8] {
    precondition(
      toWidth > 0 && toHeight > 0, "cannot resize \(width)x\(height) to \(toWidth)x\(toHeight)")
    let columns = windows(from: width, to: toWidth)
    let rows = windows(from: height, to: toHeight)
    let (stride, newStride) = (width * channels, toWidth * channels)
    var mixed = [Float](repeating: 0, count: stride)
    return [UInt8](unsafeUninitializedCapacity: newStride * toHeight) { out, count in
      for (y, row) in rows.enumerated() {
        // Down first: one pass over whole rows, which the compiler turns into SIMD.
        for i in mixed.indices { mixed[i] = 0 }
        pixels.withUnsafeBufferPointer { pixels in
          mixed.withUnsafeMutableBufferPointer { mixed in
            for (k, weight) in row.weights.enumerated() {
              let source = (row.start + k) * stride
              for i in 0..<stride { mixed[i] = mixed[i] + weight * Float(pixels[source + i]) }
            }
          }
        }
        for (x, column) in columns.enumerated() {
          for channel in 0..<channels {
            var sum: Float = 0
            var index = column.start * channels + channel
            for weight in column.weights {
              sum = sum + weight * mixed[index]
              index += channels
            }
            out[y * newStride + x * channels + channel] = UInt8(
              max(0, min(255, sum.rounded(.toNearestOrEven))))
          }
        }
      }
      count = newStride * toHeight
    }
  }

  /// The filter along one axis.
  static func windows(from old: Int, to new: Int) -> [Window] {
    let scale = Double(old) / Double(new)
    return (0..<new).map { index in
      if scale >= 1 {
        let (low, high) = (Double(index) * scale, min(Double(old), Double(index + 1) * scale))
        let start = Int(low + 1e-9)
        let end = max(start + 1, min(old, Int((high - 1e-9).rounded(.up))))
        let covered = (start..<end).map { min(high, Double($0 + 1)) - max(low, Double($0)) }
        let total = covered.reduce(0, +)
        return Window(start: start, weights: covered.map { Float($0 / total) })
      }
      let centre = min(max((Double(index) + 0.5) * scale - 0.5, 0), Double(old - 1))
      let start = Int(centre)
      let share = Float(centre - Double(start))
      return Window(start: start, weights: share > 0 ? [1 - share, share] : [1])
    }
  }
}
