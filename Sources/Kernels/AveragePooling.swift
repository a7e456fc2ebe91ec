// Average pooling. Padding is excluded from the count: at an edge the mean is that of the pixels
// that are there. The global average is the case of one window as large as the image.

/// y = the mean of the pixels under the window.
///
/// - Parameters:
///   - x: [N, H, W, C].
///   - y: [N, OH, OW, C], overwritten.
public func averagePoolingForward(
  _ shape: PoolingShape, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>
) {
  let (input, channels) = (shape.input, shape.channels)
  parallelFor(shape.batch * shape.output.height) { line in
    let (image, row) = line.quotientAndRemainder(dividingBy: shape.output.height)
    let x = x + image * input.count * channels
    for column in 0..<shape.output.width {
      let output = (line * shape.output.width + column) * channels
      let cover = shape.cover(row, column)
      let weight = 1 / Float(cover.rows.count * cover.columns.count)
      forEachLanes(channels) { c, count in
        var sum = Lanes.zero
        for iy in cover.rows {
          for ix in cover.columns {
            sum += x.lanes((iy * input.width + ix) * channels + c, count: count)
          }
        }
        y.setLanes(output + c, sum * weight, count: count)
      }
    }
  }
}

/// dx = dy shared out evenly over the pixels under the window, summed where windows overlap;
/// overwritten.
public func averagePoolingBackward(
  _ shape: PoolingShape, _ dy: UnsafePointer<Float>, dx: UnsafeMutablePointer<Float>
) {
  let (input, channels) = (shape.input, shape.channels)
  parallelFor(shape.batch) { image in
    let dx = dx + image * input.count * channels
    dx.update(repeating: 0, count: input.count * channels)
    for row in 0..<shape.output.height {
      for column in 0..<shape.output.width {
        let output =
          ((image * shape.output.height + row) * shape.output.width + column) * channels
        let cover = shape.cover(row, column)
        let weight = 1 / Float(cover.rows.count * cover.columns.count)
        forEachLanes(channels) { c, count in
          let share = dy.lanes(output + c, count: count) * weight
          for iy in cover.rows {
            for ix in cover.columns {
              let pixel = (iy * input.width + ix) * channels + c
              dx.setLanes(pixel, dx.lanes(pixel, count: count) + share, count: count)
            }
          }
        }
      }
    }
  }
}
