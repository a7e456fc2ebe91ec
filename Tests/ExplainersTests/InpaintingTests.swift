import TensorCore
import TestSupport
import Testing

@testable import Explainers

@Suite("Parts filled in from what surrounds them") struct InpaintingTests {
  private static func filled(
    _ segmentation: Segmentation, channels: Int = 1, _ level: (Int, Int, Int) -> Float
  ) -> (image: Tensor, filled: Tensor) {
    let (width, height) = (segmentation.width, segmentation.height)
    let levels = (0..<width * height * channels).map {
      level($0 / channels % width, $0 / channels / width, $0 % channels)
    }
    let image = Tensor([height, width, channels], levels)
    return (image, Baseline.inpainted.filling(image, segmentation))
  }

  @Test("a level slope goes on through a part inside the picture; channels stay apart")
  func slope() {
    // Part 1 lies inside, part 0 is the frame.
    let labels = (0..<12 * 10).map {
      (3..<9).contains($0 % 12) && (2..<8).contains($0 / 12) ? 1 : 0
    }
    let parts = Segmentation(width: 12, height: 10, labels: labels)
    let (image, filled) = Self.filled(parts, channels: 2) { x, y, channel in
      channel == 0 ? Float(3 * x + 5 * y) : 200 - Float(2 * x)
    }
    let inside = labels.indices.filter { labels[$0] == 1 }.flatMap { [2 * $0, 2 * $0 + 1] }
    expectClose(
      inside.map { filled.elements[$0] }, inside.map { image.elements[$0] }, absolute: 1e-4)
  }

  @Test("every level is the mean of its neighbours, whatever the part's own levels were")
  func harmonic() throws {
    let parts = try Segmentation.grid(width: 20, height: 16, rows: 3, columns: 4)
    let noise: [Float] = randomNumbers(320, seed: 3)
    let (image, filled) = Self.filled(parts) { x, y, _ in 128 + 100 * noise[y * 20 + x] }
    let levels = filled.elements
    #expect(levels.count == 320)
    for y in 0..<16 {
      for x in 0..<20 {
        let own = parts.labels[y * 20 + x]
        var around: [Double] = []
        for (u, v) in [(x - 1, y), (x + 1, y), (x, y - 1), (x, y + 1)]
        where (0..<20).contains(u) && (0..<16).contains(v) {
          // Another part's pixels count as they are in the picture.
          let place = v * 20 + u
          around.append(Double(parts.labels[place] == own ? levels[place] : image.elements[place]))
        }
        expectClose(
          [Double(levels[y * 20 + x])], [around.reduce(0, +) / Double(around.count)],
          absolute: 1e-3, "pixel \(x), \(y)")
      }
    }
    #expect(levels.min() ?? 0 >= image.elements.min() ?? 0)
    #expect(levels.max() ?? 0 <= image.elements.max() ?? 0)
    // Nothing of the part is left: another part 0 has the same filling.
    var other = image.elements
    for (pixel, label) in parts.labels.enumerated() where label == 0 { other[pixel] = 7 }
    let again = Baseline.inpainted.filling(Tensor(image.shape, other), parts).elements
    for (pixel, label) in parts.labels.enumerated() where label == 0 {
      #expect(abs(again[pixel] - levels[pixel]) <= 1e-3)
    }
  }

  @Test("a dark mouth becomes what is around it; the whole picture as one part its mean")
  func extremes() {
    let labels = (0..<81).map { (3..<6).contains($0 % 9) && (5..<7).contains($0 / 9) ? 1 : 0 }
    let parts = Segmentation(width: 9, height: 9, labels: labels)
    let (_, filled) = Self.filled(parts) { x, y, _ in labels[y * 9 + x] == 1 ? 10 : 180 }
    for (pixel, label) in labels.enumerated() where label == 1 {
      #expect(abs(filled.elements[pixel] - 180) <= 1e-3)
    }
    let whole = Segmentation(width: 3, height: 2, labels: [0, 0, 0, 0, 0, 0])
    let (_, mean) = Self.filled(whole) { x, y, _ in Float(x + 3 * y) }
    #expect(mean.elements == [Float](repeating: 2.5, count: 6))
  }

  @Test("a large part takes no more than a moment, and is as good")
  func large() throws {
    let parts = try Segmentation.grid(width: 96, height: 96, rows: 1, columns: 2)
    let (_, filled) = Self.filled(parts) { x, _, _ in x < 48 ? 40 : 200 }
    // The left half has the right half's edge beside it, and no other border.
    expectClose(
      filled.elements.enumerated().map { Double($0.element) },
      (0..<96 * 96).map { $0 % 96 < 48 ? 200.0 : 40 }, absolute: 0.01)
  }
}
