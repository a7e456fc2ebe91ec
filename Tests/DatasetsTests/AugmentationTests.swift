import Foundation
import Kernels
import TensorCore
import TestSupport
import Testing

@testable import Datasets

@Suite("Augmentation", .serialized) struct AugmentationTests {
  /// Every kind switched on.
  static var everything: Augmentation {
    var all = Augmentation(flip: 0.5, shift: 2)
    all.crop.smallestSide = 0.8
    all.rotation.degrees = 15
    all.scale.factors = Interval(0.9, 1.1)
    all.contrast.amount = 0.2
    all.brightness.levels = 20
    all.gamma.exponents = Interval(0.7, 1.4)
    all.blur.deviation = 1
    all.noise.deviation = 8
    all.erasing.probability = 0.5
    all.gain.decibels = 6
    all.filter.decibels = 6
    all.timeShift.share = 0.1
    all.timeMask.count = 2
    all.frequencyMask.count = 2
    all.mixup.probability = 0.4
    all.cutMix.probability = 0.4
    return all
  }

  private func decoded(_ json: String) throws -> Augmentation {
    try JSONDecoder().decode(Augmentation.self, from: Data(json.utf8))
  }

  private func problem(_ json: String) -> String {
    do {
      try decoded(json).validate()
      return "fine"
    } catch { return "\(error)" }
  }

  @Test("every kind is off unless it is set, and what is written is read again") func coding()
    throws
  {
    #expect(Augmentation().parts.filter { !$0.isOff }.isEmpty)
    #expect(Self.everything.parts.filter(\.isOff).isEmpty)
    #expect(try decoded("{}") == Augmentation())
    #expect(try decoded(#"{"flip": 0.5, "shift": 2}"#) == Augmentation(flip: 0.5, shift: 2))
    #expect(Augmentation(flip: 0.5) != Augmentation(flip: 0.25))
    for augmentation in [Augmentation(), Self.everything] {
      let json = try JSONEncoder().encode(augmentation)
      #expect(try JSONDecoder().decode(Augmentation.self, from: json) == augmentation)
      #expect(Set([augmentation, augmentation]).count == 1)
      try augmentation.validate()
    }
    let keys = AugmentationRegistry.parts.map { $0.name }
    #expect(Set(keys).count == keys.count)
    #expect(Augmentation().words == "none")
    #expect(
      Augmentation(flip: 0.5, shift: 2).words
        == "mirrored with probability 0.5, shifted by up to 2 pixels")
  }

  @Test(
    "a setting out of its range is refused by its key",
    arguments: [
      (#"{"flip": 1.5}"#, "augmentation.flip is 1.5"), (#"{"shift": -1}"#, "augmentation.shift"),
      (#"{"crop": 0}"#, "augmentation.crop"), (#"{"rotation": 181}"#, "augmentation.rotation"),
      (#"{"scale": [1.2, 0.8]}"#, "augmentation.scale"),
      (#"{"scale": [0, 1]}"#, "augmentation.scale"),
      (#"{"brightness": 256}"#, "augmentation.brightness"),
      (#"{"contrast": -0.1}"#, "augmentation.contrast"),
      (#"{"gamma": [0.5, 20]}"#, "augmentation.gamma"), (#"{"noise": -1}"#, "augmentation.noise"),
      (#"{"blur": 17}"#, "augmentation.blur"),
      (
        #"{"erasing": {"probability": 2, "area": [0.1, 0.2], "fill": "mean"}}"#,
        "augmentation.erasing.probability"
      ),
      (
        #"{"erasing": {"probability": 1, "area": [0.1, 1.2], "fill": "mean"}}"#,
        "augmentation.erasing.area"
      ),
      (
        #"{"erasing": {"probability": 1, "area": [0.1, 0.2], "fill": 300}}"#,
        "augmentation.erasing.fill"
      ),
      (#"{"mixup": {"probability": 0.1, "alpha": 0}}"#, "augmentation.mixup.alpha"),
      (#"{"cutmix": {"probability": -1, "alpha": 1}}"#, "augmentation.cutmix.probability"),
      (
        #"{"mixup": {"probability": 0.7, "alpha": 1}, "cutmix": {"probability": 0.5, "alpha": 1}}"#,
        "augmentation.cutmix.probability is 0.5, expected at most 0.3"
      ),
    ])
  func refused(_ json: String, _ words: String) {
    let found = problem(json)
    #expect(found.contains(words), "\(found)")
    #expect(found.contains("expected") && found.contains("--set"), "\(found)")
  }

  @Test("an example with everything on is the same in any batch and for any number of workers")
  func independence() throws {
    let workers = Workers.count
    defer { Workers.count = workers }
    try PreparedDatasetTests.withData { data, _ in
      let source = data.source(
        rows: Array(0..<40).reversed(), normalisation: data.manifest.normalisation,
        augmentation: Self.everything)
      let random = RandomStream(seed: 8)
      Workers.count = 1
      let expected = source.augmentedBatch(Array(0..<40), random: random)
      #expect(expected.inputs.isFinite)
      for count in [1, 2, 3, 5] {
        Workers.count = count
        let again = source.augmentedBatch(Array(0..<40), random: random)
        #expect(again.inputs == expected.inputs && again.targets == expected.targets)
        let pair = source.augmentedBatch([31, 2], random: random)
        #expect(pair.inputs.rows(0..<1) == expected.inputs.rows(31..<32))
        #expect(pair.inputs.rows(1..<2) == expected.inputs.rows(2..<3))
        #expect(pair.targets?.rows(0..<1) == expected.targets?.rows(31..<32))
      }
      let other = source.augmentedBatch([31], random: RandomStream(seed: 9))
      #expect(other.inputs != expected.inputs.rows(31..<32))
    }
  }

  @Test("mirror images and shifts are drawn as they always were, so that old runs can be repeated")
  func drawnAsBefore() {
    let pipeline = AugmentationPipeline(Augmentation(flip: 0.5, shift: 2))
    for index in 0..<200 {
      let stream = RandomStream(seed: 3).substream(index)
      var random = stream
      let isMirrored = random.uniform() < 0.5
      let down = random.integer(below: 5) - 2
      let right = random.integer(below: 5) - 2
      var expected = isMirrored ? AffineMap(xx: -1, x0: 47) : AffineMap.identity
      expected = expected.after(AffineMap(x0: -Double(right), y0: -Double(down)))
      #expect(pipeline.map(ImageSize(height: 48, width: 48), stream) == expected)
    }
  }

  @Test("switching one kind on changes nothing about how the others fall out") func ownStreams() {
    let size = ImageSize(height: 48, width: 48)
    var turned = Augmentation(flip: 0.5, shift: 3)
    let plain = AugmentationPipeline(turned)
    turned.rotation.degrees = 20
    let more = AugmentationPipeline(turned)
    for index in 0..<50 {
      let stream = RandomStream(seed: 1).substream(index)
      let (a, b) = (plain.map(size, stream), more.map(size, stream))
      #expect((a.xx < 0) == (b.xx * b.yy - b.xy * b.yx < 0))
      // A turn about the centre keeps what lies there; the centre's place tells the shift.
      let centre = 47 / 2.0
      let (p, q) = (a(centre, centre), b(centre, centre))
      let (dp, dq) = (
        hypot(p.x - centre, p.y - centre), hypot(q.x - centre, q.y - centre)
      )
      #expect(abs(dp - dq) < 1e-9)
    }
  }

  @Test("grey levels come out as inputs by the same normalisation, whatever path they take")
  func normalisation() throws {
    try PreparedDatasetTests.withData { data, _ in
      var nothing = Augmentation()
      nothing.erasing.probability = 1e-9  // The long way, without anything happening on it.
      let source = data.source(
        rows: Array(0..<40), normalisation: data.manifest.normalisation, augmentation: nothing)
      let (plain, long) = (
        source.batch([3, 17]), source.augmentedBatch([3, 17], random: RandomStream(seed: 1))
      )
      expectClose(long.inputs.elements, plain.inputs.elements.map(Double.init), absolute: 1e-5)
      let levels = data.manifest.normalisation.levels(of: plain.inputs)
      expectClose(
        levels, (Fixtures.levels(3) + Fixtures.levels(17)).map(Double.init), absolute: 1e-3)
    }
  }
}
