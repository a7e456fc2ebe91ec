import Imaging
import TestSupport
import Testing

@Suite struct ResamplingTests {
  let photo = Golden.images.photo
  var image: GrayImage {
    GrayImage(width: photo.width, height: photo.height, pixels: photo.pixels)
  }

  @Test("shrinking equals OpenCV's INTER_AREA, growing its INTER_LINEAR")
  func againstOpenCV() {
    for golden in photo.area + photo.linear {
      let small = image.resized(width: golden.width, height: golden.height)
      expectClose(
        small.pixels.map(Double.init), golden.pixels.map(Double.init), absolute: 1,
        "\(golden.width)x\(golden.height)")
    }
  }

  @Test("colour channels do not mix, and a flat image stays flat at every size")
  func channels() {
    func flatPixels(_ count: Int) -> [UInt8] {
      (0..<3 * count).map { [10, 130, 255][$0 % 3] }
    }
    let pixels = flatPixels(12 * 10)
    let flat = RGBImage(width: 12, height: 10, pixels: pixels)
    for (width, height) in [(5, 3), (48, 48), (7, 40), (1, 1)] {
      let other = flat.resized(width: width, height: height)
      #expect(other.pixels == flatPixels(width * height))
    }
    #expect(image.resized(width: photo.width, height: photo.height) == image)
  }

  @Test("luma is that of BT.601, and grey stays as it is")
  func luma() {
    let colours = RGBImage(
      width: 5, height: 1, pixels: [255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255, 9, 9, 9])
    #expect(colours.grayscale().pixels == [76, 150, 29, 255, 9])
    #expect(image.rgb().grayscale() == image)
  }
}
