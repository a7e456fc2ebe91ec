internal import Foundation

/// Four points of a face, in a picture's pixels; right and left are the person's.
struct FaceLandmarks {
  let rightEye, leftEye, rightMouth, leftMouth: Point

  /// The distance of the eyes and their height in the box that the cascades find, as shares of its side:
  /// medians over FER-2013 (docs/decisions/0020).
  private static let (eyeDistance, eyeHeight) = (0.40, 0.39)
  /// From the eyes down to the mouth, as a share of the distance of the eyes, in a face that looks
  /// straight ahead: that of the template which ArcFace brings faces to (Deng et al. 2019, DOI
  /// 10.1109/CVPR.2019.00482).
  private static let mouthDistance = 1.15

  /// The face with the box that the cascades would find, so that its crop is framed as theirs are,
  /// turned by any angle; nil where it lies outside of the picture or has no size.
  func face(width: Int, height: Int) -> DetectedFace? {
    func middle(_ a: Point, _ b: Point) -> Point { Point((a.x + b.x) / 2, (a.y + b.y) / 2) }
    let (eyes, mouth) = (middle(rightEye, leftEye), middle(rightMouth, leftMouth))
    let across = hypot(leftEye.x - rightEye.x, leftEye.y - rightEye.y)
    let down = hypot(mouth.x - eyes.x, mouth.y - eyes.y)
    // Turned aside the eyes come together, bent down eyes and mouth do: the larger one tells the size.
    let side = max(across, down / Self.mouthDistance) / Self.eyeDistance
    guard side.isFinite, side >= 1, down > 0 else { return nil }
    let reach = (0.5 - Self.eyeHeight) * side / down
    let center = Point(
      eyes.x + (mouth.x - eyes.x) * reach, eyes.y + (mouth.y - eyes.y) * reach)
    guard center.x > 0, center.y > 0, center.x < Double(width), center.y < Double(height) else {
      return nil
    }
    return DetectedFace(
      box: Square(center: center, side: side).box(width: width, height: height),
      eyes: DetectedFace.Eyes(left: rightEye, right: leftEye))
  }
}
