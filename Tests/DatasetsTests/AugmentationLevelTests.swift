import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Datasets

/// Grey levels after a change in place.
func changed(
  _ levels: [Float], _ size: ImageSize, channels: Int = 1, _ change: (LevelImage) -> Void
) -> [Float] {
  var levels = levels
  levels.withUnsafeMutableBufferPointer { levels in
    guard let base = levels.baseAddress else { return }
    change(LevelImage(size: size, channels: channels, levels: base))
  }
  return levels
}

@Suite("Augmentation: grey levels") struct AugmentationLevelTests {
  private static let size = ImageSize(height: 20, width: 24)
  private static let levels: [Float] = randomNumbers(480, seed: 4).map { 127.5 + 127.5 * $0 }

  private func mean(_ levels: [Float]) -> Double {
    levels.reduce(0) { $0 + Double($1) } / Double(levels.count)
  }

  @Test("brightness adds one number to all levels, evenly drawn, within 0...255")
  func brightness() {
    var part = Augmentation.Brightness()
    part.levels = 40
    var random = RandomStream(seed: 1)
    let grey = [Float](repeating: 128, count: 480)
    let added = (0..<2000).map { _ in
      let result = changed(grey, Self.size) { part.apply(to: $0, &random) }
      #expect(Set(result).count == 1)
      return result[0] - 128
    }
    #expect(added.allSatisfy { abs($0) <= 40.001 })
    #expect(abs(mean(added)) < 1.5)
    #expect(abs(Double(added.count { $0 > 20 }) / 2000 - 0.25) < 0.03)
    part.levels = 255
    let result = changed(Self.levels, Self.size) { part.apply(to: $0, &random) }
    #expect(result.allSatisfy { (0...255).contains($0) } && result != Self.levels)
  }

  @Test("contrast keeps the mean and multiplies what differs from it") func contrast() {
    var part = Augmentation.Contrast()
    part.amount = 0.5
    let levels = Self.levels.map { 100 + ($0 - 127.5) / 4 }  // Far from 0 and 255.
    var random = RandomStream(seed: 1)
    let centre = Float(mean(levels))
    let factors = (0..<500).map { _ in
      let result = changed(levels, Self.size) { part.apply(to: $0, &random) }
      let factor = (result[0] - centre) / (levels[0] - centre)
      expectClose(
        result, levels.map { Double(centre + factor * ($0 - centre)) }, absolute: 2e-3)
      return factor
    }
    #expect(factors.allSatisfy { (0.499...1.501).contains($0) })
    #expect(abs(mean(factors) - 1) < 0.05 && factors.contains { $0 < 0.6 })
  }

  @Test("gamma is a power of the share of white") func gamma() {
    var part = Augmentation.Gamma()
    part.exponents = Interval(2, 2)
    var random = RandomStream(seed: 1)
    let squared = changed(Self.levels, Self.size) { part.apply(to: $0, &random) }
    expectClose(squared, Self.levels.map { Double($0) * Double($0) / 255 }, absolute: 1e-2)
    part.exponents = Interval(0.5, 0.5)
    let back = changed(squared, Self.size) { part.apply(to: $0, &random) }
    expectClose(back, Self.levels.map(Double.init), absolute: 2e-2)
    let ends = changed([0, 255], ImageSize(height: 1, width: 2)) { part.apply(to: $0, &random) }
    expectClose(ends, [0.0, 255.0], absolute: 1e-4)
  }

  @Test("noise has mean 0 and the deviation that was drawn, which is even up to the largest")
  func noise() {
    var part = Augmentation.Noise()
    part.deviation = 10
    let size = ImageSize(height: 25, width: 25)  // An odd number of pixels.
    let grey = [Float](repeating: 128, count: 625)
    var deviations: [Double] = []
    for index in 0..<400 {
      var random = RandomStream(seed: 1).substream(index)
      let drawn = random
      let added = changed(grey, size) { part.apply(to: $0, &random) }.map { $0 - 128 }
      var again = drawn
      let expected = Double(again.uniform(0, 10))
      let variance = added.reduce(0) { $0 + Double($1 * $1) } / 625
      #expect(abs(variance.squareRoot() - expected) <= 0.15 * expected + 1e-3)
      #expect(abs(mean(added)) <= 0.25 * expected + 1e-3)
      deviations.append(expected)
    }
    #expect(abs(deviations.reduce(0, +) / 400 - 5) < 0.5)
    part.deviation = 255
    var random = RandomStream(seed: 9)
    let result = changed(Self.levels, Self.size) { part.apply(to: $0, &random) }
    #expect(result.allSatisfy { (0...255).contains($0) })
  }

  @Test("blur equals OpenCV's GaussianBlur, and channels do not mix") func blur() throws {
    let golden = try AugmentationGolden.load()
    let size = ImageSize(height: golden.height, width: golden.width)
    let levels = golden.pixels.map { Float($0) }
    #expect(golden.blurred.count == 3)
    for blurred in golden.blurred {
      let result = changed(levels, size) {
        Augmentation.Blur.apply(deviation: blurred.sigma, to: $0)
      }
      expectClose(result, blurred.levels.map(Double.init), absolute: 1e-2, "\(blurred.sigma)")
      let twice = changed(levels.flatMap { [$0, 255 - $0] }, size, channels: 2) {
        Augmentation.Blur.apply(deviation: blurred.sigma, to: $0)
      }
      expectClose(
        twice, result.flatMap { [Double($0), 255 - Double($0)] }, absolute: 1e-2)
    }
    let same = changed(levels, size) { Augmentation.Blur.apply(deviation: 0.05, to: $0) }
    #expect(same == levels)
  }

  @Test("an erased rectangle lies inside, has the area that was asked for, and is painted over")
  func erasing() {
    var part = Augmentation.Erasing()
    part.probability = 1
    part.area = Interval(0.1, 0.3)
    var random = RandomStream(seed: 1)
    let boxes = (0..<2000).map { _ in part.draw(Self.size, &random) }
    for box in boxes {
      #expect(box.top >= 0 && box.left >= 0 && box.height >= 1 && box.width >= 1)
      #expect(box.top + box.height <= 20 && box.left + box.width <= 24)
      // Sides are rounded to pixels.
      #expect((0.08...0.33).contains(Double(box.area) / 480), "\(box)")
      #expect((0.2...4.5).contains(Double(box.height) / Double(box.width)), "\(box)")
    }
    #expect(abs(boxes.reduce(0) { $0 + Double($1.area) } / 2000 / 480 - 0.2) < 0.01)
    let across = Double(boxes.count { $0.width > $0.height }) / 2000
    #expect((0.3...0.7).contains(across))
    // Anywhere: every corner is met.
    for (y, x) in [(0, 0), (0, 23), (19, 0), (19, 23)] {
      #expect(
        boxes.contains {
          ($0.top..<$0.top + $0.height).contains(y) && ($0.left..<$0.left + $0.width).contains(x)
        })
    }

    for (fill, expected) in [
      (Augmentation.Fill.level(7), 7), (.mean, Float(mean(Self.levels))), (.noise, nil as Float?),
    ] {
      part.fill = fill
      var (applied, drawn) = (random.substream(3), random.substream(3))
      _ = drawn.uniform()
      let box = part.draw(Self.size, &drawn)
      let result = changed(Self.levels, Self.size) { part.apply(to: $0, &applied) }
      var inside: [Float] = []
      for i in 0..<480 {
        let (y, x) = (i / 24, i % 24)
        if (box.top..<box.top + box.height).contains(y)
          && (box.left..<box.left + box.width).contains(x)
        {
          inside.append(result[i])
        } else {
          #expect(result[i] == Self.levels[i])
        }
      }
      #expect(inside.count == box.area)
      if let expected {
        expectClose(inside, inside.map { _ in Double(expected) }, absolute: 1e-3)
      } else {
        #expect(Set(inside).count > inside.count / 2)
        #expect(inside.allSatisfy { (0...255).contains($0) })
      }
    }
    // Wide and flat images, and the whole of one.
    part.area = Interval(1, 1)
    for size in [ImageSize(height: 3, width: 40), ImageSize(height: 40, width: 3)] {
      let box = part.draw(size, &random)
      #expect(box.area == 120, "\(box)")
    }
    part.probability = 0.25
    let untouched = (0..<2000).count { _ in
      changed(Self.levels, Self.size) { part.apply(to: $0, &random) } == Self.levels
    }
    #expect(abs(Double(untouched) / 2000 - 0.75) < 0.03)
  }
}
