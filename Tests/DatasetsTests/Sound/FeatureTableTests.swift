import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Datasets

@Suite("Tables of features") struct FeatureTableTests {
  /// As GTZAN's: ten pieces of each of three songs of each of two genres.
  static func csv(_ more: String = "") -> String {
    var text = "filename,length,tempo,energy,label\n"
    for genre in ["blues", "pop"] {
      for song in 0..<10 {
        for piece in 0..<3 {
          text += "\(genre).0000\(song).\(piece).wav,66149,\(120 + song),\(song * piece),\(genre)\n"
        }
      }
    }
    return text + more
  }

  private func prepare(
    _ csv: String, _ change: (inout SoundOptions) -> Void = { _ in },
    _ body: (ExamplePreparationResult, PreparedDataset, URL) throws -> Void
  ) throws {
    try withTemporaryFolder { folder in
      let source = try Fixtures.write(csv, "features.csv", in: folder)
      #expect(try SoundPreparation.takes([source]))
      let out = folder.appendingPathComponent("out")
      var options = SoundOptions()
      change(&options)
      let result = try SoundPreparation.prepare([source], to: out, options)
      try body(result, PreparedDataset(at: out), out)
    }
  }

  private func problem(_ csv: String, skips: Bool = false) -> String {
    do {
      try prepare(csv, { $0.skipsBadRows = skips }) { _, _, _ in }
      return "fine"
    } catch { return "\(error)" }
  }

  @Test("columns of numbers are features; length, filename and label are not; songs stay whole")
  func prepared() throws {
    try prepare(Self.csv()) { result, data, _ in
      let manifest = data.manifest
      #expect(manifest.kind == "table" && manifest.shape == [2] && manifest.dtype == "float32")
      #expect(manifest.columns == ["tempo", "energy"])
      #expect(manifest.classes == ["blues", "pop"])
      #expect(manifest.mean.values.count == 2 && manifest.standardDeviation.values.count == 2)
      #expect(result.quality.groups.count == 20 && result.quality.withoutGroup.total == 60)
      guard case .array(let groups) = manifest.groups else { throw CocoaError(.coderInvalidValue) }
      var splits: [JSONValue: Set<String>] = [:]
      var row = 0
      for shard in manifest.shards {
        for _ in 0..<shard.count {
          splits[groups[row], default: []].insert(shard.split)
          row += 1
        }
      }
      #expect(row == 60 && splits.count == 20 && splits.values.allSatisfy { $0.count == 1 })
      // Row 31 of the source is pop.00000.1.
      let place = try #require((0..<60).first { data.sourceRow($0) == 31 })
      var values = [Float](repeating: 0, count: 2)
      data.read(place, into: &values)
      #expect(values == [120, 0] && data.label(place) == 1)
      #expect(groups[place] == .string("table/pop.00000"))
    }
  }

  @Test("each column is normalised by its own mean and deviation of the training rows")
  func normalised() throws {
    try prepare(Self.csv(), { $0.split = .none }) { _, data, _ in
      let source = data.source(
        rows: Array(0..<60), normalisation: data.manifest.normalisation)
      let inputs = source.batch(Array(0..<60)).inputs
      #expect(inputs.shape == [60, 2])
      for column in 0..<2 {
        let values = stride(from: column, to: 120, by: 2).map { Double(inputs.elements[$0]) }
        let mean = values.reduce(0, +) / 60
        let square = values.reduce(0) { $0 + $1 * $1 } / 60
        expectClose([mean, square], [0, 1], absolute: 1e-5)
      }
      #expect(data.manifest.normalisation.unit == 1)
      let levels = data.manifest.normalisation.levels(of: inputs)
      var own = [Float](repeating: 0, count: 2)
      data.read(17, into: &own)
      expectClose(Array(levels[34..<36]), own.map { Double($0) }, absolute: 1e-3)
    }
  }

  @Test("the first bad row stops; passed over, bad rows are listed") func badRows() throws {
    let bad = "pop.00009.9.wav,1,fast,2,pop\npop.00008.9.wav,1,2\nx,1,2,nan,pop\ny,1,2,3,\n"
    #expect(problem(Self.csv(bad)).contains("tempo is \"fast\", expected a number"))
    #expect(problem(Self.csv(bad)).contains("4 rows cannot be used"))
    try prepare(Self.csv(bad), { $0.skipsBadRows = true }) { result, _, out in
      #expect(result.rejectedRows == 4 && result.quality.rows == 60)
      let text = try String(
        contentsOf: out.appendingPathComponent("rejected.csv"), encoding: .utf8)
      let lines = text.split(separator: "\n")
      #expect(lines.count == 5 && lines[1].hasPrefix("62,\"tempo is"))
      #expect(lines[2].contains("3 cells, expected 5") && lines[4].contains("no label"))
    }
    #expect(problem("filename,label\na,b\n").contains("no column of a feature"))
    #expect(problem("a,label\nx,y\n", skips: true).contains("none of its 1 rows"))
  }

  @Test("names that a corpus knows say who is heard; emotions are all eight, in their order")
  func speakers() throws {
    var text = "filename,x,label\n"
    for actor in 1...4 {
      for emotion in [1, 5, 4] {
        let path = "s/Actor_0\(actor)/03-01-0\(emotion)-01-01-01-0\(actor).wav"
        text += "\(path),\(actor * emotion),\(Emotion.classes[emotion - 1])\n"
      }
    }
    try prepare(text) { result, data, _ in
      #expect(
        Set(result.quality.groups.keys) == ["ravdess/01", "ravdess/02", "ravdess/03", "ravdess/04"])
      #expect(data.manifest.classes == Emotion.classes)
      #expect(data.manifest.groupKind == "speaker" && result.quality.withoutGroup.total == 0)
    }
  }

  @Test("a table is the only source, and has no changed copies") func alone() throws {
    try withTemporaryFolder { folder in
      let table = try Fixtures.write(Self.csv(), "a.csv", in: folder)
      let other = try Fixtures.write(Self.csv(), "b.csv", in: folder)
      let sounds = folder.appendingPathComponent("sounds")
      try SoundFixtures.write(SoundFixtures.noise(1), "jazz/A-b.wav", in: sounds)
      func problem(_ sources: [URL], copies: Int = 0) -> String {
        var options = SoundOptions()
        options.copies = copies
        do {
          let out = folder.appendingPathComponent("out")
          _ = try SoundPreparation.prepare(sources, to: out, options)
          return "fine"
        } catch {
          #expect((error as? DatasetError)?.kind == .usage)
          return "\(error)"
        }
      }
      #expect(problem([table], copies: 1).contains("not of a table's rows"))
      #expect(problem([table, other]).contains("a file among 2 sources; give one table alone"))
      #expect(problem([sounds, table]).contains("a.csv: a file among 2 sources"))
      let again = sounds.appendingPathComponent("../sounds")
      #expect(problem([sounds, again]).contains("named twice"))
      #expect(try SoundPreparation.table(among: [table]) == table)
      #expect(try SoundPreparation.table(among: [sounds]) == nil)
    }
  }

  @Test("classes that are the speakers are seen") func classesAreSpeakers() throws {
    func table(_ label: (Int, Int) -> String) -> String {
      var text = "filename,x,label\n"
      for actor in 1...4 {
        for emotion in 1...3 {
          text +=
            "s/03-01-0\(emotion)-01-01-01-0\(actor).wav,\(actor * emotion),"
            + label(actor, emotion) + "\n"
        }
      }
      return text
    }
    try prepare(table { actor, _ in "Actor_0\(actor)" }) { result, _, _ in
      #expect(result.quality.classesAreGroups)
    }
    try prepare(table { _, emotion in Emotion.classes[emotion - 1] }) { result, _, _ in
      #expect(!result.quality.classesAreGroups)
    }
    // Two speakers of one class: who is heard is not the class.
    try prepare(table { actor, _ in actor < 3 ? "man" : "woman" }) { result, _, _ in
      #expect(!result.quality.classesAreGroups)
    }
    // Pieces of songs, whose artists are not known.
    try prepare(Self.csv()) { result, _, _ in #expect(!result.quality.classesAreGroups) }
  }

  @Test("a length that gives the class away, and copies, are said") func doubts() throws {
    var text = "filename,length,x,label,artist\n"
    for row in 0..<60 {
      text +=
        "t\(row),\(row % 2 == 0 ? 100 : 200),\(row / 2),\(row % 2 == 0 ? "a" : "b"),p\(row % 12)\n"
    }
    try prepare(text) { result, data, _ in
      #expect(result.quality.warnings.map(\.property) == ["length"])
      #expect(result.quality.warnings[0].accuracy == 1)
      // x is the same for two rows of different classes.
      #expect(result.quality.exactDuplicates.groupsTotal == 30)
      #expect(result.quality.exactDuplicates.labelsDisagreeTotal == 30)
      #expect(data.manifest.groupKind == "artist" && result.quality.groups.count == 12)
    }
  }

  @Test(
    "GTZAN's published table",
    .enabled(
      if: FileManager.default.fileExists(atPath: gtzan.path),
      "needs GTZAN's table in ../shared/data/gtzan"))
  func published() throws {
    try withTemporaryFolder { folder in
      let result = try SoundPreparation.prepare([Self.gtzan], to: folder, SoundOptions())
      #expect(result.quality.rows == 1000 && result.rejectedRows == 0)
      #expect(result.manifest.classes.count == 10 && result.manifest.shape == [57])
      #expect(result.manifest.columns?.contains("length") == false)
      #expect(result.quality.groups.count == 1000)
    }
  }

  private static let gtzan = Project.root.deletingLastPathComponent()
    .appendingPathComponent("shared/data/gtzan/features_30_sec.csv")
}
