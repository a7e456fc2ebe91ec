internal import Imaging

/// The connected pieces (over sides, not corners) of clusters of pixels.
struct ConnectedParts {
  private let width, height: Int
  private let levels: [UInt8]
  /// The piece of each pixel.
  private var labels: [Int]
  /// The pixels of each piece, none where it joined another.
  private var pixels: [[Int]] = []
  /// The sum of each piece's grey levels.
  private var sums: [Int] = []

  /// Finds the pieces of `clusters`, a number for each pixel of the image.
  init(_ image: GrayImage, clusters: [Int]) {
    (width, height, levels) = (image.width, image.height, image.pixels)
    labels = [Int](repeating: -1, count: clusters.count)
    for start in clusters.indices where labels[start] < 0 {
      let piece = pixels.count
      labels[start] = piece
      var found = [start]
      var next = 0
      while next < found.count {
        for neighbour in neighbours(of: found[next])
        where labels[neighbour] < 0 && clusters[neighbour] == clusters[start] {
          labels[neighbour] = piece
          found.append(neighbour)
        }
        next += 1
      }
      pixels.append(found)
      sums.append(found.reduce(0) { $0 + Int(levels[$1]) })
    }
  }

  /// The pieces, numbered in reading order, after each of fewer pixels than `smallest` joined the
  /// neighbour of the nearest mean grey, and then as many as stand above `most`.
  consuming func merged(below smallest: Int, atMost most: Int) -> [Int] {
    // Smallest first: a piece that has grown by its turn may stay.
    for piece in bySize() where pixels[piece].count < smallest { join(piece) }
    let left = bySize()
    for piece in left.prefix(max(0, left.count - most)) { join(piece) }
    var numbers: [Int: Int] = [:]
    return labels.map { label in
      let number = numbers[label] ?? numbers.count
      numbers[label] = number
      return number
    }
  }

  /// The pieces that have pixels, smallest first, of equals the first.
  private func bySize() -> [Int] {
    pixels.indices.filter { !pixels[$0].isEmpty }
      .sorted { (pixels[$0].count, $0) < (pixels[$1].count, $1) }
  }

  /// Gives a piece's pixels to its nearest neighbour; the whole picture stays as it is.
  private mutating func join(_ piece: Int) {
    guard let target = nearestNeighbour(of: piece) else { return }
    for pixel in pixels[piece] { labels[pixel] = target }
    pixels[target] += pixels[piece]
    sums[target] += sums[piece]
    pixels[piece] = []
  }

  /// The piece beside this one whose mean grey is nearest, of equals the first; nil where this one
  /// is the whole picture.
  private func nearestNeighbour(of piece: Int) -> Int? {
    let mean = meanLevel(of: piece)
    var best: (distance: Double, piece: Int)?
    for pixel in pixels[piece] {
      for neighbour in neighbours(of: pixel) where labels[neighbour] != piece {
        let candidate = (abs(meanLevel(of: labels[neighbour]) - mean), labels[neighbour])
        if best.map({ candidate < ($0.distance, $0.piece) }) ?? true { best = candidate }
      }
    }
    return best?.piece
  }

  private func meanLevel(of piece: Int) -> Double {
    Double(sums[piece]) / Double(pixels[piece].count)
  }

  private func neighbours(of pixel: Int) -> [Int] {
    let (y, x) = pixel.quotientAndRemainder(dividingBy: width)
    var found: [Int] = []
    if x > 0 { found.append(pixel - 1) }
    if x + 1 < width { found.append(pixel + 1) }
    if y > 0 { found.append(pixel - width) }
    if y + 1 < height { found.append(pixel + width) }
    return found
  }
}
