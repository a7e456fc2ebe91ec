internal import TensorCore

/// Random changes that make one training image into many.
public struct Augmentation: Codable, Hashable, Sendable {
  /// The probability of a mirror image (left and right exchanged), in 0…1.
  public var flip: Float
  /// The largest shift in pixels, in each direction.
  public var shift: Int

  /// Mirrors with probability `flip` and shifts by up to `shift` pixels; neither below 0.
  public init(flip: Float = 0, shift: Int = 0) {
    self.flip = flip
    self.shift = shift
  }

  /// The change drawn from a stream.
  func draw(_ random: RandomStream) -> ImageChange {
    var random = random
    let isMirrored = random.uniform() < flip
    func offset() -> Int { shift > 0 ? random.integer(below: 2 * shift + 1) - shift : 0 }
    let down = offset()
    return ImageChange(isMirrored: isMirrored, down: down, right: offset())
  }
}

/// One way in which an image is moved: mirrored first, then shifted.
public struct ImageChange: Equatable, Sendable {
  var isMirrored = false
  var down = 0
  var right = 0

  /// For each new column or row the old one that it shows; edges are reflected.
  public static func sources(count: Int, shift: Int, isMirrored: Bool) -> [Int] {
    (0..<count).map { place in
      let old = reflected(place - shift, count)
      return isMirrored ? count - 1 - old : old
    }
  }

  /// `index` brought into 0..<count as if mirrors stood at the first and the last place, which are
  /// not repeated: …2 1 | 0 1 2 3 | 2 1….
  private static func reflected(_ index: Int, _ count: Int) -> Int {
    guard count > 1 else { return 0 }
    let period = 2 * (count - 1)
    let place = ((index % period) + period) % period
    return place < count ? place : period - place
  }
}
