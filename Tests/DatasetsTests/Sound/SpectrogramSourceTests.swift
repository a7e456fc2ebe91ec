import Foundation
import Kernels
import TensorCore
import TestSupport
import Testing

@testable import Datasets

@Suite("Batches of spectrograms", .serialized) struct SpectrogramSourceTests {
  private static var everything: Augmentation {
    var all = Augmentation(flip: 0.5, shift: 2)
    all.gain.decibels = 6
    all.timeShift.share = 0.2
    all.timeMask.count = 2
    all.frequencyMask.count = 2
    all.mixup.probability = 0.5
    return all
  }

  private func withData(_ body: (PreparedDataset) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let source = try SoundFixtures.corpus("ravdess", 32, groups: 4, in: folder)
      let out = folder.appendingPathComponent("out")
      var options = SoundOptions()
      options.split = .none
      _ = try SoundPreparation.prepare([source], to: out, options)
      try body(PreparedDataset(at: out))
    }
  }

  private func source(_ data: PreparedDataset, _ augmentation: Augmentation?) -> DatasetSource {
    data.source(
      rows: Array(0..<data.count), normalisation: data.manifest.normalisation,
      augmentation: augmentation)
  }

  @Test("an example depends on seed, epoch and index alone, not on its batch or on workers")
  func streams() throws {
    let workers = Workers.count
    defer { Workers.count = workers }
    try withData { data in
      let source = source(data, Self.everything)
      func example(_ index: Int, among indices: [Int], epoch: Int = 0) throws -> [Float] {
        let random = RandomStream(seed: 5).substream(epoch)
        let batch = source.augmentedBatch(indices, random: random)
        #expect(batch.targets?.shape == [indices.count, 8])
        let place = try #require(indices.firstIndex(of: index))
        return Array(batch.inputs.rows(place..<place + 1).elements)
      }
      let alone = try example(7, among: [7])
      for count in [1, 3] {
        Workers.count = count
        #expect(try example(7, among: [3, 7, 20, 31, 0]) == alone)
      }
      #expect(try example(7, among: [7], epoch: 1) != alone)
      #expect(try example(8, among: [8]) != alone)
    }
  }

  @Test("what is masked is 0 after normalisation, and changes of pictures do nothing")
  func masked() throws {
    try withData { data in
      var masks = Augmentation(flip: 1, shift: 2)
      masks.timeMask.count = 1
      masks.timeMask.size = 128
      let plain = source(data, nil).batch(Array(0..<32)).inputs.elements
      let random = RandomStream(seed: 1)
      let changed = source(data, masks).augmentedBatch(Array(0..<32), random: random).inputs
        .elements
      var masked = 0
      for (old, new) in zip(plain, changed) where old != new {
        #expect(abs(new) < 1e-5)
        masked += 1
      }
      #expect(masked > plain.count / 10)
      #expect(
        source(data, Augmentation(flip: 1, shift: 2))
          .augmentedBatch(Array(0..<32), random: random).inputs.elements == plain)
    }
  }

  @Test("a tenth is drawn in whole groups; of few groups at least one is left")
  func groupedSplit() throws {
    try withData { data in
      let names = try #require(data.manifest.groupNames(count: data.count))
      for seed in 1...5 as ClosedRange<UInt64> {
        let (drawn, rest) = try data.groupedSplit(
          Array(0..<32), fraction: 0.1, random: RandomStream(seed: seed))
        #expect((drawn + rest).sorted() == Array(0..<32))
        #expect(Set(drawn.map { names[$0] }).isDisjoint(with: rest.map { names[$0] }))
        #expect(drawn.count == 8)
      }
      let one = (0..<32).filter { names[$0] == names[0] }
      #expect {
        try data.groupedSplit(one, fraction: 0.1, random: RandomStream(seed: 1))
      } throws: {
        "\($0)".contains("all 8 rows are of one speaker")
      }
    }
  }

  @Test("damaged manifests of float32 data are refused") func damaged() throws {
    try withTemporaryFolder { folder in
      let table = try Fixtures.write(FeatureTableTests.csv(), "t.csv", in: folder)
      let out = folder.appendingPathComponent("out")
      _ = try SoundPreparation.prepare([table], to: out, SoundOptions())
      let file = out.appendingPathComponent("manifest.json")
      let text = try String(contentsOf: file, encoding: .utf8)
      func problem(_ change: (String) -> String) throws -> String {
        let changed = change(text)
        try #require(changed != text)
        try Data(changed.utf8).write(to: file)
        return PreparedDatasetTests.open(out)
      }
      #expect(
        try problem { $0.replacingOccurrences(of: "\"float32\"", with: "\"float64\"") }.contains(
          "float64 inputs"))
      #expect(
        try problem { $0.replacingOccurrences(of: "\"float32\"", with: "\"uint8\"") }.contains(
          "uint8 inputs of shape 2"))
      #expect(
        try problem {
          $0.replacingOccurrences(of: "\"tempo\",", with: "\"tempo\", \"a\",")
        }.contains("3 names of 2 columns"))
      try Data(text.utf8).write(to: file)
      #expect(PreparedDatasetTests.open(out) == "fine")
    }
  }
}
