public import Imaging

extension Segmentation {
  /// Superpixels: connected parts of about the same size that follow edges (SLIC; Achanta et al.
  /// 2012, DOI 10.1109/TPAMI.2012.120), for grey pictures.
  ///
  /// k-means with k near `count` in lightness and place, D² = Δl² + (m Δs / S)², where S is the
  /// side of a square of the mean size, m the `compactness` and lightness runs from 0 to 100 as
  /// in CIELAB: the larger m, the squarer the parts; the smaller, the closer they follow edges.
  /// Then pieces smaller than a quarter of the mean size join the neighbour nearest in lightness,
  /// and so do the smallest until there are no more than means.
  ///
  /// The number of parts is near `count`, not equal to it. Throws `ExplanationError` where `count`
  /// is not between 1 and the number of pixels or another setting is not positive.
  public static func slic(
    of image: GrayImage, count: Int = 50, compactness: Double = 10, iterations: Int = 10
  ) throws(ExplanationError) -> Segmentation {
    let pixels = image.width * image.height
    guard (1...pixels).contains(count) else {
      throw .badSetting(
        name: "parts", found: "\(count)", expected: "1 to \(pixels)",
        remedy: "a picture of \(image.width)x\(image.height) has no more pixels")
    }
    guard compactness > 0, compactness.isFinite else {
      throw .badSetting(
        name: "compactness", found: "\(compactness)", expected: "more than 0",
        remedy: "10 is usual")
    }
    guard iterations >= 1 else {
      throw .badSetting(
        name: "iterations", found: "\(iterations)", expected: "at least 1", remedy: "10 is usual")
    }
    var clustering = SLICClustering(image, count: count, compactness: compactness)
    for _ in 0..<iterations { clustering.iterate() }
    let smallest = max(1, pixels / count / 4)
    return Segmentation(
      width: image.width, height: image.height,
      labels: ConnectedParts(image, clusters: clustering.labels)
        .merged(below: smallest, atMost: clustering.centers.count))
  }
}

/// The k-means of SLIC: each centre looks only at the pixels around it.
private struct SLICClustering {
  struct Center { var x, y, lightness: Double }

  private let width, height: Int
  private let lightness: [Double]
  /// S, the side of a square of the mean size.
  private let step: Double
  /// (m / S)², the weight of a squared distance in pixels against one in lightness.
  private let placeWeight: Double
  private(set) var centers: [Center] = []
  /// The nearest centre of each pixel.
  private(set) var labels: [Int]

  /// Centres on a grid of about `count` cells, moved off edges.
  init(_ image: GrayImage, count: Int, compactness: Double) {
    (width, height) = (image.width, image.height)
    lightness = image.pixels.map { Double($0) * 100 / 255 }
    labels = [Int](repeating: 0, count: width * height)
    step = (Double(width * height) / Double(count)).squareRoot()
    placeWeight = (compactness / step) * (compactness / step)
    let rows = min(height, max(1, Int((Double(height) / step).rounded())))
    let columns = min(width, max(1, Int((Double(count) / Double(rows)).rounded())))
    for row in 0..<rows {
      for column in 0..<columns {
        let x = (Double(column) + 0.5) * Double(width) / Double(columns) - 0.5
        let y = (Double(row) + 0.5) * Double(height) / Double(rows) - 0.5
        centers.append(start(nearX: x, y))
      }
    }
  }

  /// The pixel of the lowest gradient among the nine nearest, so that no part begins on an edge.
  private func start(nearX x: Double, _ y: Double) -> Center {
    let (column, row) = (Int(x.rounded()), Int(y.rounded()))
    var best = Center(x: x, y: y, lightness: lightness[row * width + column])
    // Centres less than three pixels apart could meet.
    guard step >= 3 else { return best }
    var lowest = gradient(column, row)
    for v in max(0, row - 1)...min(height - 1, row + 1) {
      for u in max(0, column - 1)...min(width - 1, column + 1) where gradient(u, v) < lowest {
        lowest = gradient(u, v)
        best = Center(x: Double(u), y: Double(v), lightness: lightness[v * width + u])
      }
    }
    return best
  }

  /// The squared central differences, edges repeated.
  private func gradient(_ x: Int, _ y: Int) -> Double {
    let dx = lightness[y * width + min(width - 1, x + 1)] - lightness[y * width + max(0, x - 1)]
    let dy = lightness[min(height - 1, y + 1) * width + x] - lightness[max(0, y - 1) * width + x]
    return dx * dx + dy * dy
  }

  /// Every pixel goes to its nearest centre, every centre to the mean of its pixels.
  mutating func iterate() {
    assign()
    var sums = [Center](repeating: Center(x: 0, y: 0, lightness: 0), count: centers.count)
    var sizes = [Double](repeating: 0, count: centers.count)
    for y in 0..<height {
      for x in 0..<width {
        let pixel = y * width + x
        let label = labels[pixel]
        sums[label].x += Double(x)
        sums[label].y += Double(y)
        sums[label].lightness += lightness[pixel]
        sizes[label] += 1
      }
    }
    for (index, size) in sizes.enumerated() where size > 0 {
      let sum = sums[index]
      centers[index] = Center(x: sum.x / size, y: sum.y / size, lightness: sum.lightness / size)
    }
  }

  private mutating func assign() {
    var nearest = [Double](repeating: .infinity, count: labels.count)
    // The paper looks S around a centre. Twice that lets a part reach an edge that lies beyond the
    // middle between two centres, and leaves no pixel without a centre.
    let reach = 2 * step
    for (index, center) in centers.enumerated() {
      let rows = max(0, Int(center.y - reach))...min(height - 1, Int(center.y + reach) + 1)
      let columns = max(0, Int(center.x - reach))...min(width - 1, Int(center.x + reach) + 1)
      for y in rows {
        let dy = Double(y) - center.y
        for x in columns {
          let pixel = y * width + x
          let (dx, dl) = (Double(x) - center.x, lightness[pixel] - center.lightness)
          let distance = dl * dl + placeWeight * (dx * dx + dy * dy)
          if distance < nearest[pixel] {
            nearest[pixel] = distance
            labels[pixel] = index
          }
        }
      }
    }
  }
}
