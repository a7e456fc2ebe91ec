import Foundation
import Kernels
import TensorCore
import TestSupport
import Testing

@testable import Datasets

@Suite("Preparation", .serialized) struct PreparationTests {
  /// Prepares a text and gives the folder's files.
  static func prepare(
    _ text: String, _ options: PreparationOptions = Fixtures.options(), in folder: URL,
    out: String = "out"
  ) throws -> (result: PreparationResult, files: [String: Data], data: PreparedDataset) {
    let source = try Fixtures.write(text, in: folder)
    let target = folder.appendingPathComponent(out)
    let result = try Preparation.prepare(source, to: target, options)
    return (result, try Fixtures.contents(of: target), try PreparedDataset(at: target))
  }

  @Test("the same bytes for any number of partitions and workers") func sameBytes() throws {
    let workers = Workers.count
    defer { Workers.count = workers }
    try withTemporaryFolder { folder in
      let text = Fixtures.csv(Fixtures.rows(60))
      let expected = try Self.prepare(text, in: folder).files
      #expect(expected.count == 8)  // two splits of three files, manifest and quality
      for (partitions, count) in [(1, 1), (2, 3), (3, 2), (59, 2), (1000, 3)] {
        Workers.count = count
        let files = try Self.prepare(
          text, Fixtures.options(partitions: partitions), in: folder, out: "again"
        ).files
        #expect(files == expected, "\(partitions) partitions, \(count) workers")
      }
    }
  }

  @Test("every cut of the bytes gives every row once") func cuts() throws {
    let text = Array(Fixtures.csv(Fixtures.rows(9, side: 8)).utf8)
    try text.withUnsafeBytes { bytes in
      let reader = MemoryReader(bytes: bytes)
      let layout = try CSVLayout(of: reader, file: "text")
      for cut in stride(from: layout.dataStart, through: text.count, by: 1) {
        var labels: [UInt8] = []
        for range in [layout.dataStart..<cut, cut..<text.count] {
          let builder = PartBuilder(size: 8, skipsBadRows: false) { _ in 0 }
          try CSVPartition(layout: layout, range: range, origin: layout.dataStart).parse(
            reader, into: builder, size: 8, progress: { _ in })
          labels += try builder.finish().labels
        }
        #expect(labels == [0, 1, 2, 3, 4, 5, 6, 0, 1], "cut at \(cut)")
      }
    }
  }

  @Test("pixels, labels, rows, counts, mean and deviation are the source's") func content() throws {
    try withTemporaryFolder { folder in
      let (result, files, data) = try Self.prepare(
        Fixtures.csv(Fixtures.rows(20)), in: folder)
      let manifest = result.manifest
      #expect(manifest == data.manifest)
      #expect(manifest.splitNames == ["Training", "PublicTest"])
      #expect(manifest.shape == [48, 48, 1])
      #expect(manifest.splits["Training"]?.count == 14)
      #expect(manifest.splits["Training"]?.perClass["Happy"] == 2)
      #expect(manifest.splits["PublicTest"]?.perClass["Sad"] == 1)
      for row in 0..<20 {
        #expect(data.sourceRow(row) == row)
        #expect(data.label(row) == row % 7)
        #expect(Array(data.pixels(of: row)) == Fixtures.levels(row))
      }
      let levels = (0..<14).flatMap { Fixtures.levels($0).map { Double($0) / 255 } }
      let mean = levels.reduce(0, +) / Double(levels.count)
      let variance = levels.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(levels.count)
      expectClose(
        [manifest.mean[0], manifest.standardDeviation[0]], [mean, variance.squareRoot()],
        relative: 1e-12)
      let json = try #require(files["manifest.json"].flatMap { String(data: $0, encoding: .utf8) })
      #expect(!json.contains(folder.path))
      try data.verify()
    }
  }

  @Test("other forms of the same table give the same shards") func otherForms() throws {
    let images = (0..<20).map { Fixtures.text(Fixtures.levels($0)) }
    let usage = (0..<20).map { $0 < 14 ? "Training" : "PublicTest" }
    func form(_ header: String, end: String = "\n", _ row: (Int) -> String) -> String {
      ([header] + images.indices.map(row)).joined(separator: end) + end
    }
    let forms: [String] = [
      form("emotion, Usage, pixels") { "\($0 % 7),\(usage[$0]),\(images[$0])" },
      form("emotion,pixels,Usage", end: "\r\n") { "\($0 % 7),\(images[$0]),\(usage[$0])" },
      form("\"emotion\",\"pixels\",\"Usage\"") {
        "\"\($0 % 7)\",\"\(images[$0])\",\"\(usage[$0])\""
      },
      form("\u{FEFF}EMOTION,id,pixels,Usage") {
        "\($0 % 7),\"a, b\", \(images[$0]) ,\(usage[$0])"
      },
      String(Fixtures.csv(Fixtures.rows(20)).dropLast()),  // no line feed at the end
    ]
    try withTemporaryFolder { folder in
      let expected = try Self.prepare(Fixtures.csv(Fixtures.rows(20)), in: folder)
        .result.manifest
      for (index, form) in forms.enumerated() {
        let manifest = try Self.prepare(form, in: folder, out: "form\(index)").result.manifest
        #expect(manifest.shards == expected.shards, "form \(index)")
        #expect(manifest.splits == expected.splits)
      }
    }
  }

  @Test("rows of another square size are resized") func resizes() throws {
    try withTemporaryFolder { folder in
      let flat = [UInt8](repeating: 77, count: 24 * 24)
      let ramp = (0..<48 * 48).map { (place: Int) in UInt8(place % 48 + place / 48) }
      let blocks = (0..<96 * 96).map { (place: Int) in ramp[place / 192 * 48 + place % 96 / 2] }
      let rows = ["1,\(Fixtures.text(flat)),Training", "2,\(Fixtures.text(blocks)),Training"]
      let data = try Self.prepare(Fixtures.csv(rows), in: folder).data
      #expect(Array(data.pixels(of: 0)) == [UInt8](repeating: 77, count: 48 * 48))
      // Blocks of 2x2 equal pixels become one of them.
      #expect(Array(data.pixels(of: 1)) == ramp)
      let small = try Self.prepare(
        Fixtures.csv(rows), Fixtures.options(size: 24), in: folder, out: "small"
      ).data
      #expect(small.manifest.shape == [24, 24, 1])
      #expect(Array(small.pixels(of: 0)) == flat)
    }
  }

  @Test("without Usage the splits are drawn: seeded, in proportion") func drawsSplits() throws {
    func text() -> String {
      Fixtures.csv(
        (0..<70).map { "\($0 % 7),\(Fixtures.text(Fixtures.levels($0, side: 8)))" },
        header: "emotion,pixels")
    }
    try withTemporaryFolder { folder in
      var options = Fixtures.options(size: 8)
      let first = try Self.prepare(text(), options, in: folder)
      #expect(first.result.manifest.splitNames == ["Training", "PublicTest", "PrivateTest"])
      #expect(first.result.manifest.preparation.splitSeed == 1)
      for (name, each) in [("Training", 8), ("PublicTest", 1), ("PrivateTest", 1)] {
        let split = try #require(first.result.manifest.splits[name])
        #expect(split.perClass.values.allSatisfy { $0 == each }, "\(name): \(split)")
      }
      let rows = (0..<70).map { first.data.sourceRow($0) }
      #expect(rows.sorted() == Array(0..<70))
      options.partitions = 5
      #expect(try Self.prepare(text(), options, in: folder, out: "b").files == first.files)
      options.seed = 2
      let other = try Self.prepare(text(), options, in: folder, out: "c")
      #expect((0..<70).map { other.data.sourceRow($0) } != rows)
    }
  }

  @Test("splits keep the source's own names; a single one is fine") func ownNames() throws {
    try withTemporaryFolder { folder in
      let rows = Fixtures.rows(7).map { $0.replacingOccurrences(of: "Training", with: "mine") }
        .map { $0.replacingOccurrences(of: "PublicTest", with: "mine") }
      let manifest = try Self.prepare(Fixtures.csv(rows), in: folder).result.manifest
      #expect(manifest.splitNames == ["mine"])
      #expect(manifest.statisticsSplit == "mine")
    }
  }

  @Test("shards hold 4,096 rows at most, of one split, in source order") func shardSizes() throws {
    try withTemporaryFolder { folder in
      let rows = (0..<9000).map { index in
        "0,\(Fixtures.text(Fixtures.levels(index, side: 8))),\(index % 3 == 0 ? "test" : "train")"
      }
      let (result, _, data) = try Self.prepare(
        Fixtures.csv(rows), Fixtures.options(size: 8), in: folder)
      #expect(result.manifest.splitNames == ["test", "train"])
      #expect(result.manifest.shards.map(\.count) == [3000, 4096, 1904])
      let test = try data.rows(inSplit: "test")
      #expect(test.map { data.sourceRow($0) } == Array(stride(from: 0, to: 9000, by: 3)))
      let train = try data.rows(inSplit: "train")
      #expect(train.map { data.sourceRow($0) } == (0..<9000).filter { $0 % 3 != 0 })
      for row in [0, 2999, 3000, 7095, 7096, 8999] {
        #expect(Array(data.pixels(of: row)) == Fixtures.levels(data.sourceRow(row), side: 8))
      }
    }
  }

  @Test("a second run replaces the first, stale shards and all") func replaces() throws {
    try withTemporaryFolder { folder in
      _ = try Self.prepare(
        Fixtures.csv(Fixtures.rows(20) + ["bad"]), Fixtures.options(skipsBadRows: true), in: folder)
      let one = Fixtures.csv(Fixtures.rows(20).filter { $0.hasSuffix("Training") })
      let files = try Self.prepare(one, in: folder).files
      #expect(
        files.keys.sorted() == [
          "inputs-00000.npy", "labels-00000.npy", "manifest.json", "quality.json", "rows-00000.npy",
        ])
    }
  }

  @Test(
    "interrupted, it leaves no manifest and nothing half-done",
    arguments: ["reading", "writing", "comparing"])
  func interrupted(_ stage: String) throws {
    struct Stop: Error {}
    try withTemporaryFolder { folder in
      let rows = Fixtures.rows(20)
      // A near duplicate, so that there is something to compare.
      var almost = Fixtures.levels(3)
      almost[100] ^= 1
      let source = try Fixtures.write(
        Fixtures.csv(rows + ["3,\(Fixtures.text(almost)),Training"]), in: folder)
      let out = folder.appendingPathComponent("out")
      #expect(throws: Stop.self) {
        _ = try Preparation.prepare(source, to: out, Fixtures.options()) { progress in
          if progress.stage.rawValue == stage { throw Stop() }
        }
      }
      // Not even the folder that was made for it.
      #expect(!FileManager.default.fileExists(atPath: out.path))
    }
  }

  @Test("an unwritable folder is said so") func unwritable() throws {
    try withTemporaryFolder { folder in
      let source = try Fixtures.write(Fixtures.csv(Fixtures.rows(3)), in: folder)
      let error = try #require(throws: FileError.self) {
        _ = try Preparation.prepare(
          source, to: source.appendingPathComponent("out"), Fixtures.options())
      }
      #expect(error.kind == .cannotWrite)
    }
  }
}
