public import Imaging

extension SyntheticFaces {
  /// A sheet of clear examples, one labelled row a class. Throws `ImagingError`.
  public func sheet(columns: Int = 6, faceSize: Int = 104) throws(ImagingError) -> [UInt8] {
    let (label, gap, size) = (88.0, 6.0, Double(faceSize))
    let width = label + Double(columns) * (size + gap) + gap
    let height = Double(FaceEmotion.allCases.count) * (size + gap) + gap
    let canvas = try Canvas(width: width, height: height)
    for emotion in FaceEmotion.allCases {
      let y = gap + Double(emotion.rawValue) * (size + gap)
      canvas.text(
        emotion.name, at: Point(label - 8, y + size / 2), size: 14, bold: true, .right)
      for column in 0..<columns {
        let face = try example(of: emotion, column, size: faceSize)
        let x = label + Double(column) * (size + gap)
        canvas.image(face, in: Rectangle(x: x, y: y, width: size, height: size))
      }
    }
    return try canvas.rgbImage().grayscale().png()
  }
}
