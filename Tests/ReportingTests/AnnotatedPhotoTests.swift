import Imaging
import Testing

@testable import Reporting

private let classes = ["Angry", "Disgust", "Fear", "Happy", "Sad", "Surprise", "Neutral"]

/// A grey photo with faces of 60 pixels in a row.
private func photo(
  _ faces: Int, width: Int = 640, height: Int = 400, classes: [String] = classes
) -> AnnotatedPhoto {
  let image = GrayImage(
    width: width, height: height, pixels: [UInt8](repeating: 180, count: width * height))
  let share = 0.4 / Double(classes.count - 1)
  return AnnotatedPhoto(
    photo: image.rgb(),
    faces: (0..<faces).map { index in
      AnnotatedPhoto.Face(
        box: Rectangle(
          x: Double(width * index) / Double(max(1, faces)), y: 5, width: 60, height: 60),
        label: index % classes.count,
        probabilities: classes.indices.map { $0 == index % classes.count ? 0.6 : share })
    }, classNames: classes)
}

@Suite struct AnnotatedPhotoTests {
  @Test(
    "all texts lie inside the picture and none touches another",
    arguments: [
      photo(0), photo(1), photo(3), photo(4, width: 3000, height: 500),
      photo(1, width: 48, height: 48), photo(1, width: 30, height: 900),
      photo(2, classes: ["A class with a very long name indeed", "B"]),
    ])
  func texts(_ figure: AnnotatedPhoto) throws { try expectReadable(figure) }

  @Test("a large photo is shrunk, a small one enlarged, and the box moves with it")
  func scale() throws {
    let large = try ImageFile.decode(photo(1, width: 2560, height: 1600).png(scale: 1)).rgb()
    #expect(large.height == 800 && large.width == 1280 + 250)
    let small = photo(1, width: 48, height: 48)
    #expect(small.size.height == 480)
    // 60 pixels of a photo of 640 are 60 units: the frame lies at its box's edge.
    let picture = try ImageFile.decode(photo(1).png(scale: 1)).rgb()
    func isFrame(_ x: Int, _ y: Int) -> Bool {
      let at = 3 * (y * picture.width + x)
      return picture.pixels[at] < 60 && picture.pixels[at + 2] > 120
    }
    #expect(isFrame(2, 50) && isFrame(57, 50) && !isFrame(30, 50) && !isFrame(70, 50))
  }
}
