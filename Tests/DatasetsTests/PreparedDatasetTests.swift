import Foundation
import Kernels
import TensorCore
import TestSupport
import Testing

@testable import Datasets

@Suite("Prepared data", .serialized) struct PreparedDatasetTests {
  static func withData<R>(
    _ count: Int = 40, _ body: (PreparedDataset, URL) throws -> R
  ) throws -> R {
    try withTemporaryFolder { folder in
      let source = try Fixtures.write(Fixtures.csv(Fixtures.rows(count)), in: folder)
      let out = folder.appendingPathComponent("out")
      _ = try Preparation.prepare(source, to: out, Fixtures.options())
      return try body(PreparedDataset(at: out), out)
    }
  }

  static func open(_ folder: URL) -> String {
    do {
      _ = try PreparedDataset(at: folder)
      return "fine"
    } catch { return "\(error)" }
  }

  @Test("batches are normalised, in the order asked for") func normalised() throws {
    try Self.withData { data, _ in
      let normalisation = Normalisation(mean: 0.25, standardDeviation: 0.5)
      let source = data.source(rows: [7, 3, 30], normalisation: normalisation)
      let batch = source.batch([2, 0])
      #expect(batch.labels == [30 % 7, 0])
      #expect(batch.inputs.shape == [2, 48, 48, 1])
      let expected = (Fixtures.levels(30) + Fixtures.levels(7)).map {
        (Double($0) / 255 - 0.25) / 0.5
      }
      expectClose(batch.inputs.elements, expected, absolute: 1e-6)
      #expect(source.labels == [0, 3, 2])
    }
  }

  @Test("a flip mirrors every line") func flip() throws {
    try Self.withData { data, _ in
      let source = data.source(
        rows: [5], normalisation: data.manifest.normalisation, augmentation: Augmentation(flip: 1))
      let plain = source.batch([0]).inputs
      let flipped = source.augmentedBatch([0], random: RandomStream(seed: 1)).inputs
      for (y, x) in [(0, 0), (3, 17), (47, 47), (20, 40)] {
        #expect(flipped[0, y, x, 0] == plain[0, y, 47 - x, 0])
      }
      #expect(flipped != plain)
    }
  }

  @Test("a shift moves, and mirrors at the edges") func shift() {
    #expect(ImageChange.sources(count: 5, shift: 2, isMirrored: false) == [2, 1, 0, 1, 2])
    #expect(ImageChange.sources(count: 5, shift: -2, isMirrored: false) == [2, 3, 4, 3, 2])
    #expect(ImageChange.sources(count: 4, shift: 1, isMirrored: true) == [2, 3, 2, 1])
    #expect(ImageChange.sources(count: 1, shift: 3, isMirrored: true) == [0])
    let far = ImageChange.sources(count: 3, shift: 9, isMirrored: false)
    #expect(far == [1, 0, 1])
  }

  @Test("all shifts and both sides are drawn, and each is what the batch shows") func draws() throws
  {
    let augmentation = Augmentation(flip: 0.25, shift: 2)
    let root = RandomStream(seed: 4)
    let pipeline = AugmentationPipeline(augmentation)
    let size = ImageSize(height: 48, width: 48)
    let drawn = (0..<4000).map { pipeline.map(size, root.substream($0)) }
    func mirrored(_ map: AffineMap) -> Bool { map.xx < 0 }
    func right(_ map: AffineMap) -> Int { Int(mirrored(map) ? map.x0 - 47 : -map.x0) }
    func down(_ map: AffineMap) -> Int { Int(-map.y0) }
    #expect(abs(Double(drawn.count(where: mirrored)) / 4000 - 0.25) < 0.03)
    for shift in -2...2 {
      #expect(abs(Double(drawn.count { down($0) == shift }) / 4000 - 0.2) < 0.03)
      #expect(abs(Double(drawn.count { right($0) == shift }) / 4000 - 0.2) < 0.03)
    }
    try Self.withData { data, _ in
      let source = data.source(
        rows: Array(0..<40), normalisation: data.manifest.normalisation, augmentation: augmentation)
      for index in [0, 11, 39] {
        let change = drawn[index]
        let plain = source.batch([index]).inputs
        let changed = source.augmentedBatch([index], random: root).inputs
        for (y, x) in [(10, 10), (30, 25)] {
          let old = mirrored(change) ? 47 - (x - right(change)) : x - right(change)
          #expect(changed[0, y, x, 0] == plain[0, y - down(change), old, 0])
        }
      }
    }
  }

  @Test("an example is the same in any batch and for any number of workers") func sameBatch() throws
  {
    let workers = Workers.count
    defer { Workers.count = workers }
    try Self.withData { data, _ in
      let source = data.source(
        rows: Array(0..<40).reversed(), normalisation: data.manifest.normalisation,
        augmentation: Augmentation(flip: 0.5, shift: 4))
      let random = RandomStream(seed: 8)
      Workers.count = 1
      let expected = source.augmentedBatch(Array(0..<40), random: random).inputs
      Workers.count = 3
      #expect(source.augmentedBatch(Array(0..<40), random: random).inputs == expected)
      #expect(
        source.augmentedBatch([31, 2], random: random).inputs.rows(0..<1) == expected.rows(31..<32))
      #expect(
        source.augmentedBatch([31], random: RandomStream(seed: 9)).inputs != expected.rows(31..<32))
    }
  }

  @Test("samples keep the classes' shares, are disjoint and seeded") func samples() throws {
    try Self.withData(100) { data, _ in
      let rows = try data.rows(inSplit: "Training")
      let (drawn, rest) = data.stratifiedSplit(
        rows, fraction: 0.1, random: RandomStream(seed: 1))
      #expect(drawn.count == 7)
      #expect(Set(drawn.map(data.label)).count == 7)
      #expect((drawn + rest).sorted() == rows)
      #expect(drawn == drawn.sorted())
      let some = data.stratifiedSplit(rows, count: 35, random: RandomStream(seed: 1))
      let counts = (0..<7).map { label in some.count { data.label($0) == label } }
      #expect(counts == [5, 5, 5, 5, 5, 5, 5])
      #expect(some == data.stratifiedSplit(rows, count: 35, random: RandomStream(seed: 1)))
      #expect(some != data.stratifiedSplit(rows, count: 35, random: RandomStream(seed: 2)))
      #expect(data.stratifiedSplit(rows, count: 1000, random: RandomStream(seed: 2)) == rows)
    }
  }

  @Test("a missing, cut, exchanged or foreign shard is a clear error") func badShards() throws {
    try Self.withData { data, folder in
      func file(_ name: String) -> URL { folder.appendingPathComponent(name) }
      #expect(Self.open(folder) == "fine")
      #expect(Self.open(folder.appendingPathComponent("none")).contains("expected data made by"))
      let inputs = try Data(contentsOf: file("inputs-00000.npy"))
      try inputs.dropLast(1).write(to: file("inputs-00000.npy"))
      #expect(Self.open(folder).contains("bytes of numbers, expected"), "\(Self.open(folder))")
      for cut in [0, 5, 9, 40] {
        try inputs.prefix(cut).write(to: file("inputs-00000.npy"))
        #expect(Self.open(folder).contains("inputs-00000.npy"), "\(Self.open(folder))")
      }
      try Data(contentsOf: file("inputs-00001.npy")).write(to: file("inputs-00000.npy"))
      #expect(Self.open(folder).contains("expected uint8 [28, 48, 48, 1]"), "\(Self.open(folder))")
      try FileManager.default.removeItem(at: file("inputs-00000.npy"))
      #expect(Self.open(folder).contains("not found"))
      var flipped = inputs
      flipped[inputs.count - 9] ^= 1
      try flipped.write(to: file("inputs-00000.npy"))
      #expect(Self.open(folder) == "fine")
      let error = try #require(throws: DatasetError.self) {
        try PreparedDataset(at: folder).verify()
      }
      #expect(error.description.contains("inputs-00000.npy does not have the SHA-256"))
      try inputs.write(to: file("inputs-00000.npy"))
      try PreparedDataset(at: folder).verify()

      var labels = try Data(contentsOf: file("labels-00000.npy"))
      labels[labels.count - 1] = 7
      try labels.write(to: file("labels-00000.npy"))
      #expect(Self.open(folder).contains("holds label 7 of 7 classes"))

      let manifest = try String(contentsOf: file("manifest.json"), encoding: .utf8)
      try Data(
        manifest.replacingOccurrences(of: "\"schema_version\" : 1", with: "\"schema_version\" : 2")
          .utf8
      )
      .write(to: file("manifest.json"))
      #expect(Self.open(folder).contains("version 2, expected 1"), "\(Self.open(folder))")
      try Data("{".utf8).write(to: file("manifest.json"))
      #expect(Self.open(folder).contains("manifest.json is damaged"))
      #expect(throws: DatasetError.self) { try data.rows(inSplit: "none") }
    }
  }

  @Test("the manifest has the contract's keys, groups as null") func keys() throws {
    try Self.withData { data, folder in
      let json = try JSONDecoder().decode(
        JSONValue.self, from: Data(contentsOf: folder.appendingPathComponent("manifest.json")))
      guard case .object(let members) = json else {
        Issue.record("no object")
        return
      }
      #expect(members["groups"] == .null)
      let keys = [
        "schema_version", "kind", "shape", "dtype", "classes", "splits", "mean",
        "standard_deviation", "source", "shards",
      ]
      #expect(keys.filter { members[$0] == nil } == [])
      #expect(json[["splits", "Training", "per_class", "Angry"]] == .int(4))
      #expect(json[["kind"]] == "image")
    }
  }
}
