// Max pooling. Derivation: docs/derivations/pooling.md.

/// y = the maximum under the window; `places` = where it stands in the window.
///
/// Padding never wins. Of equal maxima the first in row-major order is the one; a NaN under the
/// window makes the maximum NaN.
///
/// - Parameters:
///   - x: [N, H, W, C].
///   - y: [N, OH, OW, C], overwritten.
///   - places: [N, OH, OW, C], ky · windowWidth + kx of each maximum; overwritten. Backward needs
///     nothing else, so the input does not have to be kept.
public func maxPoolingForward(
  _ shape: PoolingShape, _ x: UnsafePointer<Float>,
  _ y: UnsafeMutablePointer<Float>, places: UnsafeMutablePointer<UInt16>
) {
  precondition(shape.window.size.count <= PoolingShape.largestMaxWindow, "\(shape.window.size)")
  let (input, channels) = (shape.input, shape.channels)
  parallelFor(shape.batch * shape.output.height) { line in
    let (image, row) = line.quotientAndRemainder(dividingBy: shape.output.height)
    let x = x + image * input.count * channels
    for column in 0..<shape.output.width {
      let output = (line * shape.output.width + column) * channels
      if shape.isHalving {
        let corner = x + (2 * row * input.width + 2 * column) * channels
        forEachLanes(channels) { c, count in
          var best = corner.lanes(c, count: count)
          var place = Places.zero
          best.take(corner.lanes(channels + c, count: count), 1, &place)
          let below = input.width * channels + c
          best.take(corner.lanes(below, count: count), 2, &place)
          best.take(corner.lanes(below + channels, count: count), 3, &place)
          y.setLanes(output + c, best, count: count)
          places.setPlaces(output + c, place, count: count)
        }
        continue
      }
      let cover = shape.cover(row, column)
      forEachLanes(channels) { c, count in
        var best = Lanes(repeating: -.infinity)
        var place = Places(repeating: Int32(cover.firstPlace))
        for iy in cover.rows {
          for ix in cover.columns {
            best.take(
              x.lanes((iy * input.width + ix) * channels + c, count: count),
              cover.place(iy, ix), &place)
          }
        }
        y.setLanes(output + c, best, count: count)
        places.setPlaces(output + c, place, count: count)
      }
    }
  }
}

/// dx = dy at the place of each maximum, summed where windows overlap, and 0 elsewhere;
/// overwritten. `places` are those of `maxPoolingForward`.
public func maxPoolingBackward(
  _ shape: PoolingShape, _ dy: UnsafePointer<Float>, places: UnsafePointer<UInt16>,
  dx: UnsafeMutablePointer<Float>
) {
  let (input, channels) = (shape.input, shape.channels)
  parallelFor(shape.batch) { image in
    let dx = dx + image * input.count * channels
    dx.update(repeating: 0, count: input.count * channels)
    for row in 0..<shape.output.height {
      for column in 0..<shape.output.width {
        let output =
          ((image * shape.output.height + row) * shape.output.width + column) * channels
        if shape.isHalving {
          let corner = (2 * row * input.width + 2 * column) * channels
          forEachLanes(channels) { c, count in
            let dy = dy.lanes(output + c, count: count)
            let place = places.places(output + c, count: count)
            for tap in 0..<4 {
              let pixel = corner + ((tap >> 1) * input.width + tap & 1) * channels + c
              let here = place .== Places(repeating: Int32(tap))
              dx.setLanes(pixel, Lanes.zero.replacing(with: dy, where: here), count: count)
            }
          }
          continue
        }
        let cover = shape.cover(row, column)
        forEachLanes(channels) { c, count in
          let dy = dy.lanes(output + c, count: count)
          let place = places.places(output + c, count: count)
          for iy in cover.rows {
            for ix in cover.columns {
              let tap = Places(
                repeating: Int32(cover.place(iy, ix)))
              let pixel = (iy * input.width + ix) * channels + c
              let share = Lanes.zero.replacing(with: dy, where: place .== tap)
              dx.setLanes(pixel, dx.lanes(pixel, count: count) + share, count: count)
            }
          }
        }
      }
    }
  }
}

/// Where sixteen maxima stand, as wide as the numbers they were chosen by.
private typealias Places = SIMD16<Int32>

extension Lanes {
  /// Takes `candidate`, from `tap`, where it is greater or NaN.
  @inline(__always)
  fileprivate mutating func take(_ candidate: Lanes, _ tap: Int, _ places: inout Places) {
    let wins = (candidate .> self) .| (candidate .!= candidate)
    replace(with: candidate, where: wins)
    places.replace(with: Places(repeating: Int32(truncatingIfNeeded: tap)), where: wins)
  }
}

extension UnsafePointer<UInt16> {
  @inline(__always)
  fileprivate func places(_ index: Int, count: Int) -> Places {
    if count == Places.scalarCount {
      return Places(
        truncatingIfNeeded: UnsafeRawPointer(self + index).loadUnaligned(as: SIMD16<UInt16>.self))
    }
    var places = Places.zero
    for lane in 0..<count { places[lane] = Int32(self[index + lane]) }
    return places
  }
}

extension UnsafeMutablePointer<UInt16> {
  @inline(__always)
  fileprivate func setPlaces(_ index: Int, _ places: Places, count: Int) {
    let narrow = SIMD16<UInt16>(truncatingIfNeeded: places)
    if count == Places.scalarCount {
      UnsafeMutableRawPointer(self + index).storeBytes(of: narrow, as: SIMD16<UInt16>.self)
    } else {
      for lane in 0..<count { self[index + lane] = narrow[lane] }
    }
  }
}
