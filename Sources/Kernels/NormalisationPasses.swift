// The passes over memory that are left of batch norm, ReLU and pooling where the convolutions on
// both sides do their share (ConvolutionNormalised.swift). The maths is that of BatchNorm.swift.

/// The chunks of moments that `batchMoments` fills.
public func batchMomentChunks(rows: Int) -> Int { momentChunks(rows: rows) }

/// The moments of x: [rows, channels], which nobody gathered on the way.
public func batchMoments(rows: Int, _ x: UnsafePointer<Float>, _ moments: ChannelMoments) {
  gatherMoments(rows: rows, x, moments)
}

/// Mean and biased variance of what was gathered, and factor = scale / √(variance + epsilon). All
/// [channels]; all but `scale` overwritten.
public func finishMoments(
  _ moments: ChannelMoments, epsilon: Float, scale: UnsafePointer<Float>,
  mean: UnsafeMutablePointer<Float>, variance: UnsafeMutablePointer<Float>,
  factor: UnsafeMutablePointer<Float>
) {
  moments.finish(mean: mean, variance: variance)
  for c in 0..<moments.channels { factor[c] = scale[c] * inverseDeviation(variance[c], epsilon) }
}

/// z from y: [rows, channels].
public func normalise(
  rows: Int, channels: Int, _ y: UnsafePointer<Float>, _ normalisation: ChannelNormalisation,
  _ z: UnsafeMutablePointer<Float>
) {
  parallelFor(rows, grain: rowGrain(columns: channels)) { range in
    forEachLanes(channels) { c, count in
      let lanes = NormalisationLanes(normalisation, c, count: count)
      for row in range {
        let index = row * channels + c
        z.setLanes(index, lanes.apply(y.lanes(index, count: count)), count: count)
      }
    }
  }
}

/// The 2x2 maxima of z at stride 2, left as the y they come from, so that whoever reads them
/// normalises a quarter of the pixels; of equal maxima the first.
///
/// - Parameters:
///   - shape: a pooling that halves images of even sides.
///   - y: [N, H, W, C].
///   - maxima: y at the greatest z of every window, [N, H / 2, W / 2, C], overwritten.
///   - places: where in the window, 2 · row + column, or 4 where z is not above the floor, so that
///     no gradient goes there; overwritten.
public func poolNormalised(
  _ shape: PoolingShape, _ y: UnsafePointer<Float>, _ normalisation: ChannelNormalisation,
  maxima: UnsafeMutablePointer<Float>, places: UnsafeMutablePointer<UInt8>
) {
  precondition(canPoolNormalised(shape), "\(shape)")
  let (input, channels, width) = (shape.input, shape.channels, shape.output.width)
  parallelFor(shape.batch * shape.output.height) { line in
    let top = y + 2 * line * input.width * channels
    let bottom = top + input.width * channels
    @inline(__always) func pool(_ c: Int, _ count: Int) {
      let lanes = NormalisationLanes(normalisation, c, count: count)
      for column in 0..<width {
        let (left, right) = (2 * column * channels + c, (2 * column + 1) * channels + c)
        var best = Maximum(top.lanes(left, count: count), lanes)
        best.take(top.lanes(right, count: count), 1, lanes)
        best.take(bottom.lanes(left, count: count), 2, lanes)
        best.take(bottom.lanes(right, count: count), 3, lanes)
        let output = (line * width + column) * channels + c
        maxima.setLanes(output, best.y, count: count)
        let isDead = best.z .<= lanes.floor
        places.setPlaces(
          output, best.place.replacing(with: 4, where: isDead), count: count)
      }
    }
    forEachLanes(channels, pool)
  }
}

/// Whether `poolNormalised` does this pooling.
public func canPoolNormalised(_ shape: PoolingShape) -> Bool {
  shape.isHalving && shape.input.height.isMultiple(of: 2) && shape.input.width.isMultiple(of: 2)
}

/// The greatest z so far, its y and its place.
private struct Maximum {
  var y, z: Lanes
  var place = SIMD16<Int32>.zero

  @inline(__always)
  init(_ y: Lanes, _ lanes: NormalisationLanes) {
    (self.y, z) = (y, lanes.linear(y))
  }

  @inline(__always)
  mutating func take(_ y: Lanes, _ tap: Int32, _ lanes: NormalisationLanes) {
    let candidate = lanes.linear(y)
    let wins = (candidate .> z) .| (candidate .!= candidate)
    z.replace(with: candidate, where: wins)
    self.y.replace(with: y, where: wins)
    place.replace(with: SIMD16(repeating: tap), where: wins)
  }
}

/// The sums of backward: dShift = Σ dz and dScale = Σ dz (y − mean) / √(variance + epsilon), dz
/// being 0 where z is not above the floor; and what of them goes into every pixel's dy
/// (`NormalisationGradient`).
///
/// - Parameters:
///   - rows: of dz and y, [rows, channels]: every activation, or the maxima alone, as the others
///     have no dz.
///   - pixels: the pixels that mean and variance were taken over; nil where they are constants.
///   - dScale, dShift, constant, slope: [channels], overwritten.
public func normalisationSums(
  rows: Int, channels: Int, pixels: Int?, epsilon: Float,
  dz: UnsafePointer<Float>, y: UnsafePointer<Float>, _ normalisation: ChannelNormalisation,
  variance: UnsafePointer<Float>?,
  dScale: UnsafeMutablePointer<Float>?, dShift: UnsafeMutablePointer<Float>?,
  constant: UnsafeMutablePointer<Float>, slope: UnsafeMutablePointer<Float>
) {
  let grain = max(1, 8192 / channels)
  let chunks = (rows + grain - 1) / grain
  withScratch(chunks * 2 * channels) { partials in
    parallelFor(rows, grain: grain) { range in
      let partial = partials + range.lowerBound / grain * 2 * channels
      @inline(__always) func gather(_ c: Int, _ count: Int) {
        let lanes = NormalisationLanes(normalisation, c, count: count)
        var (sum, product) = (Lanes.zero, Lanes.zero)
        // In runs of sixteen: short sums lose less.
        for start in stride(from: range.lowerBound, to: range.upperBound, by: 16) {
          var (runSum, runProduct) = (Lanes.zero, Lanes.zero)
          for row in start..<min(range.upperBound, start + 16) {
            let index = row * channels + c
            let y = y.lanes(index, count: count)
            let dz = lanes.masked(dz.lanes(index, count: count), y)
            runSum += dz
            runProduct += dz * (y - lanes.mean)
          }
          sum += runSum
          product += runProduct
        }
        partial.setLanes(c, sum, count: count)
        partial.setLanes(channels + c, product, count: count)
      }
      forEachLanes(channels, gather)
    }
    for c in 0..<channels {
      var (sum, product) = (0.0, 0.0)
      for chunk in 0..<chunks {
        sum += Double(partials[chunk * 2 * channels + c])
        product += Double(partials[(chunk * 2 + 1) * channels + c])
      }
      dShift?[c] = Float(sum)
      (constant[c], slope[c]) = (0, 0)
      guard let variance else { continue }
      let inverse = Double(inverseDeviation(variance[c], epsilon))
      dScale?[c] = Float(product * inverse)
      if let pixels {
        constant[c] = Float(sum / Double(pixels))
        slope[c] = Float(product * inverse * inverse / Double(pixels))
      }
    }
  }
}

/// dy: [N, OH, OW, C], written out for whoever can't make it while loading.
public func writeNormalisationGradient(
  batch: Int, output: Extent2D, channels: Int, _ gradient: ConvolutionGradient,
  _ dy: UnsafeMutablePointer<Float>
) {
  func write(_ source: some PixelSource) {
    parallelFor(batch * output.height) { line in
      let (image, row) = line.quotientAndRemainder(dividingBy: output.height)
      forEachLanes(channels) { c, count in
        let source = source.reader(c, count: count)
        for column in 0..<output.width {
          let index = (line * output.width + column) * channels
          dy.setLanes(index + c, source.pixel(index, image, row, column), count: count)
        }
      }
    }
  }
  gradient.read(
    output: output, channels: channels,
    plain: { write($0) }, normalised: { write($0) }, pooled: { write($0) })
}
