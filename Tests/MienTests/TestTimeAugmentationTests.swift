import TensorCore
import TestSupport
import Testing

@testable import Mien

@Suite("Test-time augmentation") struct TestTimeAugmentationTests {
  /// The definition, pixel by pixel: what stands at (y, x) of an image moved down and to the
  /// right, after it was mirrored or not.
  private func expected(_ image: Tensor, down: Int, right: Int, mirrored: Bool) -> Tensor {
    func reflect(_ index: Int, _ count: Int) -> Int {
      index < 0 ? -index : index >= count ? 2 * count - 2 - index : index
    }
    let (height, width) = (image.shape[1], image.shape[2])
    var result = Tensor(image.shape)
    for y in 0..<height {
      for x in 0..<width {
        let column = reflect(x - right, width)
        result[0, y, x, 0] =
          image[0, reflect(y - down, height), mirrored ? width - 1 - column : column, 0]
      }
    }
    return result
  }

  @Test("ten views: centre and four corners by two pixels at 48, each mirrored")
  func tenCrop() {
    let image = randomTensor([1, 48, 48, 1])
    let views = TestTimeAugmentation.tenCrop.views(of: image)
    var all: [Tensor] = []
    for (down, right) in [(0, 0), (-2, -2), (-2, 2), (2, -2), (2, 2)] {
      for mirrored in [false, true] {
        all.append(expected(image, down: down, right: right, mirrored: mirrored))
      }
    }
    #expect(views.count == 10)
    for view in all { #expect(views.contains(view)) }
  }

  @Test("a flip is the image and its mirror; none is the image alone") func flip() {
    let image = randomTensor([2, 5, 4, 3])
    #expect(TestTimeAugmentation.none.views(of: image) == [image])
    let views = TestTimeAugmentation.flip.views(of: image)
    #expect(views.count == 2 && views[0] == image)
    for y in 0..<5 {
      for x in 0..<4 {
        for c in 0..<3 { #expect(views[1][1, y, x, c] == image[1, y, 3 - x, c]) }
      }
    }
  }
}
