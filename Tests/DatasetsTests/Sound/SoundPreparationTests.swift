import AudioFeatures
import Foundation
import Kernels
import TensorCore
import TestSupport
import Testing

@testable import Datasets

@Suite("Prepared sounds", .serialized) struct SoundPreparationTests {
  private func groups(_ data: PreparedDataset) throws -> [String] {
    try #require(data.manifest.groupNames(count: data.count))
  }

  @Test("spectrograms of speech: the contract's manifest and shards, whole speakers in each split")
  func spectrograms() throws {
    try withTemporaryFolder { folder in
      let source = try SoundFixtures.corpus("ravdess", 64, groups: 4, in: folder)
      #expect(try SoundPreparation.takes([source]))
      let (result, data) = try SoundFixtures.prepare([source], folder) { $0.features = "logmel" }
      let manifest = data.manifest
      #expect(manifest.kind == "spectrogram" && manifest.shape == [64, 128, 1])
      #expect(manifest.dtype == "float32" && manifest.classes == Emotion.classes)
      #expect(manifest.splitNames == ["Training", "PublicTest", "PrivateTest"])
      #expect(manifest.splits.values.reduce(0) { $0 + $1.count } == 64)
      #expect(manifest.groupKind == "speaker" && manifest.statisticsSplit == "Training")
      #expect(manifest.preparation.sound?.features == "logmel")
      #expect(manifest.preparation.split?.method == .groups)
      try data.verify()
      let groups = try groups(data)
      var splits: [String: Set<String>] = [:]
      for name in manifest.splitNames {
        for row in try data.rows(inSplit: name) { splits[groups[row], default: []].insert(name) }
      }
      #expect(splits.count == 4 && splits.values.allSatisfy { $0.count == 1 })
      #expect(result.quality.corpora["ravdess"]?.count == 64 && result.quality.groups.count == 4)

      // Inputs have mean 0 and deviation 1 over the training rows, and are those of the set.
      let training = try data.rows(inSplit: "Training")
      let inputs = data.source(rows: training, normalisation: manifest.normalisation)
        .batch(Array(training.indices)).inputs.elements
      let mean = inputs.reduce(0.0) { $0 + Double($1) } / Double(inputs.count)
      let square = inputs.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(inputs.count)
      expectClose([mean, square], [0, 1], absolute: 1e-4)
      var row = [Float](repeating: 0, count: manifest.shape.count)
      data.read(training[3], into: &row)
      let files = try SoundCollection([source], corpus: nil).files
      let clip = try AudioFile.read(files[data.sourceRow(training[3])].url)
      #expect(try FeatureSetRegistry.named("logmel")?.extract(from: clip) == row)
    }
  }

  @Test("two workers or one, a first run or a second: the same bytes") func sameBytes() throws {
    try withTemporaryFolder { folder in
      let source = try SoundFixtures.corpus("tess", 42, in: folder)
      let usual = Workers.count
      defer { Workers.count = usual }
      func make(_ name: String, workers: Int) throws -> [String: Data] {
        Workers.count = workers
        _ = try SoundFixtures.prepare([source], folder, name) {
          $0.split = .none
          $0.copies = 2
        }
        return try Fixtures.contents(of: folder.appendingPathComponent(name))
      }
      let one = try make("one", workers: 1)
      #expect(one.keys.contains("examples.csv") && one.keys.contains("quality.json"))
      #expect(try make("two", workers: 2) == one)
      #expect(try make("one", workers: 2) == one)
      #expect(try make("three", workers: 3) == one)
    }
  }

  @Test("several corpora are one data set: one set of classes, speakers of equal numbers apart")
  func mixture() throws {
    try withTemporaryFolder { folder in
      let sources = try ["ravdess", "tess", "savee", "crema-d"].map {
        try SoundFixtures.corpus($0, 56, groups: 2, in: folder)
      }
      // CREMA-D's actor 1001 as if RAVDESS had one of that number.
      let (result, data) = try SoundFixtures.prepare(sources, folder)
      #expect(data.manifest.classes == Emotion.classes && data.count == 224)
      #expect(result.quality.corpora.mapValues(\.count).values.allSatisfy { $0 == 56 })
      #expect(
        Set(result.quality.groups.keys) == [
          "ravdess/01", "ravdess/02", "tess/OAF", "tess/YAF", "savee/DC", "savee/JE",
          "crema-d/1001", "crema-d/1002",
        ])
      #expect(result.quality.corpora["tess"]?.perClass["calm"] == 0)
      #expect(result.quality.corpora["crema-d"]?.perClass["surprised"] == 0)
      let list = try String(
        contentsOf: folder.appendingPathComponent("out/examples.csv"), encoding: .utf8)
      let lines = list.split(separator: "\n")
      #expect(lines.count == 225 && lines[0].hasPrefix("row,name,corpus,split,label,group,"))
      #expect(lines[1].hasPrefix("0,ravdess/Actor_01/03-01-01-"))

      // One corpus is learnt from, another examined.
      let (_, across) = try SoundFixtures.prepare(sources, folder, "across") {
        $0.split = .named(train: GroupNames("ravdess"), test: GroupNames("savee/JE"))
      }
      #expect(across.manifest.splitNames == ["train", "test", "rest"])
      let names = try groups(across)
      #expect(try across.rows(inSplit: "train").allSatisfy { names[$0].hasPrefix("ravdess/") })
      #expect(try across.rows(inSplit: "test").allSatisfy { names[$0] == "savee/JE" })
    }
  }

  @Test("speakers of the same number in two corpora are two groups") func sameNumbers() throws {
    try withTemporaryFolder { folder in
      let (a, b) = (folder.appendingPathComponent("a"), folder.appendingPathComponent("b"))
      for genre in ["jazz", "pop"] {
        for number in 0..<5 {
          let clip = SoundFixtures.noise(number)
          try SoundFixtures.write(clip, "\(genre)/\(genre).0000\(number).wav", in: a)
          try SoundFixtures.write(clip, "\(genre)/\(genre)_0000\(number)-x.wav", in: b)
        }
      }
      let (_, data) = try SoundFixtures.prepare([a, b], folder)
      let groups = Set(try groups(data))
      #expect(groups.count == 20)
      #expect(groups.count { $0.hasPrefix("gtzan/") } == 10)
      #expect(groups.count { $0.hasPrefix("genres/") } == 10)
    }
  }

  @Test("a random split has to be asked for and is named in the manifest") func random() throws {
    try withTemporaryFolder { folder in
      let source = try SoundFixtures.corpus("ravdess", 96, groups: 3, in: folder)
      let (_, data) = try SoundFixtures.prepare([source], folder) { $0.split = .random }
      let record = try #require(data.manifest.preparation.split)
      #expect(record.method == .random && record.seed == 1)
      #expect(record.caution == "random split: the same voice may stand on both sides")
      let names = try groups(data)
      let (training, test) = try (
        Set(data.rows(inSplit: "Training").map { names[$0] }),
        Set(data.rows(inSplit: "PublicTest").map { names[$0] })
      )
      #expect(!training.isDisjoint(with: test))
    }
  }

  @Test("changed copies stand in a split of their own, of training rows alone, seeded")
  func copies() throws {
    try withTemporaryFolder { folder in
      let source = try SoundFixtures.corpus("ravdess", 64, groups: 4, in: folder)
      func make(_ name: String, seed: UInt64 = 1) throws -> PreparedDataset {
        try SoundFixtures.prepare([source], folder, name) {
          $0.copies = 2
          $0.seed = seed
          $0.split = .named(train: nil, test: GroupNames("4"))
        }.1
      }
      let data = try make("a")
      #expect(data.manifest.splitNames == ["train", "test", "train_copies"])
      #expect(data.manifest.preparation.copies == ["train_copies": "train"])
      #expect(data.manifest.splits["train_copies"]?.count == 96)
      let (train, copies) = try (
        data.rows(inSplit: "train"), data.rows(inSplit: "train_copies")
      )
      func values(_ data: PreparedDataset, _ row: Int) -> [Float] {
        var values = [Float](repeating: 0, count: 30)
        data.read(row, into: &values)
        return values
      }
      let names = try groups(data)
      for (place, row) in train.enumerated() {
        let own = copies[2 * place..<2 * place + 2]
        #expect(own.allSatisfy { data.sourceRow($0) == data.sourceRow(row) })
        #expect(own.allSatisfy { data.label($0) == data.label(row) })
        #expect(own.allSatisfy { names[$0] == names[row] })
        #expect(Set(own.map { values(data, $0) } + [values(data, row)]).count == 3)
      }
      // Mean and deviation are those of the sounds as they are.
      let plain = try SoundFixtures.prepare([source], folder, "plain") {
        $0.split = .named(train: nil, test: GroupNames("4"))
      }.1
      #expect(plain.manifest.mean == data.manifest.mean)
      let other = try make("b", seed: 2)
      #expect(values(other, copies[0]) != values(data, copies[0]))
      #expect(values(other, train[0]) == values(data, train[0]))
    }
  }

  @Test("what is doubtful about sounds is found") func quality() throws {
    try withTemporaryFolder { folder in
      let place = folder.appendingPathComponent("songs")
      for (index, genre) in ["jazz", "pop", "rock"].enumerated() {
        for number in 0..<20 {
          // Rock was recorded at another rate.
          let clip = SoundFixtures.noise(
            100 * index + number, seconds: 0.5, rate: genre == "rock" ? 8000 : 16_000)
          try SoundFixtures.write(clip, "\(genre)/A\(number % 6)-\(number).wav", in: place)
        }
      }
      func put(_ clip: AudioClip, _ name: String) throws {
        try SoundFixtures.write(clip, name, in: place)
      }
      try put(
        AudioClip(samples: [Float](repeating: 0, count: 8000), sampleRate: 16_000),
        "jazz/B-silent.wav")
      try put(SoundFixtures.sine(200, amplitude: 3), "jazz/B-clipped.wav")
      try put(SoundFixtures.noise(7, seconds: 2.5), "jazz/B-long.wav")
      try put(SoundFixtures.noise(5), "pop/B-copy.wav")
      let (result, data) = try SoundFixtures.prepare([place], folder)
      let quality = result.quality
      let paths = try SoundCollection([place], corpus: nil).files.map(\.path)
      func row(_ path: String) -> Int { paths.firstIndex(of: path) ?? -1 }
      let sound = try #require(quality.sound)
      #expect(sound.silent == .init([row("jazz/B-silent.wav")]))
      #expect(sound.clipped == .init([row("jazz/B-clipped.wav")]))
      #expect(sound.oddLengths == .init([row("jazz/B-long.wav")]))
      #expect(sound.sampleRates == ["16000": 44, "8000": 20])
      #expect(
        quality.exactDuplicates.groups.map(\.rows) == [
          [row("jazz/A5-5.wav"), row("pop/B-copy.wav")]
        ])
      #expect(quality.exactDuplicates.labelsDisagreeTotal == 1)
      #expect(quality.warnings.map(\.property) == ["sampling rate"])
      #expect(
        try CopyGroups(inFolder: folder.appendingPathComponent("out")).copies(
          of: [row("pop/B-copy.wav")]) == [row("jazz/A5-5.wav")])
      #expect(quality.groups.count == 7 && data.manifest.groupKind == "artist")
      #expect(quality.withoutGroup.total == 0)
    }
  }

  @Test("unknown names and broken files stop, or are listed; never dropped in silence")
  func unusable() throws {
    try withTemporaryFolder { folder in
      let source = try SoundFixtures.corpus("ravdess", 32, groups: 4, in: folder)
      for (name, bytes) in [
        ("Actor_01/readme.wav", "hello"), ("03-01-09-01-01-01-02.wav", "x"),
        ("Actor_02/03-01-01-01-01-09-02.wav", "no sound"),
        ("Actor_02/03-01-02-01-01-09-02.wav", ""),
      ] {
        try Data(bytes.utf8).write(to: source.appendingPathComponent(name))
      }
      let stop = SoundFixtures.problem([source], folder)
      #expect(stop.contains("2 rows cannot be used") && stop.contains("--skip-bad-rows"), "\(stop)")
      #expect(
        !FileManager.default.fileExists(atPath: folder.appendingPathComponent("failed").path))
      let (result, data) = try SoundFixtures.prepare([source], folder) { $0.skipsBadRows = true }
      #expect(result.rejectedRows == 4 && data.count == 32 && result.quality.rejectedRows == 4)
      let text = try String(
        contentsOf: folder.appendingPathComponent("out/rejected.csv"), encoding: .utf8)
      #expect(text.contains("unknown name: emotion 09, expected 01 to 08"))
      #expect(text.contains("unknown name: no name of RAVDESS") && text.contains("readme.wav"))
      #expect(text.contains("03-01-01-01-01-09-02.wav") && text.contains("not a sound"))
      #expect(text.split(separator: "\n").count == 5)
      // A broken file alone stops, too.
      try FileManager.default.removeItem(at: source.appendingPathComponent("Actor_01/readme.wav"))
      try FileManager.default.removeItem(
        at: source.appendingPathComponent("03-01-09-01-01-01-02.wav"))
      #expect(SoundFixtures.problem([source], folder).contains("not a sound"))
    }
  }

  @Test("sources that do not go together, and what is no corpus, are refused in one line")
  func failures() throws {
    try withTemporaryFolder { folder in
      let speech = try SoundFixtures.corpus("savee", 14, groups: 2, in: folder)
      let music = try SoundFixtures.corpus("gtzan", 10, in: folder)
      #expect(SoundFixtures.problem([speech, music], folder).contains("labels of genres"))
      #expect(SoundFixtures.problem([speech], folder).contains("2 speakers, expected at least 3"))
      #expect(SoundFixtures.problem([speech], folder) { $0.features = "mfcc" }.contains("logmel"))
      let flat = folder.appendingPathComponent("flat")
      try SoundFixtures.write(SoundFixtures.noise(1), "a.wav", in: flat)
      #expect(SoundFixtures.problem([flat], folder).contains("none of the names of its 1 sounds"))
      let empty = folder.appendingPathComponent("empty")
      try createFolder(empty)
      #expect(try !SoundPreparation.takes([empty]))
      #expect(SoundFixtures.problem([empty, speech], folder).contains("no file in it is named as a sound"))
      #expect(
        SoundFixtures.problem([speech], folder) {
          $0.split = .named(train: GroupNames("DC"), test: GroupNames("KL"))
        }.contains("no speaker is named KL"))
    }
  }

  @Test("metadata make groups of artists, and the report says what did not match")
  func metadata() throws {
    try withTemporaryFolder { folder in
      let source = try SoundFixtures.corpus("gtzan", 40, in: folder)
      var csv = "filename,artist,language\n"
      for genre in SyntheticMusic.genres {
        for number in 0..<4 {
          csv += "\(genre).0000\(number).wav,Artist \(number % 3),\(number < 2 ? "en" : "de")\n"
        }
      }
      let table = try Fixtures.write(csv + "nothing.wav,A,en\n", "m.csv", in: folder)
      let (result, data) = try SoundFixtures.prepare([source], folder) { $0.metadata = table }
      #expect(Set(try groups(data)) == ["gtzan/Artist 0", "gtzan/Artist 1", "gtzan/Artist 2"])
      #expect(result.quality.metadata?.matched == 40)
      #expect(result.quality.metadata?.withoutExample == .init(["nothing"]))
      let (_, languages) = try SoundFixtures.prepare([source], folder, "languages") {
        $0.metadata = table
        $0.label = "language"
      }
      #expect(languages.manifest.classes == ["de", "en"])
    }
  }

  @Test("stopped on the way, it leaves what was there before") func stopped() throws {
    struct Stop: Error {}
    try withTemporaryFolder { folder in
      let source = try SoundFixtures.corpus("ravdess", 32, groups: 4, in: folder)
      _ = try SoundFixtures.prepare([source], folder)
      let out = folder.appendingPathComponent("out")
      let before = try Fixtures.contents(of: out)
      var options = SoundOptions()
      options.features = "ser15"
      options.seed = 2
      for stage in [PreparationProgress.Stage.reading, .writing] {
        #expect(throws: Stop.self) {
          try SoundPreparation.prepare([source], to: out, options) {
            if $0.stage == stage { throw Stop() }
          }
        }
        #expect(try Fixtures.contents(of: out) == before)
      }
    }
  }

  private static let data = Project.root.deletingLastPathComponent()
    .appendingPathComponent("shared/data")

  @Test(
    "RAVDESS: 1,200 clips of 20 speakers in 8 classes",
    .enabled(
      if: FileManager.default.fileExists(atPath: data.appendingPathComponent("ravdess").path),
      "needs RAVDESS in ../shared/data/ravdess"))
  func ravdess() throws {
    try withTemporaryFolder { folder in
      let (result, data) = try SoundFixtures.prepare([Self.data.appendingPathComponent("ravdess")], folder) {
        $0.split = .named(train: GroupNames("1-16"), test: GroupNames("17-20"))
      }
      #expect(result.quality.rows == 1200 && result.rejectedRows == 0)
      #expect(result.quality.groups.count == 20 && data.manifest.classes.count == 8)
      #expect(data.manifest.splits["train"]?.count == 960)
      #expect(result.quality.groups.values.allSatisfy { $0.count == 60 })
      #expect(result.quality.corpora["ravdess"]?.perClass["neutral"] == 80)
    }
  }

  @Test(
    "the folder of music: 239 clips and their artists",
    .enabled(
      if: FileManager.default.fileExists(atPath: data.appendingPathComponent("music").path),
      "needs music in ../shared/data/music"))
  func music() throws {
    try withTemporaryFolder { folder in
      let (result, data) = try SoundFixtures.prepare([Self.data.appendingPathComponent("music")], folder)
      #expect(
        result.quality.rows == 239 && data.manifest.classes == ["blues", "electronic", "jazz"])
      #expect(result.quality.groups.values.map(\.count).max() == 6)
      #expect(result.quality.groups["genres/The Turnarounds"]?.count == 6)
      #expect(result.quality.withoutGroup.total == 0)
    }
  }
}
