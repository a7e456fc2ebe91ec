import Datasets
import Foundation
import Imaging
import TensorCore
import Testing

/// Larger pictures with drawn faces in them.
enum Scenes {
  /// Blurred noise: rough at every scale, as foliage is.
  static func background(width: Int, height: Int, seed: UInt64) -> GrayImage {
    var random = RandomStream(seed: seed)
    var levels = [Double](repeating: 128, count: width * height)
    for octave in 1...6 {
      let (columns, rows) = (max(1, width >> octave), max(1, height >> octave))
      let noise = GrayImage(
        width: columns, height: rows,
        pixels: (0..<columns * rows).map { _ in UInt8(random.integer(below: 256)) }
      ).resized(width: width, height: height)
      for i in levels.indices { levels[i] += (Double(noise.pixels[i]) - 128) / 3 }
    }
    return GrayImage(
      width: width, height: height, pixels: levels.map { UInt8(max(0, min(255, $0))) })
  }

  /// Puts a picture into another.
  static func paste(_ part: GrayImage, at x: Int, _ y: Int, into scene: inout GrayImage) {
    for row in 0..<part.height {
      for column in 0..<part.width { scene[x + column, y + row] = part[column, row] }
    }
  }

  /// A picture with the face `index` in a square of `side` pixels whose corner is at (x, y).
  static func scene(
    _ index: Int, at x: Int, _ y: Int, side: Int, width: Int = 800, height: Int = 600
  ) throws -> GrayImage {
    var scene = background(width: width, height: height, seed: UInt64(index))
    let face = try SyntheticFaces(seed: 5).image(of: index, size: 256, framing: .wide)
    paste(face.resized(width: side, height: side), at: x, y, into: &scene)
    return scene
  }
}

@Suite("Finding faces") struct FaceDetectionTests {
  @Test(
    "a drawn face is found where it is, at every size",
    arguments: [(40, 50, 120), (500, 300, 260), (150, 20, 560)])
  func found(_ x: Int, _ y: Int, _ side: Int) throws {
    let detector = try FaceDetector()
    for index in 0..<7 {
      let faces = try detector.faces(in: Scenes.scene(index, at: x, y, side: side))
      let face = try #require(faces.first, "face \(index)")
      #expect(faces.count == 1)
      let (center, share) = (face.box.center, Double(face.box.width) / Double(side))
      #expect(abs(center.x - Double(x) - Double(side) / 2) <= 0.15 * Double(side))
      #expect(abs(center.y - Double(y) - Double(side) / 2) <= 0.18 * Double(side))
      #expect(share >= 0.35 && share <= 0.9)
    }
  }

  @Test("at least 95 % of 210 drawn faces are found")
  func recall() throws {
    let (faces, detector) = (SyntheticFaces(seed: 5), try FaceDetector())
    let found = try (0..<210).filter { index in
      let image = try faces.image(of: index, size: 256, framing: .wide)
      return try detector.faces(in: image).contains { face in
        abs(face.box.center.x - 128) < 38 && abs(face.box.center.y - 128) < 46
          && (90..<230).contains(face.box.width)
      }
    }
    #expect(found.count >= 200)
  }

  @Test("there is none in noise, fine or rough, nor in nothing at all")
  func none() throws {
    let detector = try FaceDetector()
    for seed in 0..<12 as Range<UInt64> {
      #expect(
        try detector.faces(in: Scenes.background(width: 800, height: 600, seed: seed)) == [])
    }
    let noise = GrayImage(width: 640, height: 640, pixels: Fixtures.levels(1, side: 640))
    #expect(try detector.faces(in: noise) == [])
    let flat = GrayImage(width: 500, height: 9, pixels: [UInt8](repeating: 9, count: 4500))
    #expect(try detector.faces(in: flat) == [])
  }

  @Test("of two faces the larger comes first, of equal ones the upper and then the left one")
  func order() throws {
    let detector = try FaceDetector()
    let drawn = try SyntheticFaces(seed: 5).image(of: 3, size: 256, framing: .wide)
    var scene = Scenes.background(width: 800, height: 600, seed: 1)
    Scenes.paste(drawn.resized(width: 150, height: 150), at: 20, 20, into: &scene)
    Scenes.paste(drawn, at: 500, 300, into: &scene)
    let faces = try detector.faces(in: scene)
    #expect(faces.count == 2)
    #expect(faces.first.map { $0.box.x > 500 && $0.box.y > 300 } == true)
    // Squares of 200 on a lattice of the reduction 2: the same pixels, so the same sizes.
    var equal = GrayImage(
      width: 1280, height: 960, pixels: [UInt8](repeating: 128, count: 1280 * 960))
    for (x, y) in [(800, 40), (80, 40), (400, 600)] {
      Scenes.paste(drawn, at: x, y, into: &equal)
    }
    let boxes = try detector.faces(in: equal).map(\.box)
    #expect(boxes.count == 3)
    let keys = boxes.map { [-$0.area, $0.y, $0.x] }
    #expect(keys == keys.sorted { $0.lexicographicallyPrecedes($1) })
  }

  @Test("a face tilted by 15° comes out with its eyes level within 4°", arguments: [-15.0, 15])
  func tilt(_ degrees: Double) throws {
    let detector = try FaceDetector()
    let angle = degrees * .pi / 180
    // A crop along a line that falls the other way turns the picture.
    let turned = DetectedFace(
      box: Box(x: 0, y: 0, width: 256, height: 256),
      eyes: .init(left: Point(0, 0), right: Point(cos(angle), -sin(angle))))
    var found = 0
    for emotion in FaceEmotion.allCases {
      let drawn = try SyntheticFaces(seed: 2).example(of: emotion, 0, size: 256)
      let picture = FaceCrop.crop(drawn, to: turned, size: 400)
      guard let face = try detector.faces(in: picture).first else { continue }
      found += 1
      #expect(abs(face.tilt - angle) <= 7 * .pi / 180, "\(emotion)")  // it has a tilt of its own
      // Looked for again in the crop, with room around it.
      var wide = face
      let margin = face.box.width / 3
      wide.box = Box(
        x: face.box.x - margin, y: face.box.y - margin, width: face.box.width + 2 * margin,
        height: face.box.height + 2 * margin)
      let crop = FaceCrop.crop(picture, to: wide, size: 400)
      let again = try #require(try detector.faces(in: crop).first)
      #expect(again.eyes != nil)
      #expect(abs(again.tilt) <= 4 * .pi / 180, "\(emotion): \(again.tilt * 180 / .pi)°")
    }
    #expect(found >= 5)  // the cascade was trained on upright faces and misses some
  }

  @Test("every thread and every time the same faces and the same crops")
  func threads() throws {
    let scenes = try (0..<6).map { try Scenes.scene($0, at: 60 * $0, 30, side: 300) }
    @Sendable func answer(_ detector: FaceDetector, _ scene: GrayImage) throws -> [GrayImage] {
      try detector.faces(in: scene).map { FaceCrop.crop(scene, to: $0, size: 48) }
    }
    let detector = try FaceDetector()
    let alone = try scenes.map { try answer(detector, $0) }
    #expect(alone.allSatisfy { !$0.isEmpty })
    #expect(try scenes.map { try answer(detector, $0) } == alone)
    let lock = NSLock()
    nonisolated(unsafe) var together: [Int: [GrayImage]] = [:]
    DispatchQueue.concurrentPerform(iterations: 12) { index in
      let found = try? answer(FaceDetector(), scenes[index % 6])
      lock.withLock { together[index] = found }
    }
    #expect(together.count == 12)
    for (index, crops) in together { #expect(crops == alone[index % 6]) }
  }

  @Test("a face that fills 100 megapixels is found as one of 256 pixels is")
  func hundredMegapixels() throws {
    let drawn = try SyntheticFaces(seed: 2).example(of: .happy, 0, size: 400)
    let detector = try FaceDetector()
    let small = try #require(try detector.faces(in: drawn).first)
    let large = drawn.resized(width: 10_200, height: 10_200)
    let face = try #require(try detector.faces(in: large).first)
    #expect(abs(Double(face.box.width) / 10_200 - Double(small.box.width) / 400) < 0.06)
    let crop = FaceCrop.crop(large, to: face, size: 48)
    #expect(crop.width == 48)
  }
}
