import Foundation
import Imaging
import TensorCore
import TestSupport
import Testing

@testable import Datasets

@Suite("Image folders") struct ImageFolderTests {
  static func put(_ path: String, _ seed: Int, side: Int = 48, in folder: URL) throws {
    let image = GrayImage(width: side, height: side, pixels: Fixtures.levels(seed, side: side))
    let file = folder.appendingPathComponent(path)
    let isPNG = file.pathExtension.lowercased() == "png"
    try writeAtomically(isPNG ? image.png() : image.jpeg(quality: 95), to: file)
  }

  @Test("with splits: FER's classes in FER's order, rows by path") func splits() throws {
    try withTemporaryFolder { folder in
      let source = folder.appendingPathComponent("faces")
      let names = ["angry", "disgust", "fear", "happy", "sad", "surprise", "neutral"]
      for (label, name) in names.enumerated() {
        try Self.put("train/\(name)/deep/b.png", label, in: source)
        try Self.put("test/\(name.uppercased())/a.PNG", 10 + label, in: source)
      }
      try Self.put("train/happy/photo.jpg", 30, side: 96, in: source)
      try Data("notes".utf8).write(to: source.appendingPathComponent("README.txt"))
      let out = folder.appendingPathComponent("out")
      let result = try Preparation.prepare(source, to: out, Fixtures.options())
      #expect(result.manifest.classes == ClassNames.fer2013)
      #expect(result.manifest.splitNames == ["test", "train"])
      #expect(result.manifest.statisticsSplit == "train")
      #expect(result.manifest.source.name == "faces")
      let data = try PreparedDataset(at: out)
      // test/ANGRY … test/SURPRISE by name, so Angry 0, Disgust 1, Fear 2, Happy 3, Neutral 6 …
      let test = try data.rows(inSplit: "test")
      #expect(test.map { data.label($0) } == [0, 1, 2, 3, 6, 4, 5])
      for row in test {
        #expect(Array(data.pixels(of: row)) == Fixtures.levels(10 + data.label(row)))
      }
      #expect(result.manifest.splits["train"]?.perClass["Happy"] == 2)
    }
  }

  @Test("without splits: other classes sorted, splits drawn, parts the same") func drawn() throws {
    try withTemporaryFolder { folder in
      let source = folder.appendingPathComponent("faces")
      for index in 0..<20 {
        try Self.put("\(index % 2 == 0 ? "smile" : "frown")/\(100 + index).png", index, in: source)
      }
      let (out, joined) = (
        folder.appendingPathComponent("out"), folder.appendingPathComponent("joined")
      )
      let manifest = try Preparation.prepare(source, to: out, Fixtures.options()).manifest
      #expect(manifest.classes == ["frown", "smile"])
      #expect(manifest.splits["Training"]?.perClass == ["frown": 8, "smile": 8])
      #expect(manifest.splits["PrivateTest"]?.perClass == ["frown": 1, "smile": 1])
      try PartTests.makeParts(source, [1, 2, 3], of: 3, in: joined)
      _ = try Preparation.join(joined, seed: 1)
      #expect(try Fixtures.contents(of: joined) == Fixtures.contents(of: out))
    }
  }

  @Test("a damaged image is a bad row") func damaged() throws {
    try withTemporaryFolder { folder in
      let source = folder.appendingPathComponent("faces")
      for index in 0..<3 { try Self.put("a/\(index).png", index, in: source) }
      try Data("no image".utf8).write(to: source.appendingPathComponent("a/1.png"))
      try Self.put("a/tiny.png", 1, side: 4, in: source)
      let out = folder.appendingPathComponent("out")
      let error = try #require(throws: DatasetError.self) {
        _ = try Preparation.prepare(source, to: out, Fixtures.options())
      }
      #expect(error.description.contains("a/1.png"), "\(error)")
      let result = try Preparation.prepare(source, to: out, Fixtures.options(skipsBadRows: true))
      #expect(result.rejectedRows == 2)
      #expect(result.quality.rows == 2)
    }
  }

  @Test("images that lie in no class are refused", arguments: ["1.png", "train/1.png"])
  func stray(_ path: String) throws {
    try withTemporaryFolder { folder in
      try Self.put(path, 1, in: folder)
      let error = try #require(throws: DatasetError.self) {
        _ = try Preparation.prepare(
          folder, to: folder.appendingPathComponent("out"), Fixtures.options())
      }
      #expect(error.description.contains("lies in no folder of a class"), "\(error)")
    }
  }
}
