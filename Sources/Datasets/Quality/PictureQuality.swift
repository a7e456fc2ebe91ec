internal import Kernels
internal import TensorCore

/// How good a picture is, in three numbers that need no other picture to compare it with.
public struct PictureQuality: Hashable, Sendable {
  /// The mean grey level, 0 (black) to 255 (white).
  public let brightness: Double
  /// The standard deviation of the grey levels.
  public let contrast: Double
  /// The variance of the Laplacian, in squared grey levels: the sharper the edges, and the stronger
  /// the noise, the larger (Pech-Pacheco et al., "Diatom autofocusing in brightfield microscopy", ICPR
  /// 2000, DOI 10.1109/ICPR.2000.903548). Edges are reflected without repeating the outermost pixels.
  public let sharpness: Double

  /// Measures a grey picture. All sums are of whole numbers, so nothing is lost on the way.
  ///
  /// - Parameters:
  ///   - pixels: [height, width].
  ///   - width: its columns.
  ///   - height: its lines.
  public init(_ pixels: UnsafeRawBufferPointer, width: Int, height: Int) {
    precondition(
      pixels.count == width * height && width > 0 && height > 0,
      "\(pixels.count) pixels of \(width)x\(height)")
    let columns = (-1...width).map { ImageChange.reflected($0, width) }
    let lines = (-1...height).map { ImageChange.reflected($0, height) * width }
    var levels = Moments()
    var edges = Moments()
    for y in 0..<height {
      let (above, here, below) = (lines[y], lines[y + 1], lines[y + 2])
      for x in 0..<width {
        let level = Int(pixels[here + x])
        let beside = Int(pixels[here + columns[x]]) + Int(pixels[here + columns[x + 2]])
        levels.add(level)
        edges.add(Int(pixels[above + x]) + Int(pixels[below + x]) + beside - 4 * level)
      }
    }
    brightness = levels.mean
    contrast = levels.variance.squareRoot()
    sharpness = edges.variance
  }

  private struct Moments {
    private var (count, sum, squares) = (0, 0, 0)

    mutating func add(_ value: Int) {
      count += 1
      sum += value
      squares += value * value
    }

    var mean: Double { Double(sum) / Double(count) }
    var variance: Double {
      Double(count * squares - sum * sum) / (Double(count) * Double(count))
    }
  }
}

extension PreparedDataset {
  /// The quality of rows of shape [H, W, 1].
  public func pictureQuality(of rows: [Int]) -> [PictureQuality] {
    let shape = manifest.shape
    precondition(shape[2] == 1, "rows of shape \(shape) are not grey")
    let nothing: PictureQuality? = nil
    var measured = [PictureQuality?](repeating: nothing, count: rows.count)
    measured.withUnsafeMutableBufferPointer { measured in
      parallelFor(rows.count, grain: 64) { range in
        for index in range {
          measured[index] = PictureQuality(
            pixels(of: rows[index]), width: shape[1], height: shape[0])
        }
      }
    }
    return measured.compactMap(\.self)
  }
}
