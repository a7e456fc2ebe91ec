internal import TensorCore

/// One kind of random change, with its settings; made without any, it is switched off.
///
/// It is one of `GeometricPart`, `LevelPart`, `SpectrogramPart` and `MixingPart`. It draws from a stream of its own, so
/// that switching one kind on changes nothing about how the others fall out.
protocol AugmentationPart: Codable, Hashable, Sendable {
  /// Its key below `augmentation`, which names its stream, too.
  static var key: StaticString { get }
  /// The kinds of examples that it is for, as `Manifest.kind` names them.
  static var kinds: Set<String> { get }
  /// Switched off.
  init()
  /// Whether it changes nothing, ever.
  var isOff: Bool { get }
  /// What it does when it is on, for people.
  var words: String { get }
  /// Throws `SettingError` where a setting is out of its range.
  func validate() throws
  /// Where its numbers come from, for an example whose stream is `example`.
  func stream(of example: RandomStream) -> RandomStream
}

extension AugmentationPart {
  /// The key as a string.
  static var name: String { key.description }

  func stream(of example: RandomStream) -> RandomStream { example.substream(Self.key) }

  /// Throws `SettingError` unless `isGood`; `setting` names one of several.
  func expect(
    _ isGood: Bool, _ found: Any, _ expected: String, setting: String? = nil
  ) throws {
    let key = "augmentation.\(Self.name)" + (setting.map { ".\($0)" } ?? "")
    try SettingError.expect(isGood, key: key, found: found, expected: expected)
  }
}

/// Moves the pixels of an image. All of these are composed into one map, and the image is
/// resampled once.
protocol GeometricPart: AugmentationPart {
  /// From places of the changed image to those of the image before.
  func draw(_ size: ImageSize, _ random: inout RandomStream) -> AffineMap
}

/// Changes the grey levels of an image in place, within 0...255.
protocol LevelPart: AugmentationPart {
  func apply(to image: LevelImage, _ random: inout RandomStream)
}

/// Changes a spectrogram in place: bands are lines, the lowest first, and frames are columns; its levels
/// are in decibels.
protocol SpectrogramPart: AugmentationPart {
  /// - Parameter mean: what a place that is emptied is filled with: the mean of the training rows.
  func apply(to spectrogram: LevelImage, mean: Float, _ random: inout RandomStream)
}

extension GeometricPart {
  static var kinds: Set<String> { [Manifest.imageKind] }
}

extension LevelPart {
  static var kinds: Set<String> { [Manifest.imageKind] }
}

extension SpectrogramPart {
  static var kinds: Set<String> { [Manifest.spectrogramKind] }
}

/// Mixes another training example into one.
protocol MixingPart: AugmentationPart {
  /// The share of the examples that are mixed in this way.
  var probability: Float { get }
  /// Changes `image` in place; gives its own share of the mixture, in 0...1, and leaves the rest of
  /// the target to the partner's class.
  func mix(
    _ image: LevelImage, with partner: LevelImage, _ random: inout RandomStream
  ) -> Float
}

/// The extents of an image.
struct ImageSize: Hashable {
  var height, width: Int
}

extension ImageSize {
  /// The extents of an example of any shape as if it were an image, and its channels: a table is one line.
  static func of(_ shape: Shape) -> (size: ImageSize, channels: Int) {
    switch shape.rank {
    case 3: (ImageSize(height: shape[0], width: shape[1]), shape[2])
    case 2: (ImageSize(height: shape[0], width: shape[1]), 1)
    default: (ImageSize(height: 1, width: shape.count), 1)
    }
  }
}

/// Levels in memory of someone else, [H, W, C]: grey ones in 0...255, or a spectrogram's.
struct LevelImage {
  let size: ImageSize
  let channels: Int
  let levels: UnsafeMutablePointer<Float>

  var count: Int { size.height * size.width * channels }

  /// The mean of all levels.
  var mean: Float {
    var sum = 0.0
    for i in 0..<count { sum += Double(levels[i]) }
    return Float(sum / Double(max(1, count)))
  }

  /// Puts `change(level)` in the place of every level, brought into 0...255.
  @inline(__always)
  func mapClipped(_ change: (Float) -> Float) {
    for i in 0..<count { levels[i] = min(max(change(levels[i]), 0), 255) }
  }
}
