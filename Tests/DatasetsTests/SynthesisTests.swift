import Datasets
import Foundation
import Imaging
import Kernels
import TestSupport
import Testing

@Suite(.serialized) struct SynthesisTests {
  let faces = SyntheticFaces(seed: 5)

  @Test("face i of a seed is always the same, and others differ")
  func determinism() throws {
    let face = try faces.image(of: 12)
    #expect(try SyntheticFaces(seed: 5).image(of: 12) == face)
    #expect(try faces.image(of: 13) != face)
    #expect(try SyntheticFaces(seed: 6).image(of: 12) != face)
    #expect(face.width == 48 && face.height == 48)
    #expect(Set(face.pixels).count > 40)
  }

  @Test("classes are balanced, in no fixed order; each splits 80 : 10 : 10")
  func balance() {
    var counts = [String: Int]()
    for index in 0..<700 {
      counts["\(faces.emotion(of: index).name) \(faces.split(of: index))", default: 0] += 1
    }
    for name in SyntheticFaces.classNames {
      #expect(counts["\(name) Training"] == 80)
      #expect(counts["\(name) PublicTest"] == 10)
      #expect(counts["\(name) PrivateTest"] == 10)
    }
    let orders = Set((0..<20).map { block in (0..<7).map { faces.emotion(of: 7 * block + $0) } })
    #expect(orders.count > 10)
  }

  @Test("the CSV holds the faces, and its bytes do not depend on the number of workers")
  func csv() throws {
    try withTemporaryFolder { folder in
      let workers = Workers.count
      defer { Workers.count = workers }
      let (one, three) = (
        folder.appendingPathComponent("1.csv"), folder.appendingPathComponent("3.csv")
      )
      Workers.count = 1
      try faces.writeCSV(rows: 40, to: one)
      Workers.count = 3
      var written = 0
      try faces.writeCSV(rows: 40, to: three) { written += $0 }
      #expect(written == 40)
      #expect(try Data(contentsOf: one) == Data(contentsOf: three))
      let lines = try String(contentsOf: one, encoding: .utf8).split(separator: "\n")
      #expect(lines.count == 41 && lines[0] == "emotion,pixels,Usage")
      for index in [0, 17, 39] {
        let cells = lines[index + 1].split(separator: ",")
        #expect(Int(cells[0]) == faces.emotion(of: index).rawValue)
        #expect(try cells[1].split(separator: " ").map { UInt8($0) } == faces.image(of: index).pixels)
        #expect(cells[2] == faces.split(of: index))
      }
    }
  }

  @Test("images lie in folders of their class at the asked size; stopping leaves no CSV")
  func images() throws {
    struct Stop: Error {}
    try withTemporaryFolder { folder in
      try faces.writeImages(count: 3, size: 64, to: folder)
      for index in 0..<3 {
        let place = folder.appendingPathComponent(faces.emotion(of: index).name.lowercased())
          .appendingPathComponent("0000\(index).png")
        let image = try ImageFile.decode(contentsOf: place).grayscale()
        #expect(try image == faces.image(of: index, size: 64, framing: .wide))
      }
      let file = folder.appendingPathComponent("stopped.csv")
      #expect(throws: Stop.self) { try faces.writeCSV(rows: 5, to: file) { _ in throw Stop() } }
      #expect(!FileManager.default.fileExists(atPath: file.path))
    }
  }

  /// The Python of the package's own environment, where it can find faces.
  static let python: URL? = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let python = root.appendingPathComponent(".venv/bin/python")
    let probe = try? run(python, ["-c", "import cv2; cv2.CascadeClassifier"])
    return probe?.status == 0 ? python : nil
  }()

  @Test("OpenCV's Haar cascade finds at least 95 % of the faces", .enabled(if: python != nil))
  func haarCascade() throws {
    let python = try #require(Self.python)
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("find_faces.py")
    try withTemporaryFolder { folder in
      try faces.writeImages(count: 210, size: 256, to: folder)
      let (status, output) = try Self.run(python, [script.path, folder.path])
      let share = Double(output.trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
      #expect(status == 0 && share >= 0.95, "\(output)")
    }
  }

  private static func run(_ program: URL, _ arguments: [String]) throws -> (
    status: Int32, output: String
  ) {
    let process = Process()
    let pipe = Pipe()
    (process.executableURL, process.arguments) = (program, arguments)
    (process.standardOutput, process.standardError) = (pipe, FileHandle.nullDevice)
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }
}
