// What stands between a convolution's output y and the activation z that the next layer sees, as
// the kernels on both sides apply it while they load: z = max((y − mean) · factor + shift, floor).

/// z = max((y − mean) · factor + shift, floor), channel by channel: batch norm with factor = scale /
/// √(variance + epsilon), or a bias as the shift; then ReLU with floor 0, or none with floor −∞.
/// NaN stays NaN.
public struct ChannelNormalisation {
  let mean, factor, shift: UnsafePointer<Float>
  let floor: Float

  /// Each of mean, factor and shift: [C].
  public init(
    mean: UnsafePointer<Float>, factor: UnsafePointer<Float>, shift: UnsafePointer<Float>,
    isRectified: Bool
  ) {
    (self.mean, self.factor, self.shift) = (mean, factor, shift)
    floor = isRectified ? 0 : -.infinity
  }
}

/// The way back: with dz = 0 where z is not above the floor,
/// dy = factor · (dz − constant − (y − mean) · slope).
public struct NormalisationGradient {
  let forward: ChannelNormalisation
  let constant, slope: UnsafePointer<Float>

  /// Constant and slope: [C], as `normalisationSums` gives them.
  public init(
    _ forward: ChannelNormalisation, constant: UnsafePointer<Float>, slope: UnsafePointer<Float>
  ) {
    (self.forward, self.constant, self.slope) = (forward, constant, slope)
  }
}

/// Sixteen channels of a normalisation, in registers.
struct NormalisationLanes {
  let mean, factor, shift: Lanes
  let floor: Lanes

  @inline(__always)
  init(_ all: ChannelNormalisation, _ c: Int, count: Int) {
    mean = all.mean.lanes(c, count: count)
    factor = all.factor.lanes(c, count: count)
    shift = all.shift.lanes(c, count: count)
    floor = Lanes(repeating: all.floor)
  }

  /// Before the floor. Subtracted first: y · factor − mean · factor would cancel where the mean is
  /// large.
  @inline(__always)
  func linear(_ y: Lanes) -> Lanes { (y - mean) * factor + shift }

  @inline(__always)
  func apply(_ y: Lanes) -> Lanes {
    let z = linear(y)
    return z.replacing(with: floor, where: z .< floor)
  }

  /// dz, 0 where the floor was reached.
  @inline(__always)
  func masked(_ dz: Lanes, _ y: Lanes) -> Lanes {
    dz.replacing(with: 0, where: linear(y) .<= floor)
  }
}

/// What a convolution reads: an image, or one that is to be normalised on its way in.
public enum ConvolutionInput {
  /// x itself.
  case plain(UnsafePointer<Float>)
  /// y, of which x = z.
  case normalised(y: UnsafePointer<Float>, ChannelNormalisation)
}

/// The gradient by a convolution's output y: as it is, or made from the gradient by z on the way in.
public enum ConvolutionGradient {
  /// dy itself.
  case plain(UnsafePointer<Float>)
  /// dz by every activation, and y.
  case normalised(
    dz: UnsafePointer<Float>, y: UnsafePointer<Float>, NormalisationGradient)
  /// dz by the maxima of 2x2 activations, their places as `poolNormalised` gives them, and y.
  case pooled(
    dz: UnsafePointer<Float>, places: UnsafePointer<UInt8>, y: UnsafePointer<Float>,
    NormalisationGradient)
}

extension ConvolutionGradient {
  /// Calls the one closure for this case with a source of dy.
  @inline(__always)
  func read(
    output: Extent2D, channels: Int, plain: (PlainPixels) -> Void,
    normalised: (GradientPixels) -> Void,
    pooled: (PooledGradientPixels) -> Void
  ) {
    switch self {
    case .plain(let dy): plain(PlainPixels(x: dy))
    case .normalised(let dz, let y, let gradient):
      normalised(GradientPixels(dz: dz, y: y, gradient: gradient))
    case .pooled(let dz, let places, let y, let gradient):
      pooled(
        PooledGradientPixels(
          dz: dz, places: places, y: y,
          extent: Extent2D(output.height / 2, output.width / 2), channels: channels,
          gradient: gradient))
    }
  }
}

/// Pixels as an inner loop reads them: a type and not a closure, so that it is inlined.
protocol PixelSource {
  associatedtype Reader: PixelReader
  /// For up to sixteen channels from `c`.
  func reader(_ c: Int, count: Int) -> Reader
}

protocol PixelReader {
  /// The channels of the pixel at (image, row, column), whose first channel has the index `index`.
  func pixel(_ index: Int, _ image: Int, _ row: Int, _ column: Int) -> Lanes
}

/// Pixels as they lie in memory.
struct PlainPixels: PixelSource {
  let x: UnsafePointer<Float>

  struct Reader: PixelReader {
    let x: UnsafePointer<Float>
    let count: Int

    @inline(__always)
    func pixel(_ index: Int, _ image: Int, _ row: Int, _ column: Int) -> Lanes {
      x.lanes(index, count: count)
    }
  }

  @inline(__always)
  func reader(_ c: Int, count: Int) -> Reader { Reader(x: x + c, count: count) }
}

/// Pixels that are normalised as they are read.
struct NormalisedPixels: PixelSource {
  let y: UnsafePointer<Float>
  let normalisation: ChannelNormalisation

  struct Reader: PixelReader {
    let y: UnsafePointer<Float>
    let count: Int
    let lanes: NormalisationLanes

    @inline(__always)
    func pixel(_ index: Int, _ image: Int, _ row: Int, _ column: Int) -> Lanes {
      lanes.apply(y.lanes(index, count: count))
    }
  }

  @inline(__always)
  func reader(_ c: Int, count: Int) -> Reader {
    Reader(y: y + c, count: count, lanes: NormalisationLanes(normalisation, c, count: count))
  }
}

/// dy, made from dz by each activation.
struct GradientPixels: PixelSource {
  let dz, y: UnsafePointer<Float>
  let gradient: NormalisationGradient

  struct Reader: PixelReader {
    let dz, y: UnsafePointer<Float>
    let count: Int
    let lanes: NormalisationLanes
    let constant, slope: Lanes

    @inline(__always)
    func pixel(_ index: Int, _ image: Int, _ row: Int, _ column: Int) -> Lanes {
      let y = y.lanes(index, count: count)
      let dz = lanes.masked(dz.lanes(index, count: count), y)
      return lanes.factor * (dz - constant - (y - lanes.mean) * slope)
    }
  }

  @inline(__always)
  func reader(_ c: Int, count: Int) -> Reader {
    Reader(
      dz: dz + c, y: y + c, count: count,
      lanes: NormalisationLanes(gradient.forward, c, count: count),
      constant: gradient.constant.lanes(c, count: count),
      slope: gradient.slope.lanes(c, count: count))
  }
}

/// dy, made from dz by the maximum of each 2x2 activations.
struct PooledGradientPixels: PixelSource {
  let dz: UnsafePointer<Float>
  let places: UnsafePointer<UInt8>
  let y: UnsafePointer<Float>
  /// Of the image of maxima.
  let extent: Extent2D
  let channels: Int
  let gradient: NormalisationGradient

  struct Reader: PixelReader {
    let dz: UnsafePointer<Float>
    let places: UnsafePointer<UInt8>
    let y: UnsafePointer<Float>
    let extent: Extent2D
    let channels: Int
    let count: Int
    let mean, factor, constant, slope: Lanes

    @inline(__always)
    func pixel(_ index: Int, _ image: Int, _ row: Int, _ column: Int) -> Lanes {
      let pooled =
        ((image * extent.height + row >> 1) * extent.width + column >> 1) * channels
      let tap = SIMD16<Int32>(repeating: Int32(truncatingIfNeeded: (row & 1) << 1 | column & 1))
      // All bits where the place is this pixel's: `replacing(with:where:)` is taken apart lane by lane.
      let isHere = ((places.places(pooled, count: count) ^ tap) &- 1) &>> 31
      let bits = unsafeBitCast(dz.lanes(pooled, count: count), to: SIMD16<Int32>.self) & isHere
      let dz = unsafeBitCast(bits, to: Lanes.self)
      return factor * (dz - constant - (y.lanes(index, count: count) - mean) * slope)
    }
  }

  @inline(__always)
  func reader(_ c: Int, count: Int) -> Reader {
    Reader(
      dz: dz + c, places: places + c, y: y + c, extent: extent, channels: channels, count: count,
      mean: gradient.forward.mean.lanes(c, count: count),
      factor: gradient.forward.factor.lanes(c, count: count),
      constant: gradient.constant.lanes(c, count: count),
      slope: gradient.slope.lanes(c, count: count))
  }
}

extension UnsafePointer<UInt8> {
  /// Sixteen places, as wide as the floats they stand for.
  @inline(__always)
  func places(_ index: Int, count: Int) -> SIMD16<Int32> {
    if count >= Lanes.scalarCount {
      return SIMD16<Int32>(
        truncatingIfNeeded: UnsafeRawPointer(self + index).loadUnaligned(as: SIMD16<UInt8>.self))
    }
    var places = SIMD16<Int32>.zero
    for lane in 0..<count { places[lane] = Int32(self[index + lane]) }
    return places
  }
}

extension UnsafeMutablePointer<UInt8> {
  /// Overwrites the first `count` places from `index`.
  @inline(__always)
  func setPlaces(_ index: Int, _ places: SIMD16<Int32>, count: Int) {
    let narrow = SIMD16<UInt8>(truncatingIfNeeded: places)
    if count >= Lanes.scalarCount {
      UnsafeMutableRawPointer(self + index).storeBytes(of: narrow, as: SIMD16<UInt8>.self)
    } else {
      for lane in 0..<count { self[index + lane] = narrow[lane] }
    }
  }
}
