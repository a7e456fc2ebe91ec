import Foundation
import Imaging
import TensorCore
import TestSupport
import Testing

@testable import Datasets

@Suite("Preparing faces from photos") struct FacePreparationTests {
  /// Six photos with a face each in two classes, one with none and one that is damaged.
  static func makePhotos(in folder: URL) throws {
    for index in 0..<6 {
      let scene = try Scenes.scene(index, at: 40 * index, 10 * index, side: 240 + 40 * index)
      let place = folder.appendingPathComponent("\(index % 2 == 0 ? "a" : "b")/\(index).png")
      try writeAtomically(scene.png(), to: place)
    }
    let empty = Scenes.background(width: 400, height: 300, seed: 4)
    try writeAtomically(empty.png(), to: folder.appendingPathComponent("a/empty.png"))
    let cut = try empty.png().dropLast(100)
    try writeAtomically(Array(cut), to: folder.appendingPathComponent("b/cut.png"))
  }

  static func options(_ faces: FaceSearch, skipsBadRows: Bool = true) -> PreparationOptions {
    var options = Fixtures.options(skipsBadRows: skipsBadRows)
    options.faces = faces
    return options
  }

  @Test("each example is the crop of the largest face; a photo without one is a bad row")
  func detect() throws {
    try withTemporaryFolder { folder in
      let photos = folder.appendingPathComponent("photos")
      let out = folder.appendingPathComponent("out")
      try Self.makePhotos(in: photos)
      let result = try Preparation.prepare(photos, to: out, Self.options(.detect))
      #expect(result.manifest.preparation.faces == .detect)
      #expect(result.rejectedRows == 2)
      let rejected = try String(
        contentsOf: out.appendingPathComponent("rejected.csv"), encoding: .utf8)
      #expect(rejected.contains("no face found") && rejected.contains("a/empty.png"))
      #expect(rejected.contains("not a whole PNG image") && rejected.contains("b/cut.png"))

      let data = try PreparedDataset(at: out)
      var found: Set<[UInt8]> = []
      for split in data.manifest.splitNames {
        for row in try data.rows(inSplit: split) { found.insert(Array(data.pixels(of: row))) }
      }
      let detector = try FaceDetector()
      let expected = try (0..<6).map { index in
        let scene = try Scenes.scene(index, at: 40 * index, 10 * index, side: 240 + 40 * index)
        let face = try #require(try detector.faces(in: scene).first)
        return FaceCrop.crop(scene, to: face, size: 48).pixels
      }
      #expect(found == Set(expected))

      let error = #expect(throws: DatasetError.self) {
        try Preparation.prepare(photos, to: out, Self.options(.detect, skipsBadRows: false))
      }
      #expect(error?.description.contains("a/empty.png: no face found") == true)
    }
  }

  @Test("parts of detected faces join to the same bytes; parts of whole images do not join them")
  func parts() throws {
    try withTemporaryFolder { folder in
      let photos = folder.appendingPathComponent("photos")
      try Self.makePhotos(in: photos)
      let (out, joined) = (
        folder.appendingPathComponent("out"), folder.appendingPathComponent("joined")
      )
      _ = try Preparation.prepare(photos, to: out, Self.options(.detect))
      try PartTests.makeParts(photos, [1, 2, 3], of: 3, in: joined, Self.options(.detect))
      _ = try Preparation.join(joined, seed: 1)
      #expect(try Fixtures.contents(of: joined) == Fixtures.contents(of: out))
      try PartTests.makeParts(photos, [2], of: 3, in: joined, Self.options(.whole))
      let error = #expect(throws: DatasetError.self) { try Preparation.join(joined, seed: 1) }
      #expect(error?.description.contains("made with other options") == true)
    }
  }

  @Test("whole images say nothing about faces, and a CSV has none to look for")
  func whole() throws {
    try withTemporaryFolder { folder in
      let photos = folder.appendingPathComponent("photos")
      let out = folder.appendingPathComponent("out")
      try Self.makePhotos(in: photos)
      let result = try Preparation.prepare(photos, to: out, Self.options(.whole))
      #expect(result.rejectedRows == 1)
      let manifest = try String(
        contentsOf: out.appendingPathComponent(Manifest.fileName), encoding: .utf8)
      #expect(!manifest.contains("faces"))
      let csv = try Fixtures.write(Fixtures.csv(Fixtures.rows(10)), in: folder)
      let error = #expect(throws: DatasetError.self) {
        try Preparation.prepare(csv, to: out, Self.options(.detect))
      }
      #expect(error?.kind == .usage)
    }
  }

  @Test("images of every extension are taken")
  func extensions() throws {
    try withTemporaryFolder { folder in
      let photos = folder.appendingPathComponent("photos")
      let pixels = (0..<4 as Range<Int>).map { Fixtures.levels($0) }
      for (index, name) in ["1.pgm", "2.PGM", "3.ppm"].enumerated() {
        let header = index < 2 ? "P5 48 48 255\n" : "P6 48 48 255\n"
        let levels = index < 2 ? pixels[index] : pixels[index].flatMap { [$0, $0, $0] }
        try writeAtomically(
          Array(header.utf8) + levels, to: photos.appendingPathComponent("a/\(name)"))
      }
      try ImageFolderTests.put("a/4.png", 3, in: photos)
      let out = folder.appendingPathComponent("out")
      let result = try Preparation.prepare(photos, to: out, Fixtures.options())
      #expect(result.quality.rows == 4)
      let data = try PreparedDataset(at: out)
      let rows = try data.manifest.splitNames.flatMap { try data.rows(inSplit: $0) }
      #expect(Set(rows.map { Array(data.pixels(of: $0)) }) == Set(pixels))
    }
  }
}
