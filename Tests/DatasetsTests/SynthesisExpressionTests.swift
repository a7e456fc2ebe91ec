import Imaging
import TensorCore
import TestSupport
import Testing

@testable import Datasets

@Suite("The muscles of drawn faces")
struct SynthesisExpressionTests {
  /// A plain face seen from the front, 192 pixels wide, with one change to its rest.
  private func face(_ change: (inout FaceExpression) -> Void) throws -> GrayImage {
    var random = RandomStream(seed: 3)
    var traits = FaceTraits(random: &random).posed()
    (traits.roll, traits.yaw, traits.pitch, traits.skew) = (0, 0, 0, 0)
    (traits.shiftX, traits.shiftY, traits.zoom, traits.lightStrength) = (0, 0, 1, 0)
    (traits.skin, traits.hairTone, traits.hair, traits.iris) = (0.6, 0.1, .shaven, 0.2)
    (traits.glasses, traits.beard, traits.moustache) = (false, false, false)
    (traits.eyeHeight, traits.eyeDistance, traits.eyeSize) = (-0.12, 0.36, 1)
    (traits.mouthHeight, traits.mouthWidth) = (0.53, 0.3)
    var expression = FaceExpression(of: .neutral, variant: false)
    change(&expression)
    return try SyntheticFaces.draw(traits, expression, size: 192, framing: .tight)
  }

  /// The rows of the pixels of a region (in head units) that `condition` holds for.
  private func rows(
    _ image: GrayImage, x: ClosedRange<Double>, y: ClosedRange<Double>,
    where condition: (UInt8) -> Bool
  ) -> [Int] {
    let radius = SyntheticFaces.Framing.tight.radius
    func pixels(_ range: ClosedRange<Double>) -> ClosedRange<Int> {
      Int(192 * (0.5 + radius * range.lowerBound))...Int(192 * (0.5 + radius * range.upperBound))
    }
    return pixels(y).flatMap { row in
      pixels(x).filter { condition(image[$0, row]) }.map { _ in row }
    }
  }

  private func mean(_ rows: [Int]) throws -> Double {
    try #require(!rows.isEmpty)
    return Double(rows.reduce(0, +)) / Double(rows.count)
  }

  @Test("an open mouth is dark")
  func opening() throws {
    func dark(_ image: GrayImage) -> Int {
      rows(image, x: -0.3...0.3, y: 0.4...0.88) { $0 < 40 }.count
    }
    let (rest, open) = (try face { _ in }, try face { ($0.opening, $0.teeth) = (0.8, 0) })
    #expect(dark(open) > 4 * dark(rest))
  }

  @Test("teeth are bright")
  func teeth() throws {
    func bright(_ image: GrayImage) -> Int {
      rows(image, x: -0.3...0.3, y: 0.4...0.88) { $0 > 220 }.count
    }
    let hidden = try face { ($0.opening, $0.teeth) = (0.4, 0) }
    let shown = try face { ($0.opening, $0.teeth) = (0.4, 0.85) }
    #expect(bright(shown) > 100 + bright(hidden))
  }

  @Test("raised lids show more of the white, lowered ones less")
  func lids() throws {
    func white(_ lids: Double) throws -> Int {
      rows(try face { $0.lids = lids }, x: 0.15...0.55, y: -0.32...0.0) { $0 > 185 }.count
    }
    let (low, rest, wide) = (try white(-0.6), try white(0), try white(0.9))
    #expect(low < rest && Double(wide) > 1.3 * Double(rest), "\(low), \(rest), \(wide)")
  }

  @Test("the ends of the brows move on their own")
  func brows() throws {
    func height(_ image: GrayImage, _ x: ClosedRange<Double>) throws -> Double {
      try mean(rows(image, x: x, y: -0.58 ... -0.225) { $0 < 60 })
    }
    let rest = try face { _ in }
    let (inner, outer) = (try face { $0.browInner = 1 }, try face { $0.browOuter = 1 })
    #expect(try height(inner, 0.16...0.28) < height(rest, 0.16...0.28) - 5)
    #expect(try height(outer, 0.46...0.56) < height(rest, 0.46...0.56) - 4)
    #expect(try abs(height(inner, 0.5...0.56) - height(rest, 0.5...0.56)) < 3)
  }

  @Test("the corners of the mouth rise and fall")
  func corners() throws {
    func height(_ corners: Double) throws -> Double {
      let image = try face { $0.corners = corners }
      return try mean(rows(image, x: -0.3 ... -0.24, y: 0.36...0.72) { $0 < 70 })
    }
    let (up, rest, down) = (try height(1), try height(0), try height(-1))
    #expect(up < rest - 3 && rest + 3 < down, "\(up), \(rest), \(down)")
  }

  @Test("a sneer wrinkles the nose")
  func sneer() throws {
    func dark(_ image: GrayImage) -> Int {
      rows(image, x: -0.14...0.14, y: -0.16...0.04) { $0 < 120 }.count
    }
    let (rest, sneer) = (try face { _ in }, try face { $0.sneer = 1 })
    #expect(dark(sneer) > 40 + dark(rest))
  }

  @Test("surprised mouths are darker than neutral ones, and happy ones brighter than sad ones")
  func classes() throws {
    let faces = SyntheticFaces(seed: 11)
    func share(_ emotion: FaceEmotion, where condition: (UInt8) -> Bool) throws -> Double {
      let counts = try (0..<20).map { index in
        let image = try faces.example(of: emotion, index, size: 192, framing: .tight)
        return rows(image, x: -0.25...0.25, y: 0.35...0.85, where: condition).count
      }
      return Double(counts.reduce(0, +)) / 20
    }
    #expect(try share(.surprise) { $0 < 40 } > 2 * share(.neutral) { $0 < 40 })
    #expect(try share(.happy) { $0 > 225 } > 2 * share(.sad) { $0 > 225 })
  }

  @Test("intensity scales an expression, and looseness shakes it")
  func random() {
    var stream = RandomStream(seed: 1)
    let still = FaceExpression.random(
      .happy, intensity: 0.5...0.5, looseness: 0, random: &stream)
    #expect(abs(still.corners - 0.5) <= 1e-6)
    let drawn = (0..<400).map { _ in
      FaceExpression.random(.happy, intensity: 0.5...1.15, looseness: 0.13, random: &stream).corners
    }
    let mean = drawn.reduce(0, +) / 400
    #expect(abs(mean - 0.825) <= 0.05)
    #expect(drawn.max() ?? 0 > 1.1 && drawn.min() ?? 1 < 0.5)
  }
}
