extension Reference {
  /// mean[c] and biased variance[c] of x: [rows, channels].
  public static func batchNormStatistics<T: BinaryFloatingPoint>(
    rows: Int, channels: Int, _ x: [T]
  ) -> (mean: [T], variance: [T]) {
    var mean = [T](repeating: 0, count: channels)
    for i in x.indices { mean[i % channels] += x[i] / T(rows) }
    var variance = [T](repeating: 0, count: channels)
    for i in x.indices {
      let difference = x[i] - mean[i % channels]
      variance[i % channels] += difference * difference / T(rows)
    }
    return (mean, variance)
  }

  /// y = (x - mean) / √(variance + epsilon) · scale + shift.
  public static func batchNormForward<T: BinaryFloatingPoint>(
    channels: Int, epsilon: T, _ x: [T], mean: [T], variance: [T], scale: [T], shift: [T]
  ) -> [T] {
    x.indices.map { i in
      let c = i % channels
      return (x[i] - mean[c]) / (variance[c] + epsilon).squareRoot() * scale[c] + shift[c]
    }
  }

  /// The gradients of normalising by the batch's own statistics, by the chain rule through variance
  /// and mean, step by step.
  public static func batchNormBackward<T: BinaryFloatingPoint>(
    rows: Int, channels: Int, epsilon: T, _ x: [T], scale: [T], _ dy: [T]
  ) -> (dx: [T], dScale: [T], dShift: [T]) {
    let (mean, variance) = batchNormStatistics(rows: rows, channels: channels, x)
    var (dx, dScale, dShift) = (
      [T](repeating: 0, count: x.count), [T](repeating: 0, count: channels),
      [T](repeating: 0, count: channels)
    )
    for c in 0..<channels {
      let column = stride(from: c, to: x.count, by: channels)
      let inverse = 1 / (variance[c] + epsilon).squareRoot()
      var (dVariance, dMean): (T, T) = (0, 0)
      for i in column {
        let centred = x[i] - mean[c]
        dShift[c] += dy[i]
        dScale[c] += dy[i] * centred * inverse
        dVariance += dy[i] * scale[c] * centred * inverse * inverse * inverse / -2
        dMean -= dy[i] * scale[c] * inverse
      }
      for i in column {
        dx[i] =
          dy[i] * scale[c] * inverse + dVariance * 2 * (x[i] - mean[c]) / T(rows) + dMean / T(rows)
      }
    }
    return (dx, dScale, dShift)
  }
}
