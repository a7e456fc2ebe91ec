import Explainers
import Testing

@Suite struct SegmentationTests {
  @Test("counts its parts")
  func counts() {
    #expect(Segmentation(width: 2, height: 2, labels: [0, 1, 1, 2]).count == 3)
  }
}
