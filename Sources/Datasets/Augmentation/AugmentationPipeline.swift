internal import TensorCore

/// The parts of an augmentation that are on, sorted by what they do.
struct AugmentationPipeline {
  private let geometry: [any GeometricPart]
  private let levels: [any LevelPart]
  private let spectrograms: [any SpectrogramPart]
  private let mixers: [any MixingPart]

  /// - Parameter kind: that of the examples; parts for others are left out.
  init(_ augmentation: Augmentation, kind: String = Manifest.imageKind) {
    let active = augmentation.parts.filter { !$0.isOff && type(of: $0).kinds.contains(kind) }
    spectrograms = active.compactMap { $0 as? any SpectrogramPart }
    geometry = active.compactMap { $0 as? any GeometricPart }
    levels = active.compactMap { $0 as? any LevelPart }
    mixers = active.compactMap { $0 as? any MixingPart }
  }

  /// Whether images are moved only.
  var changesPlacesOnly: Bool { levels.isEmpty && mixers.isEmpty }
  /// Whether examples are mixed, some of them at least.
  var mixes: Bool { !mixers.isEmpty }

  /// From places of the changed image to those of the original, for an example's stream.
  func map(_ size: ImageSize, _ example: RandomStream) -> AffineMap {
    geometry.reduce(.identity) { map, part in
      var random = part.stream(of: example)
      return map.after(part.draw(size, &random))
    }
  }

  /// Changes the grey levels of an image that was moved already.
  func changeLevels(of image: LevelImage, _ example: RandomStream) {
    for part in levels {
      var random = part.stream(of: example)
      part.apply(to: image, &random)
    }
  }

  /// Changes a spectrogram; what is emptied is filled with `mean`.
  func change(_ spectrogram: LevelImage, mean: Float, _ example: RandomStream) {
    for part in spectrograms {
      var random = part.stream(of: example)
      part.apply(to: spectrogram, mean: mean, &random)
    }
  }

  /// With which of `count` examples one is mixed, and how; nil where it is not mixed. `changes` is
  /// the stream by which the partner is changed before.
  func mixture(
    of count: Int, _ example: RandomStream
  ) -> (partner: Int, part: any MixingPart, changes: RandomStream)? {
    guard mixes else { return nil }
    let stream = example.substream("partner")
    var random = stream
    var place = random.uniform()
    for part in mixers {
      if place < part.probability {
        return (random.integer(below: count), part, stream.substream("changes"))
      }
      place -= part.probability
    }
    return nil
  }
}
