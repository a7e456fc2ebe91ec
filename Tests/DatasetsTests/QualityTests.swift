import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Datasets

@Suite("Quality report") struct QualityTests {
  /// A smooth picture, as faces are: a few seeded blobs of light.
  static func picture(_ seed: Int) -> [UInt8] {
    var random = RandomStream(seed: UInt64(1000 + seed))
    let blobs = (0..<12).map { _ in
      (
        random.uniform(0, 48), random.uniform(0, 48), random.uniform(-90, 90),
        random.uniform(20, 90)
      )
    }
    return (0..<48 * 48).map { place in
      let (x, y) = (Float(place % 48), Float(place / 48))
      let light = blobs.reduce(Float(120)) {
        $0 + $1.2 / (1 + ((x - $1.0) * (x - $1.0) + (y - $1.1) * (y - $1.1)) / $1.3)
      }
      return UInt8(max(10, min(245, light)))
    }
  }

  static func row(_ levels: [UInt8], _ label: Int, _ split: String) -> String {
    "\(label),\(Fixtures.text(levels)),\(split)"
  }

  @Test("finds what was planted, and nothing else") func planted() throws {
    var random = RandomStream(seed: 3)
    func noisy(_ levels: [UInt8]) -> [UInt8] {
      levels.map { UInt8(Int($0) + random.integer(below: 5) - 2) }
    }
    func brighter(_ levels: [UInt8]) -> [UInt8] { levels.map { UInt8(Int($0) * 4 / 5 + 20) } }
    var rows = (0..<200).map { Self.row(Self.picture($0), $0 % 7, "Training") }
    rows += [
      Self.row(Self.picture(5), 5, "Training"),  // 200: equal to 5, same label and split
      Self.row(Self.picture(8), 2, "PublicTest"),  // 201: equal to 8, other label and split
      Self.row(noisy(Self.picture(20)), 6, "Training"),  // 202: near to 20
      Self.row(brighter(Self.picture(30)), 2, "PublicTest"),  // 203: near to 30, other split
      Self.row([UInt8](repeating: 9, count: 48 * 48), 0, "Training"),  // 204: constant
      Self.row((0..<48 * 48).map { UInt8(100 + $0 % 3) }, 0, "Training"),  // 205: nearly
      Self.row(noisy(Self.picture(40)), 0, "PublicTest"),  // 206: near to 40, other label
    ]
    try withTemporaryFolder { folder in
      let source = try Fixtures.write(Fixtures.csv(rows), in: folder)
      let out = folder.appendingPathComponent("out")
      let quality = try Preparation.prepare(source, to: out, Fixtures.options()).quality
      #expect(quality.rows == 207)
      #expect(quality.constant == .init(total: 1, rows: [204]))
      #expect(quality.nearConstant == .init(total: 1, rows: [205]))
      let exact = quality.exactDuplicates
      #expect(exact.groupsTotal == 2)
      #expect(exact.surplusRows == 2)
      #expect(exact.acrossSplitsTotal == 1)
      #expect(exact.labelsDisagreeTotal == 1)
      #expect(exact.groups.map(\.rows) == [[8, 201], [5, 200]])
      #expect(exact.groups[0].splits == ["Training", "PublicTest"])
      #expect(exact.groups[0].classes == ["Disgust", "Fear"])
      let near = quality.nearDuplicates
      #expect(near.pairs.map(\.rows) == [[30, 203], [40, 206], [20, 202]])
      #expect(near.acrossSplitsTotal == 2)
      #expect(near.labelsDisagreeTotal == 1)
      #expect(near.isComplete)
      let json = try Data(contentsOf: out.appendingPathComponent("quality.json"))
      #expect(try JSONDecoder().decode(QualityReport.self, from: json) == quality)
      #expect(try QualityReport(inFolder: out) == quality)
      #expect(quality.copies(of: [8, 30, 5, 100]) == [200, 201, 203])
      #expect(quality.copies(of: [201, 8]) == [])
      #expect(quality.copies(of: [1, 2, 3]) == [])
    }
  }

  @Test("the search by bands finds every pair of near hashes") func bands() throws {
    var random = RandomStream(seed: 9)
    let centres = (0..<40).map { _ in random.next() }
    var hashes: [UInt64] = []
    for _ in 0..<600 {
      var hash = centres[random.integer(below: 40)]
      for _ in 0..<random.integer(below: 5) { hash ^= 1 << UInt64(random.integer(below: 64)) }
      hashes.append(hash)
    }
    let records = hashes.enumerated().map {
      RowRecord(
        label: 0, split: 0, row: $0, contentHash: 0, perceptualHash: $1, store: 0, offset: 0)
    }
    // All images are the same ramp, so their pixels let every pair of near hashes pass.
    struct Ramp: PixelStore {
      func load(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) {
        for index in buffer.indices { buffer[index] = UInt8(index) }
      }
    }
    let rows = AssembledRows(
      records: records, splitNames: ["a"], stores: [Ramp()], classes: ["x"], size: 8)
    let search = NearDuplicateSearch(rows, candidates: Array(hashes.indices))
    let found = try search.pairs { _ in }
    var expected: [[Int]] = []
    for i in hashes.indices {
      for j in hashes.indices where j > i {
        if (hashes[i] ^ hashes[j]).nonzeroBitCount <= NearDuplicateSearch.maximumDistance {
          expected.append([i, j])
        }
      }
    }
    #expect(expected.count > 500)
    #expect(found.pairs.map { [$0.0, $0.1] } == expected)
    #expect(found.isComplete)
  }

  @Test("content hashes side by side are those of the images alone", arguments: [1, 7, 64, 2304])
  func contentHashes(_ bytes: Int) {
    var random = RandomStream(seed: 35)
    for count in 0..<11 {
      let images = (0..<max(1, count * bytes)).map { _ in UInt8(random.integer(below: 256)) }
      images.withUnsafeBufferPointer { room in
        guard let start = room.baseAddress else { return }
        let alone = (0..<count).map { contentHash(start + $0 * bytes, count: bytes) }
        #expect(Datasets.contentHashes(start, bytes: bytes, count: count) == alone)
        #expect(Set(alone).count == (bytes > 1 ? count : Set(images.prefix(count)).count))
      }
    }
  }

  @Test("quality.json is what Foundation's encoder writes") func json() throws {
    let names = ["Training", "ä/\"\\\u{1}\u{1F}\n\t\r\u{8}\u{C}\u{7F} 🙂", ""]
    func group(_ rows: [Int]) -> QualityReport.Group {
      .init(
        rows: rows, splits: rows.map { names[$0 % 3] }, classes: rows.map { names[($0 + 1) % 3] })
    }
    for groups in [[], [group([1, 2])], [group([]), group([3]), group([4, 5, 6])]] {
      let text = """
        {"rows": 12345678901, "rejected_rows": 0, "schema_version": 1, "splits": {},
         "constant": {"total": 0, "rows": []}, "near_constant": {"total": 2, "rows": [7, 1000000]},
         "exact_duplicates": {"groups_total": 1, "surplus_rows": 2, "across_splits_total": 3,
           "labels_disagree_total": 4, "groups": \(try Self.encoded(groups))},
         "near_duplicates": {"method": "\(NearDuplicateSearch.method)/", "pairs_total": 5,
           "across_splits_total": 6, "labels_disagree_total": 7, "is_complete": \(groups.isEmpty),
           "pairs": \(try Self.encoded(groups))}}
        """
      var object = try #require(
        try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
      if !groups.isEmpty {
        object["splits"] = [
          names[1]: ["count": 3, "per_class": [names[1]: 3, "Fear": 0, "anger": 1]],
          "Training": ["count": 0, "per_class": [String: Int]()],
        ]
      }
      let report = try JSONDecoder().decode(
        QualityReport.self, from: try JSONSerialization.data(withJSONObject: object))
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      let expected = try encoder.encode(report) + [UInt8(ascii: "\n")]
      let written = String(decoding: report.json(), as: UTF8.self)
      #expect(written == String(decoding: expected, as: UTF8.self))
    }
  }

  private static func encoded(_ groups: [QualityReport.Group]) throws -> String {
    String(decoding: try JSONEncoder().encode(groups), as: UTF8.self)
  }

  @Test("the perceptual hash ignores light and contrast, and tells pictures apart") func hash() {
    let hash = PerceptualHash(width: 48, height: 48)
    for seed in 0..<50 {
      let picture = Self.picture(seed)
      let distance = (hash(picture) ^ hash(picture.map { UInt8(Int($0) * 4 / 5 + 20) }))
        .nonzeroBitCount
      #expect(distance <= 4, "\(seed): \(distance)")
      let other = (hash(picture) ^ hash(Self.picture(seed + 100))).nonzeroBitCount
      #expect(other > 8, "\(seed): \(other)")
    }
  }
}
