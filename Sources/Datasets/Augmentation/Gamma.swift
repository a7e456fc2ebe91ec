internal import Foundation
internal import TensorCore

extension Augmentation {
  /// Grey levels v become 255 (v / 255)^γ. γ is drawn so that γ and 1 / γ are equally likely.
  public struct Gamma: SingleSetting {
    static let key: StaticString = "gamma"
    /// The smallest and the largest exponent.
    public var exponents = Interval(1, 1)

    var setting: Interval { exponents }
    init() {}
    init(setting: Interval) { exponents = setting }

    var isOff: Bool { exponents == Interval(1, 1) }
    var words: String { "gamma from \(exponents.low) to \(exponents.high)" }

    func validate() throws {
      try expect(
        exponents.isWithin(0.1...10), [exponents.low, exponents.high],
        "two exponents [low, high] from 0.1 to 10")
    }
  }

  /// Changes of gamma.
  public var gamma: Gamma {
    get { self[Gamma.self] }
    set { self[Gamma.self] = newValue }
  }
}

extension Augmentation.Gamma: LevelPart {
  func apply(to image: LevelImage, _ random: inout RandomStream) {
    let exponent = exponents.drawnEvenlyInLogarithms(&random)
    image.mapClipped { 255 * pow($0 / 255, exponent) }
  }
}
