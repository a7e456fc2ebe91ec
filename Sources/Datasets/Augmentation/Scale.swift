internal import Foundation
internal import TensorCore

extension Augmentation {
  /// Enlarged or reduced about the centre. Factors are drawn so that f and 1 / f are equally likely.
  public struct Scale: SingleSetting {
    static let key: StaticString = "scale"
    /// The smallest and the largest factor.
    public var factors = Interval(1, 1)

    var setting: Interval { factors }
    init() {}
    init(setting: Interval) { factors = setting }

    var isOff: Bool { factors == Interval(1, 1) }
    var words: String { "scaled by \(factors.low) to \(factors.high)" }

    func validate() throws {
      try expect(
        factors.isWithin(0.1...10), [factors.low, factors.high],
        "two factors [low, high] from 0.1 to 10")
    }
  }

  /// Enlargements and reductions.
  public var scale: Scale {
    get { self[Scale.self] }
    set { self[Scale.self] = newValue }
  }
}

extension Augmentation.Scale: GeometricPart {
  func draw(_ size: ImageSize, _ random: inout RandomStream) -> AffineMap {
    let step = 1 / Double(factors.drawnEvenlyInLogarithms(&random))
    return .aboutCentre(of: size, xx: step, xy: 0, yx: 0, yy: step)
  }
}

extension Interval {
  /// A number between the ends, which are positive; its logarithm is drawn evenly.
  func drawnEvenlyInLogarithms(_ random: inout RandomStream) -> Float {
    exp(random.uniform(log(low), log(high)))
  }
}
