// Batch normalisation over the rows of x: [rows, channels], an image batch having N · H · W rows
// (Ioffe and Szegedy, ICML 2015, https://proceedings.mlr.press/v37/ioffe15.html).

/// mean[c] = Σ_r x[r, c] / rows and variance[c] = Σ_r (x[r, c] - mean[c])² / rows (biased).
///
/// Every chunk of rows is gone through twice in Double, and the chunks' (count, mean, Σ squares) are
/// joined in order by Chan, Golub and LeVeque's formula (1983, DOI 10.1080/00031305.1983.10483115):
/// no digits are lost to a mean far from 0, and the threads' number does not matter.
public func batchNormStatistics(
  rows: Int, channels: Int, _ x: UnsafePointer<Float>,
  mean: UnsafeMutablePointer<Float>, variance: UnsafeMutablePointer<Float>
) {
  let grain = rowGrain(columns: channels)
  let chunks = (rows + grain - 1) / grain
  let partials = UnsafeMutablePointer<Double>.allocate(capacity: max(1, chunks * 2 * channels))
  defer { partials.deallocate() }
  partials.initialize(repeating: 0, count: chunks * 2 * channels)
  parallelFor(rows, grain: grain) { range in
    let means = partials + range.lowerBound / grain * 2 * channels
    let squares = means + channels
    for row in range {
      let x = x + row * channels
      for c in 0..<channels { means[c] += Double(x[c]) }
    }
    for c in 0..<channels { means[c] /= Double(range.count) }
    for row in range {
      let x = x + row * channels
      for c in 0..<channels {
        let difference = Double(x[c]) - means[c]
        squares[c] += difference * difference
      }
    }
  }
  for c in 0..<channels {
    var (count, center, spread) = (0.0, 0.0, 0.0)
    for chunk in 0..<chunks {
      let added = Double(min(grain, rows - chunk * grain))
      let difference = partials[chunk * 2 * channels + c] - center
      let total = count + added
      center += difference * added / total
      spread +=
        partials[(chunk * 2 + 1) * channels + c] + difference * difference * count * added / total
      count = total
    }
    mean[c] = Float(center)
    variance[c] = Float(spread / count)
  }
}

/// y = (x - mean) / √(variance + epsilon) · scale + shift, channel by channel; y may be x.
///
/// x, y: [rows, channels]; the other four: [channels].
public func batchNormForward(
  rows: Int, channels: Int, epsilon: Float, _ x: UnsafePointer<Float>,
  mean: UnsafePointer<Float>, variance: UnsafePointer<Float>,
  scale: UnsafePointer<Float>, shift: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
) {
  let factor = (0..<channels).map { scale[$0] * inverseDeviation(variance[$0], epsilon) }
  factor.withUnsafeBufferPointer { factor in
    parallelFor(rows, grain: rowGrain(columns: channels)) { range in
      for row in range {
        let (x, y) = (x + row * channels, y + row * channels)
        // Subtract first: x · factor - mean · factor would cancel where the mean is large.
        for c in 0..<channels { y[c] = (x[c] - mean[c]) * factor[c] + shift[c] }
      }
    }
  }
}

/// With x̂ = (x - mean) / √(variance + epsilon): dShift = Σ_r dy, dScale = Σ_r dy x̂, and
/// dx = scale / √(variance + epsilon) · (dy - dShift / rows - x̂ dScale / rows). Where the statistics
/// are not the batch's own (`areOfBatch` false) they are constants, and the last two terms fall
/// away. All overwritten; dx may be dy.
public func batchNormBackward(
  rows: Int, channels: Int, epsilon: Float, _ x: UnsafePointer<Float>,
  mean: UnsafePointer<Float>, variance: UnsafePointer<Float>, areOfBatch: Bool,
  scale: UnsafePointer<Float>, _ dy: UnsafePointer<Float>,
  dx: UnsafeMutablePointer<Float>,
  dScale: UnsafeMutablePointer<Float>, dShift: UnsafeMutablePointer<Float>
) {
  // In one pass: Σ dy, then Σ dy (x - mean).
  let sums = sumOverRowChunks(rows: rows, columns: channels, width: 2 * channels) { range, sums in
    let products = sums + channels
    for row in range {
      let (x, dy) = (x + row * channels, dy + row * channels)
      for c in 0..<channels {
        sums[c] += Double(dy[c])
        products[c] += Double(dy[c]) * Double(x[c] - mean[c])
      }
    }
  }
  var factor = [Float](repeating: 0, count: channels)
  var constant = factor
  var slope = factor
  for c in 0..<channels {
    let inverse = inverseDeviation(variance[c], epsilon)
    dShift[c] = Float(sums[c])
    dScale[c] = Float(sums[channels + c] * Double(inverse))
    factor[c] = scale[c] * inverse
    if areOfBatch {
      constant[c] = Float(sums[c] / Double(rows))
      slope[c] = Float(sums[channels + c] * Double(inverse) * Double(inverse) / Double(rows))
    }
  }
  factor.withUnsafeBufferPointer { factor in
    constant.withUnsafeBufferPointer { constant in
      slope.withUnsafeBufferPointer { slope in
        parallelFor(rows, grain: rowGrain(columns: channels)) { range in
          for row in range {
            let offset = row * channels
            let (x, dy, dx) = (x + offset, dy + offset, dx + offset)
            for c in 0..<channels {
              dx[c] = factor[c] * (dy[c] - constant[c] - (x[c] - mean[c]) * slope[c])
            }
          }
        }
      }
    }
  }
}

/// dx = scale / √(variance + epsilon) · dy: the way back where the statistics are constants. dx may be
/// dy. Shapes as in `batchNormBackward`.
public func batchNormBackwardInput(
  rows: Int, channels: Int, epsilon: Float, variance: UnsafePointer<Float>,
  scale: UnsafePointer<Float>, _ dy: UnsafePointer<Float>, dx: UnsafeMutablePointer<Float>
) {
  let factor = (0..<channels).map { scale[$0] * inverseDeviation(variance[$0], epsilon) }
  factor.withUnsafeBufferPointer { factor in
    parallelFor(rows, grain: rowGrain(columns: channels)) { range in
      for row in range {
        let (dy, dx) = (dy + row * channels, dx + row * channels)
        for c in 0..<channels { dx[c] = factor[c] * dy[c] }
      }
    }
  }
}

func inverseDeviation(_ variance: Float, _ epsilon: Float) -> Float {
  Float(1 / (Double(variance) + Double(epsilon)).squareRoot())
}
