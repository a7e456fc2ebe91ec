import Foundation
import Kernels
import TensorCore
import TestSupport
import Testing

@testable import Datasets

@Suite("Disturbances", .serialized) struct DisturbanceTests {
  private let random = RandomStream(seed: 9)

  /// The levels of row 5 after a disturbance.
  private func row5(
    _ data: PreparedDataset, _ disturbance: Disturbance, _ severity: Double,
    among rows: [Int] = [5]
  ) -> [Float] {
    let levels = data.levels(of: rows, disturbedBy: disturbance, severity, random: random)
    #expect(levels.shape == [rows.count, 48, 48, 1])
    let place = rows.firstIndex(of: 5) ?? 0
    return Array(levels.elements[place * 2304..<(place + 1) * 2304])
  }

  @Test(
    "severity 0 changes nothing; levels are whole; the row and the seed decide, not the batch",
    arguments: Disturbance.allCases)
  func every(_ disturbance: Disturbance) throws {
    try PreparedDatasetTests.withData(20) { data, _ in
      let plain = Fixtures.levels(5).map { Float($0) }
      let severities = disturbance.severities(side: 48)
      #expect(severities == severities.sorted() && severities.count { $0 == 0 } == 1)
      for severity in severities {
        let alone = row5(data, disturbance, severity)
        #expect(alone.allSatisfy { $0 == $0.rounded() && (0...255).contains($0) })
        #expect((alone == plain) == (severity == 0), "\(severity)")
        #expect(row5(data, disturbance, severity, among: [1, 2, 5, 9]) == alone)
        let other = data.levels(
          of: [5], disturbedBy: disturbance, severity, random: RandomStream(seed: 10)
        ).elements
        let isDrawn = severity != 0 && (disturbance == .noise || disturbance == .occlusion)
        #expect((other != alone) == isDrawn, "\(severity)")
      }
    }
  }

  @Test("noise has its deviation, and a stronger one the same grain") func noise() throws {
    try PreparedDatasetTests.withData(20) { data, _ in
      let plain = Fixtures.levels(5).map { Float($0) }
      // Far enough from black and white that nothing is cut off.
      let inside = plain.indices.filter { (60...190).contains(plain[$0]) }
      let weak = row5(data, .noise, 8)
      let strong = row5(data, .noise, 16)
      let (a, b) = (inside.map { weak[$0] - plain[$0] }, inside.map { strong[$0] - plain[$0] })
      let square = a.reduce(0) { $0 + Double($1 * $1) } / Double(a.count)
      #expect(abs(square.squareRoot() - 8) < 0.8)
      #expect(zip(a, b).allSatisfy { abs(2 * $0 - $1) <= 1.5 + 1e-3 })
    }
  }

  @Test(
    "brightness adds its levels, blur keeps the mean and takes contrast, a turn keeps the centre")
  func known() throws {
    try PreparedDatasetTests.withData(20) { data, _ in
      let plain = Fixtures.levels(5).map { Float($0) }
      #expect(row5(data, .brightness, -50) == plain.map { max(0, $0 - 50) })
      let blurred = row5(data, .blur, 2)
      func moments(_ levels: [Float]) -> (mean: Double, deviation: Double) {
        let mean = levels.reduce(0) { $0 + Double($1) } / Double(levels.count)
        let squares = levels.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
        return (mean, (squares / Double(levels.count)).squareRoot())
      }
      #expect(abs(moments(blurred).mean - moments(plain).mean) < 2)
      #expect(moments(blurred).deviation < 0.9 * moments(plain).deviation)
      // Anticlockwise: what was at the right is above.
      let image = LevelImage(size: ImageSize(height: 9, width: 9), channels: 1, levels: scratch)
      defer { scratch.deallocate() }
      var pixels = [UInt8](repeating: 0, count: 81)
      pixels[4 * 9 + 8] = 200
      pixels.withUnsafeBytes { Disturbance.rotation.apply(90, to: $0, into: image, random) }
      #expect((0..<81).filter { image.levels[$0] > 100 } == [4])
    }
  }

  private let scratch = UnsafeMutablePointer<Float>.allocate(capacity: 81)

  @Test("a patch hides its share of the picture, anywhere, and a larger one lies about there")
  func patches() {
    let size = ImageSize(height: 48, width: 64)
    var corners: Set<Int> = []
    for row in 0..<200 {
      var (first, second) = (random.substream(row), random.substream(row))
      let small = Disturbance.patch(hiding: 5, of: size, &first)
      let large = Disturbance.patch(hiding: 40, of: size, &second)
      for (box, percent) in [(small, 5.0), (large, 40)] {
        #expect(abs(Double(box.area) / (48 * 64) - percent / 100) < 0.02)
        #expect(box.top >= 0 && box.top + box.height <= 48)
        #expect(box.left >= 0 && box.left + box.width <= 64)
      }
      #expect(large.top <= small.top && large.left <= small.left)
      corners.insert(small.top * 64 + small.left)
    }
    #expect(corners.count > 150)
    var stream = random
    #expect(Disturbance.patch(hiding: 0, of: size, &stream).area == 0)
    #expect(Disturbance.patch(hiding: 100, of: size, &stream).area == 48 * 64)
  }
}
