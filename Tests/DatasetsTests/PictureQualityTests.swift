import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite("Picture quality") struct PictureQualityTests {
  private func quality(_ pixels: [UInt8], _ width: Int, _ height: Int) -> PictureQuality {
    pixels.withUnsafeBytes { PictureQuality($0, width: width, height: height) }
  }

  @Test("known pictures: grey, halves, one point") func known() {
    let grey = quality([UInt8](repeating: 77, count: 12), 4, 3)
    #expect((grey.brightness, grey.contrast, grey.sharpness) == (77, 0, 0))
    let halves = quality([0, 200, 0, 200], 2, 2)
    #expect((halves.brightness, halves.contrast) == (100, 100))
    // Each pixel's neighbours at left and right are the other column's: ±400.
    #expect(halves.sharpness == 160_000)
    let point = quality([255], 1, 1)
    #expect((point.brightness, point.contrast, point.sharpness) == (255, 0, 0))
  }

  @Test(
    "mean, deviation and variance of the Laplacian are NumPy's and OpenCV's, 1e-9",
    .enabled(if: Python.has("cv2", "numpy")))
  func asOpenCV() throws {
    for (width, height) in [(48, 48), (7, 31), (2, 5), (1, 4)] {
      let side = max(width, height)
      let pixels = Array(Fixtures.levels(width * 100 + height, side: side).prefix(width * height))
      let measured = quality(pixels, width, height)
      let outcome = try Python.run(
        """
        import sys, cv2, numpy
        w, h = int(sys.argv[1]), int(sys.argv[2])
        image = numpy.array(sys.argv[3].split(","), numpy.uint8).reshape(h, w)
        edges = cv2.Laplacian(image, cv2.CV_64F, borderType=cv2.BORDER_REFLECT_101)
        print(image.mean(), image.std(), edges.var())
        """, "\(width)", "\(height)", pixels.map(String.init).joined(separator: ","))
      let expected = outcome.output.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
      expectClose(
        [measured.brightness, measured.contrast, measured.sharpness], expected, relative: 1e-9,
        "\(width)x\(height) \(outcome.errors.suffix(300))")
    }
  }

  @Test("of many rows each has its own, whatever the order") func rows() throws {
    try PreparedDatasetTests.withData(40) { data, _ in
      let all = data.pictureQuality(of: Array(0..<40))
      #expect(all.count == 40 && Set(all).count == 40)
      #expect(data.pictureQuality(of: [31, 2]) == [all[31], all[2]])
      #expect(all[5] == quality(Fixtures.levels(5), 48, 48))
    }
  }
}
