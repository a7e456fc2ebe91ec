/// Finds faces that look towards the camera by OpenCV's Haar cascades (Viola and Jones 2001, DOI
/// 10.1109/CVPR.2001.990517); how the settings were chosen: docs/decisions/0012.
final class CascadeDetector: FaceFinder {
  /// The smallest face, as a share of the picture's longer side and in pixels of the reduced one.
  private static let smallestShare = 1.0 / 16
  private static let smallestSide = 20
  /// The width that a face is brought to before its eyes are looked for.
  private static let eyeWidth = 200

  private let faceCascade: Cascade
  private let eyeCascades: [Cascade]

  /// Reads the cascades. Throws `FileError` where Debian's package opencv-data is not installed and
  /// the variable MIEN_CASCADES names no folder that has them.
  init() throws {
    faceCascade = try Cascade("frontalface_alt2")
    // The first one also sees eyes behind glasses.
    eyeCascades = [try Cascade("eye_tree_eyeglasses"), try Cascade("eye")]
  }

  func faces(in image: GrayImage, reduced small: GrayImage) throws -> [DetectedFace] {
    let smallest = Int(Double(max(small.width, small.height)) * Self.smallestShare)
    let found = try faceCascade.boxes(
      in: small, scaleFactor: 1.1, minimumNeighbours: 5,
      minimumSize: max(Self.smallestSide, smallest))
    let horizontal = Double(image.width) / Double(small.width)
    let vertical = Double(image.height) / Double(small.height)
    func spread(_ start: Int, _ length: Int, _ factor: Double, _ limit: Int) -> (Int, Int) {
      let low = min(limit - 1, Int((Double(start) * factor).rounded()))
      let high = min(limit, Int((Double(start + length) * factor).rounded()))
      return (low, max(1, high - low))
    }
    return try found.map { found in
      let (x, width) = spread(found.x, found.width, horizontal, image.width)
      let (y, height) = spread(found.y, found.height, vertical, image.height)
      let box = Box(x: x, y: y, width: width, height: height)
      return DetectedFace(box: box, eyes: try eyes(in: box, of: image))
    }
  }

  /// The eyes of the face in a box, if the upper part of it shows exactly one plausible pair.
  private func eyes(in box: Box, of image: GrayImage) throws -> DetectedFace.Eyes? {
    let upper = Box(
      x: box.x, y: box.y, width: box.width, height: max(1, box.height * 6 / 10))
    let factor = Double(upper.width) / Double(Self.eyeWidth)
    let height = max(1, Int((Double(upper.height) / factor).rounded()))
    let region = image.cropped(to: upper).resized(width: Self.eyeWidth, height: height)
    for cascade in eyeCascades {
      let centers = try cascade.boxes(
        in: region, scaleFactor: 1.05, minimumNeighbours: 3, minimumSize: Self.eyeWidth / 8
      ).map(\.center)
      let pairs = centers.flatMap { left in centers.map { (left, $0) } }.filter(Self.isPlausible)
      if pairs.count == 1 {
        func place(_ point: Point) -> Point {
          Point(Double(box.x) + point.x * factor, Double(box.y) + point.y * factor)
        }
        return DetectedFace.Eyes(left: place(pairs[0].0), right: place(pairs[0].1))
      }
    }
    return nil
  }

  /// One eye in each half, 0.25 to 0.65 of the width apart, tilted by less than 30°.
  private static func isPlausible(_ left: Point, _ right: Point) -> Bool {
    let width = Double(eyeWidth)
    let (across, down) = (right.x - left.x, right.y - left.y)
    let distance = (across * across + down * down).squareRoot() / width
    return left.x < width / 2 && right.x > width / 2 && (0.25...0.65).contains(distance)
      && abs(down) < across * 0.57735  // tan 30°
  }
}
