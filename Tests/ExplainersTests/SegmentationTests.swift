import Explainers
import Imaging
import TensorCore
import TestSupport
import Testing

@Suite struct SegmentationTests {
  @Test("counts its parts")
  func counts() {
    #expect(Segmentation(width: 2, height: 2, labels: [0, 1, 1, 2]).count == 3)
  }

  @Test(
    "a grid has its rectangles, of sizes that differ by one pixel at most",
    arguments: [(48, 48, 7, 7), (48, 48, 6, 8), (5, 9, 9, 5), (10, 3, 1, 1), (7, 4, 3, 2)])
  func grid(width: Int, height: Int, rows: Int, columns: Int) throws {
    let grid = try Segmentation.grid(width: width, height: height, rows: rows, columns: columns)
    #expect(grid.count == rows * columns)
    #expect(grid.width == width && grid.height == height)
    for part in 0..<grid.count {
      let pixels = grid.labels.indices.filter { grid.labels[$0] == part }
      let (xs, ys) = (Set(pixels.map { $0 % width }), Set(pixels.map { $0 / width }))
      #expect(xs.count * ys.count == pixels.count && isConnected(grid, part))
      #expect([width / columns, (width + columns - 1) / columns].contains(xs.count))
      #expect([height / rows, (height + rows - 1) / rows].contains(ys.count))
    }
  }

  @Test("a grid of more rows or columns than pixels, or of none, is refused as usage")
  func badGrid() {
    for (rows, columns) in [(0, 3), (3, 0), (5, 3), (3, 9), (-1, 2), (.max, 1)] {
      let error = #expect(throws: ExplanationError.self) {
        try Segmentation.grid(width: 8, height: 4, rows: rows, columns: columns)
      }
      #expect(error?.kind == .usage)
    }
  }
}

@Suite struct FaceRegionsTests {
  /// The name of the part at a place of a 48x48 face, x to the right.
  func name(_ x: Int, _ y: Int, in regions: Segmentation) throws -> String {
    try #require(regions.names)[regions.labels[y * 48 + x]]
  }

  @Test("the parts of a face lie where FER-2013's mean face has them")
  func places() throws {
    let regions = Segmentation.faceRegions(width: 48, height: 48)
    #expect(regions.count == 11)
    #expect(Set(try #require(regions.names)).count == 11)
    let expected: [(Int, Int, String)] = [
      (24, 5, "forehead"), (15, 13, "left brow"), (33, 13, "right brow"), (15, 17, "left eye"),
      (33, 17, "right eye"), (24, 26, "nose"), (13, 27, "left cheek"), (35, 27, "right cheek"),
      (24, 38, "mouth"), (24, 45, "chin"), (1, 1, "around the face"), (46, 46, "around the face"),
    ]
    for (x, y, part) in expected {
      let found = try name(x, y, in: regions)
      #expect(found == part, "at \(x), \(y)")
    }
  }

  @Test("left mirrors right, and every part but what is around is in one piece")
  func symmetry() throws {
    let regions = Segmentation.faceRegions(width: 48, height: 48)
    for y in 0..<48 {
      for x in 0..<48 {
        let mirrored = try name(47 - x, y, in: regions)
        let swapped =
          mirrored.hasPrefix("left")
          ? mirrored.replacing("left", with: "right")
          : mirrored.replacing("right", with: "left")
        let found = try name(x, y, in: regions)
        #expect(found == swapped, "at \(x), \(y)")
      }
    }
    for (part, name) in try #require(regions.names).enumerated() where name != "around the face" {
      #expect(isConnected(regions, part), "\(name)")
    }
  }

  @Test("the same shares at other sizes; a tiny picture has fewer parts")
  func sizes() throws {
    let (small, large) = (
      Segmentation.faceRegions(width: 48, height: 48),
      Segmentation.faceRegions(width: 96, height: 192)
    )
    #expect(small.names == large.names)
    for part in 0..<small.count {
      let shares = [small, large].map { regions in
        Double(regions.labels.count { $0 == part }) / Double(regions.labels.count)
      }
      expectClose([shares[1]], [shares[0]], relative: 0.15, small.names?[part] ?? "")
    }
    let tiny = Segmentation.faceRegions(width: 4, height: 4)
    #expect((2..<11).contains(tiny.count))
    #expect(tiny.names?.count == tiny.count)
    #expect(Segmentation.faceRegions(width: 1, height: 1).names == ["nose"])
  }
}

@Suite struct SLICTests {
  /// Pictures that are hard to cut: noise, a gradient, rings, nothing at all.
  static let pictures: [(name: String, image: GrayImage)] = [
    ("constant", picture(48, 48) { _, _ in 90 }),
    ("small", picture(8, 8) { x, y in UInt8(x * 20 + y * 10) }),
    ("a line", picture(40, 1) { x, _ in UInt8(x * 5) }),
    ("noise", noise(48, 48)),
    ("wide noise", noise(96, 32)),
    (
      "rings",
      picture(48, 64) { x, y in UInt8(((x - 20) * (x - 20) + (y - 30) * (y - 30)) / 9 % 256) }
    ),
    ("stripes", picture(50, 50) { x, _ in x % 4 < 2 ? 0 : 255 }),
  ]

  static func picture(_ width: Int, _ height: Int, _ level: (Int, Int) -> UInt8) -> GrayImage {
    GrayImage(
      width: width, height: height,
      pixels: (0..<width * height).map { level($0 % width, $0 / width) })
  }

  static func noise(_ width: Int, _ height: Int) -> GrayImage {
    var random = RandomStream(seed: 8)
    return picture(width, height) { _, _ in UInt8(truncatingIfNeeded: random.next()) }
  }

  @Test(
    "every part is connected and none is tiny; the same call gives the same",
    arguments: pictures.indices)
  func properties(_ index: Int) throws {
    let (name, image) = Self.pictures[index]
    let pixels = image.width * image.height
    for count in [1, 2, 12, 50, pixels] where count <= pixels {
      let parts = try Segmentation.slic(of: image, count: count)
      #expect(parts.width == image.width && parts.height == image.height)
      var sizes = [Int](repeating: 0, count: parts.count)
      for label in parts.labels { sizes[label] += 1 }
      let smallest = try #require(sizes.min())
      #expect(smallest >= max(1, pixels / count / 4), "\(name) in \(count): \(sizes)")
      #expect((0..<parts.count).allSatisfy { isConnected(parts, $0) }, "\(name) in \(count)")
      #expect(parts.count <= count + max(1, count / 10), "\(name) in \(count): \(parts.count)")
      // Numbered in reading order.
      var seen: [Int] = []
      for label in parts.labels where !seen.contains(label) { seen.append(label) }
      #expect(seen == Array(0..<parts.count))
      #expect(try Segmentation.slic(of: image, count: count) == parts)
    }
  }

  @Test("smooth pictures get about as many parts as asked, of about the same size")
  func counts() throws {
    for image in [Self.pictures[0].image, Self.picture(48, 48) { x, y in UInt8(2 * x + 2 * y) }] {
      for count in [10, 25, 50, 100, 200] {
        let found = try Segmentation.slic(of: image, count: count).count
        #expect(abs(found - count) <= max(2, count / 7), "\(found) parts of \(count)")
      }
    }
    #expect(try Segmentation.slic(of: Self.pictures[1].image, count: 64).count == 64)
    #expect(try Segmentation.slic(of: Self.pictures[1].image, count: 1).count == 1)
    let parts = try Segmentation.slic(of: Self.pictures[0].image, count: 50)
    let largest = Dictionary(grouping: parts.labels, by: \.self).values.map(\.count).max()
    #expect(try #require(largest) <= 2 * 2304 / 50)
  }

  @Test("no part crosses a strong edge, wherever it is", arguments: [5, 17, 23, 24, 25, 31, 44])
  func edge(at edge: Int) throws {
    for count in [8, 50, 100] {
      for isUpright in [true, false] {
        let image = Self.picture(48, 48) { x, y in (isUpright ? x : y) < edge ? 40 : 220 }
        let parts = try Segmentation.slic(of: image, count: count)
        let levels = Dictionary(grouping: image.pixels.indices) { parts.labels[$0] }
          .mapValues { Set($0.map { image.pixels[$0] }).count }
        #expect(levels.values.allSatisfy { $0 == 1 }, "\(count) parts, edge at \(edge)")
      }
    }
  }

  @Test("more compactness makes squarer parts")
  func compactness() throws {
    let image = Self.pictures[5].image
    func borderLength(_ compactness: Double) throws -> Int {
      let parts = try Segmentation.slic(of: image, compactness: compactness)
      return parts.labels.indices.count {
        $0 % parts.width > 0 && parts.labels[$0] != parts.labels[$0 - 1]
      }
    }
    #expect(try borderLength(100) < borderLength(5))
  }

  @Test("settings that make no sense are refused as usage")
  func badSettings() {
    let image = Self.pictures[1].image
    func refused(count: Int = 4, compactness: Double = 10, iterations: Int = 10) {
      let error = #expect(throws: ExplanationError.self) {
        try Segmentation.slic(
          of: image, count: count, compactness: compactness, iterations: iterations)
      }
      #expect(error?.kind == .usage)
    }
    for count in [0, -1, 65] { refused(count: count) }
    for compactness in [0, -1, .nan, .infinity] { refused(compactness: compactness) }
    refused(iterations: 0)
  }
}

/// Whether one can walk between any two pixels of a part over sides of its pixels.
private func isConnected(_ parts: Segmentation, _ part: Int) -> Bool {
  var left = Set(parts.labels.indices.filter { parts.labels[$0] == part })
  var reached = left.popFirst().map { [$0] } ?? []
  while let pixel = reached.popLast() {
    let x = pixel % parts.width
    for neighbour in [
      x > 0 ? pixel - 1 : -1, x + 1 < parts.width ? pixel + 1 : -1, pixel - parts.width,
      pixel + parts.width,
    ] where left.remove(neighbour) != nil { reached.append(neighbour) }
  }
  return left.isEmpty
}
