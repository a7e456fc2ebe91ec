import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Datasets
@testable import Kernels

/// The fast scanners, that of this processor and that of any, against the careful parser.
@Suite("Level scanner") struct LevelScanTests {
  /// What a scan said and wrote; the numbers lie in exactly as much room as they need, so that a
  /// byte too far is found.
  static func scan(_ text: [UInt8], count: Int) -> (isSure: Bool, levels: [UInt8]) {
    let (here, anywhere) = (scan(text, count, scanLevels), scan(text, count, scanLevelsAnywhere))
    #expect(here.isSure == anywhere.isSure, "\(count) in \(text.count) bytes")
    if here.isSure { #expect(here.levels == anywhere.levels) }
    return here
  }

  private static func scan(
    _ text: [UInt8], _ count: Int,
    _ scanner: (UnsafeRawBufferPointer, UnsafeMutablePointer<UInt8>, Int) -> Bool
  ) -> (isSure: Bool, levels: [UInt8]) {
    let guardBytes = 64
    let room = UnsafeMutablePointer<UInt8>.allocate(capacity: count + guardBytes)
    defer { room.deallocate() }
    room.initialize(repeating: 0xA5, count: count + guardBytes)
    // A copy of its own, for the same reason.
    let source = UnsafeMutableRawBufferPointer.allocate(byteCount: text.count, alignment: 1)
    defer { source.deallocate() }
    source.copyBytes(from: text)
    let isSure = scanner(UnsafeRawBufferPointer(source), room, count)
    let behind = UnsafeBufferPointer(start: room + count, count: guardBytes)
    #expect(behind.allSatisfy { $0 == 0xA5 }, "wrote too far")
    return (isSure, Array(UnsafeBufferPointer(start: room, count: count)))
  }

  static func read(_ text: [UInt8], capacity: Int) -> (found: LevelsRead, levels: [UInt8]) {
    var levels = [UInt8](repeating: 0, count: capacity + 1)
    let found = text.withUnsafeBytes { readLevels($0, to: &levels, capacity: capacity) }
    return (found, Array(levels[..<capacity]))
  }

  /// Whether the scanner has to be sure: by words, as no parser here does it.
  static func isPlain(_ text: [UInt8], count: Int) -> Bool {
    let words = text.split(separator: 0x20)
    return words.count == count
      && words.allSatisfy { word in
        word.count <= 3 && word.allSatisfy { (0x30...0x39).contains($0) }
          && word.reduce(0) { $0 * 10 + Int($1) - 0x30 } <= 255
      }
  }

  static func expectAgreement(_ text: [UInt8], count: Int) -> Bool {
    let scanned = scan(text, count: count)
    let said = String(decoding: text.prefix(200), as: UTF8.self)
    #expect(scanned.isSure == isPlain(text, count: count), "\(count) numbers in \(said)")
    if scanned.isSure {
      let careful = read(text, capacity: count)
      #expect(careful.found == .levels(count), "\(said)")
      #expect(careful.levels == scanned.levels, "\(said)")
    }
    return scanned.isSure
  }

  static func text(_ levels: some Sequence<Int>) -> [UInt8] {
    Array(levels.map(String.init).joined(separator: " ").utf8)
  }

  @Test("every number alone, and at every place of a block") func everyNumber() {
    for level in 0...1999 {
      #expect(Self.expectAgreement(Self.text([level]), count: 1) == (level <= 255))
    }
    for level in [0, 9, 10, 99, 100, 199, 249, 250, 255, 256, 260, 300, 999, 1000, 2550] {
      for place in 0..<140 {
        var levels = [Int](repeating: place % 3 == 0 ? 7 : place % 3 == 1 ? 42 : 111, count: 150)
        levels[place] = level
        #expect(Self.expectAgreement(Self.text(levels), count: 150) == (level <= 255))
      }
    }
  }

  @Test("random numbers, of every length of text") func random() {
    var random = RandomStream(seed: 31)
    for count in 0..<400 {
      let highest = [9, 99, 255, 255][random.integer(below: 4)]
      let levels = (0..<count).map { _ in random.integer(below: highest + 1) }
      // A text without a number is no image: the careful parser says so.
      guard count > 0 else { continue }
      #expect(Self.expectAgreement(Self.text(levels), count: count))
      for other in [count - 1, count + 1, count + 40] {
        #expect(!Self.expectAgreement(Self.text(levels), count: other))
      }
    }
  }

  @Test("numbers with something wrong in them, and only looking wrong") func hostile() {
    var random = RandomStream(seed: 32)
    let strange = Array(" \t\r019,\"x-.\n\0".utf8) + [0x10, 0x2F, 0x3A, 0x80, 0xB0, 0xFF]
    var sure = 0
    for _ in 0..<6000 {
      let count = 1 + random.integer(below: 150)
      var text = Self.text((0..<count).map { _ in random.integer(below: 256) })
      for _ in 0..<1 + random.integer(below: 3) {
        let place = random.integer(below: text.count + 1)
        let byte = strange[random.integer(below: strange.count)]
        switch random.integer(below: 4) {
        case 0: text.insert(byte, at: place)
        case 1: if place < text.count { text[place] = byte }
        case 2: if place < text.count { text.remove(at: place) }
        default: text.insert(0x20, at: place)
        }
        if text.isEmpty { text = [0x30] }
      }
      if Self.expectAgreement(text, count: count) { sure += 1 }
    }
    // Spaces and digits too many or too few leave some of them good.
    #expect((300...3600).contains(sure), "\(sure)")
  }

  @Test("rows that only look strange have the same pixels") func strangeRows() throws {
    let levels = Fixtures.levels(4)
    let words = levels.map(String.init)
    let plain = words.joined(separator: " ")
    let rows = [
      "3,\(plain),Training", "3,\(plain),Training\r", "3,  \(plain) ,Training",
      "3,\"\(plain)\",Training", "3,\" \(plain)\t\",Training",
      "3,\(words.joined(separator: "  ")),Training", "3,\(words.joined(separator: "\t")),Training",
      "3,\(words.joined(separator: " \r ")),Training",
      "3,\(words.map { "0" + $0 }.joined(separator: " ")),Training",
      "3,00\(words[0])\(plain.dropFirst(words[0].count)),Training",
    ]
    try withTemporaryFolder { folder in
      let source = try Fixtures.write(Fixtures.csv(rows), in: folder)
      let out = folder.appendingPathComponent("out")
      _ = try Preparation.prepare(source, to: out, Fixtures.options())
      let data = try PreparedDataset(at: out)
      try #require(data.count == rows.count)
      for row in rows.indices { #expect(Array(data.pixels(of: row)) == levels, "\(rows[row])") }
    }
  }

  @Test("an image of another size is resized alike, however it is written") func otherSizes() throws
  {
    let words = Fixtures.levels(6, side: 40).map(String.init)
    let rows = [
      "1,\(words.joined(separator: " ")),Training", "1,\(words.joined(separator: "\t")),Training",
    ]
    try withTemporaryFolder { folder in
      let source = try Fixtures.write(Fixtures.csv(rows), in: folder)
      let out = folder.appendingPathComponent("out")
      _ = try Preparation.prepare(source, to: out, Fixtures.options())
      let data = try PreparedDataset(at: out)
      #expect(Array(data.pixels(of: 0)) == Array(data.pixels(of: 1)))
      #expect(Set(data.pixels(of: 0)).count > 20)
    }
  }
}

@Suite("Scratch room") struct ScratchTests {
  @Test("gives back what was put down, in memory, on disk and across the border") func border()
    throws
  {
    try withTemporaryFolder { folder in
      let scratch = try ScratchFile(in: folder)
      // Blocks that do not divide the memory, up to twice its size.
      let size = 1_000_003
      var offsets: [Int] = []
      while (offsets.last ?? 0) < 2 * ScratchFile.memoryBytes {
        let block = [UInt8](repeating: UInt8(offsets.count), count: size)
        offsets.append(try block.withUnsafeBytes(scratch.append))
      }
      #expect(offsets == offsets.indices.map { $0 * size })
      #expect(ScratchFile.memoryBytes % size != 0)
      var bytes = [UInt8](repeating: 0, count: 2 * size)
      for (index, offset) in offsets.enumerated().dropLast() {
        // The end of one block and the start of the next.
        try bytes.withUnsafeMutableBytes {
          try scratch.load(at: offset + 7, into: .init(rebasing: $0[..<size]))
        }
        #expect(bytes[..<(size - 7)].allSatisfy { $0 == UInt8(index) }, "\(index)")
        #expect(bytes[(size - 7)..<size].allSatisfy { $0 == UInt8(index + 1) }, "\(index)")
      }
    }
  }
}

@Suite("Sums and hashes of images") struct ImageSumsTests {
  /// The hash by its definition, one sum after the other.
  static func plainHash(_ pixels: [UInt8], width: Int, height: Int) -> UInt64 {
    func cosine(_ u: Int, _ x: Int, _ count: Int) -> Float {
      Float(cos(Double.pi * Double(u * (2 * x + 1)) / Double(2 * count)))
    }
    var coefficients = [Float](repeating: 0, count: 64)
    for v in 0..<8 {
      for u in 0..<8 {
        for y in 0..<height {
          var line: Float = 0
          for x in 0..<width { line += cosine(u, x, width) * Float(pixels[y * width + x]) }
          coefficients[8 * v + u] += line * cosine(v, y, height)
        }
      }
    }
    let median = coefficients.dropFirst().sorted()[31]
    return (1..<64).reduce(0) { coefficients[$1] > median ? $0 | 1 << UInt64($1) : $0 }
  }

  @Test(
    "the perceptual hash is the definition's, bit for bit",
    arguments: [(8, 8), (48, 48), (33, 50), (51, 9), (64, 30)])
  func hash(_ width: Int, _ height: Int) {
    let hash = PerceptualHash(width: width, height: height)
    var random = RandomStream(seed: 33)
    for kind in 0..<12 {
      let pixels = (0..<width * height).map { place in
        // Noise, few levels (many equal coefficients), one level.
        UInt8(kind % 3 == 0 ? random.integer(below: 256) : kind % 3 == 1 ? place % 2 * 255 : 77)
      }
      #expect(hash(pixels) == Self.plainHash(pixels, width: width, height: height), "\(kind)")
    }
  }

  @Test("sums of levels and squares", arguments: [1, 15, 2304, 1 << 14, (1 << 14) + 1, 250_000])
  func sums(_ count: Int) {
    var random = RandomStream(seed: 34)
    for levels in [
      [UInt8](repeating: 255, count: count),
      (0..<count).map { _ in UInt8(random.integer(below: 256)) },
    ] {
      let sums = levels.withUnsafeBytes(levelSums)
      #expect(sums.levels == levels.reduce(0) { $0 + Int($1) })
      #expect(sums.squares == levels.reduce(0) { $0 + Int($1) * Int($1) })
    }
  }
}
