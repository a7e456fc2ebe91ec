extension Segmentation {
  /// The parts of a face that has been cut out as FER-2013's are: upright, filling the picture, the
  /// eyes' centres at 36 % of its height.
  ///
  /// Eleven named parts: forehead, brows, eyes, nose, cheeks, mouth, chin, and what is around the
  /// face; left and right are those of whoever looks at the picture. The places are those of
  /// the mean of FER-2013's training faces, of which each face differs a little. Parts that a very small
  /// picture has no pixel of are left out.
  public static func faceRegions(width: Int, height: Int) -> Segmentation {
    precondition(width > 0 && height > 0, "a picture of \(width)x\(height)")
    var numbers: [FaceRegion: Int] = [:]
    var labels: [Int] = []
    let regions = (0..<width * height).map { pixel in
      FaceRegion(
        x: (Double(pixel % width) + 0.5) / Double(width),
        y: (Double(pixel / width) + 0.5) / Double(height))
    }
    let present = FaceRegion.allCases.filter(Set(regions).contains)
    for (number, region) in present.enumerated() { numbers[region] = number }
    labels.reserveCapacity(regions.count)
    for region in regions { labels.append(numbers[region, default: 0]) }
    return Segmentation(
      width: width, height: height, labels: labels, names: present.map(\.rawValue))
  }
}

/// A part of a face; its name is for people.
private enum FaceRegion: String, CaseIterable {
  case forehead
  case leftBrow = "left brow"
  case rightBrow = "right brow"
  case leftEye = "left eye"
  case rightEye = "right eye"
  case nose
  case leftCheek = "left cheek"
  case rightCheek = "right cheek"
  case mouth, chin
  case around = "around the face"

  /// The part at a point, both coordinates in 0...1 from the upper left.
  init(x: Double, y: Double) {
    // In units of FER-2013's pixels, x from the middle.
    let (dx, y) = (48 * x - 24, 48 * y)
    let isLeft = dx < 0
    guard (dx / 17.5) * (dx / 17.5) + ((y - 22) / 27) * ((y - 22) / 27) <= 1 else {
      self = .around
      return
    }
    switch y {
    case ..<11: self = .forehead
    case ..<15.5: self = abs(dx) < 2.5 ? .forehead : isLeft ? .leftBrow : .rightBrow
    case ..<21: self = abs(dx) < 3.5 ? .nose : isLeft ? .leftEye : .rightEye
    case ..<33:
      let noseHalfWidth = 3.5 + 3 * (y - 21) / 12
      self = abs(dx) < noseHalfWidth ? .nose : isLeft ? .leftCheek : .rightCheek
    case ..<42: self = abs(dx) < 11 ? .mouth : isLeft ? .leftCheek : .rightCheek
    default: self = .chin
    }
  }
}
