import Datasets
import Foundation
import TestSupport
import Testing

@Suite("Drawn faces and a face detector")
struct SynthesisDetectionTests {
  /// Prints how many of a folder's 256x256 images have a box roughly around the face drawn there.
  private static let script = """
    import pathlib, sys, cv2
    cascade = cv2.CascadeClassifier(
        cv2.data.haarcascades + "haarcascade_frontalface_default.xml")
    found = 0
    for file in sorted(pathlib.Path(sys.argv[1]).rglob("*.png")):
        boxes = cascade.detectMultiScale(cv2.imread(str(file), 0), 1.1, 5)
        found += any(
            abs(x + w / 2 - 128) < 38 and abs(y + h / 2 - 128) < 46 and 90 < w < 230
            for x, y, w, h in boxes)
    print(found)
    """

  @Test(
    "OpenCV's frontal Haar cascade finds at least 95 % of them", .enabled(if: Python.has("cv2")))
  func haarCascade() throws {
    try withTemporaryFolder { folder in
      try SyntheticFaces(seed: 5).writeImages(count: 210, size: 256, to: folder)
      let outcome = try Python.run(Self.script, folder.path)
      #expect(outcome.code == 0, "\(outcome.errors)")
      let found = try #require(Int(outcome.output.trimmingCharacters(in: .whitespacesAndNewlines)))
      #expect(found >= 200 && found <= 210)
    }
  }
}
