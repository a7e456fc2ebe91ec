import Foundation
import Imaging
import Kernels
import TestSupport
import Testing

@testable import Datasets

@Suite("Drawn faces as a data set", .serialized)
struct SynthesisTests {
  let faces = SyntheticFaces(seed: 5)

  @Test("face i of a seed is always the same, and all others differ")
  func determinism() throws {
    let face = try faces.image(of: 12)
    #expect(try SyntheticFaces(seed: 5).image(of: 12) == face)
    #expect(try SyntheticFaces(seed: 6).image(of: 12) != face)
    #expect(Set(try (0..<50).map { try faces.image(of: $0) }).count == 50)
    #expect(face.width == 48 && face.height == 48)
    #expect(Set(face.pixels).count > 40)
  }

  @Test("every size can be drawn and shows the same face", arguments: [48, 97, 256, 512])
  func sizes(size: Int) throws {
    let (small, large) = (try faces.image(of: 3), try faces.image(of: 3, size: size))
    #expect(large.width == size && large.height == size)
    let again = large.resized(width: 48, height: 48)
    let distances = zip(small.pixels, again.pixels).map { abs(Int($0) - Int($1)) }
    // Noise and blur differ, for they belong to the pixels of the larger picture.
    #expect(distances.reduce(0, +) <= 12 * distances.count)
  }

  @Test("classes are balanced, in no fixed order; each splits 80 : 10 : 10")
  func balance() {
    var counts = [String: Int]()
    for index in 0..<700 {
      counts["\(faces.emotion(of: index).name) \(faces.split(of: index))", default: 0] += 1
    }
    for name in ClassNames.fer2013 {
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
      try faces.writeCSV(rows: 150, to: one)
      Workers.count = 3
      var written = 0
      try faces.writeCSV(rows: 150, to: three) { written += $0 }
      #expect(written == 150)
      #expect(try Data(contentsOf: one) == Data(contentsOf: three))
      let lines = try String(contentsOf: one, encoding: .utf8).split(separator: "\n")
      #expect(lines.count == 151 && lines[0] == "emotion,pixels,Usage")
      for index in [0, 17, 149] {
        let cells = lines[index + 1].split(separator: ",")
        #expect(Int(cells[0]) == faces.emotion(of: index).rawValue)
        let pixels = cells[1].split(separator: " ").map { UInt8($0) }
        #expect(pixels.count == 2304)
        #expect(try pixels == faces.image(of: index).pixels)
        #expect(cells[2] == faces.split(of: index))
      }
    }
  }

  @Test("images lie in folders of their class at the asked size; stopping leaves no CSV")
  func files() throws {
    struct Stop: Error {}
    try withTemporaryFolder { folder in
      let images = folder.appendingPathComponent("images")
      try faces.writeImages(count: 3, size: 64, to: images)
      for index in 0..<3 {
        let place = images.appendingPathComponent(faces.emotion(of: index).name.lowercased())
          .appendingPathComponent("0000\(index).png")
        let image = try ImageFile.decode(contentsOf: place).grayscale()
        #expect(try image == faces.image(of: index, size: 64, framing: .wide))
      }
      let file = folder.appendingPathComponent("stopped.csv")
      #expect(throws: Stop.self) { try faces.writeCSV(rows: 5, to: file) { _ in throw Stop() } }
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["images"])
    }
  }

  @Test("class means tell more than chance but are far from enough")
  func difficulty() throws {
    let (count, held) = (1400, 350)
    var sums = [[Float]](repeating: [Float](repeating: 0, count: 2304), count: 7)
    func normalised(_ index: Int) throws -> [Float] {
      let levels = try faces.image(of: index).pixels.map(Float.init)
      let mean = levels.reduce(0, +) / 2304
      let length = levels.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }.squareRoot()
      return levels.map { ($0 - mean) / length }
    }
    for index in 0..<count {
      let label = faces.emotion(of: index).rawValue
      for (i, level) in try normalised(index).enumerated() { sums[label][i] += level }
    }
    var right = 0
    for index in count..<(count + held) {
      let face = try normalised(index)
      let scores = sums.map { sum in
        let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        return zip(sum, face).reduce(0) { $0 + $1.0 * $1.1 } / length
      }
      if scores.max() == scores[faces.emotion(of: index).rawValue] { right += 1 }
    }
    let share = Double(right) / Double(held)
    #expect(0.25 <= share && share <= 0.7, "\(share)")
  }
}
