import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Imaging

@Suite("Faces by a network") struct YuNetTests {
  /// What `Golden/make_yunet.py` wrote.
  static func network(_ name: String) -> URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Golden/\(name).onnx")
  }

  /// A black picture with bright cells of a lattice.
  private func lattice(_ width: Int, _ height: Int, cell: Int, _ bright: [(Int, Int)]) -> GrayImage
  {
    var image = GrayImage(
      width: width, height: height, pixels: [UInt8](repeating: 0, count: width * height))
    for (column, row) in bright {
      for y in row * cell..<(row + 1) * cell {
        for x in column * cell..<(column + 1) * cell { image[x, y] = 255 }
      }
    }
    return image
  }

  @Test("faces lie where the network's answers say, at any scale", arguments: [1, 2])
  func squares(scale: Int) throws {
    let detector = try FaceDetector(.yunet(Self.network("squares")))
    for (width, height, cells) in [
      (640, 448, [(3, 2), (12, 2), (7, 10)]), (320, 640, [(4, 15)]), (640, 448, []),
    ] {
      let image = lattice(scale * width, scale * height, cell: 32 * scale, cells)
      let faces = try detector.faces(in: image)
      // Largest first; of equal ones the upper and then the left one.
      #expect(
        faces.map(\.box)
          == cells.map { column, row in
            Box(
              x: scale * (32 * column - 16), y: scale * (32 * row - 16), width: 64 * scale,
              height: 64 * scale)
          })
      #expect(faces.allSatisfy { $0.eyes != nil && abs($0.tilt) < 1e-6 })
    }
  }

  @Test("a face at the border has a box inside of the picture") func border() throws {
    let detector = try FaceDetector(.yunet(Self.network("squares")))
    let faces = try detector.faces(in: lattice(640, 448, cell: 32, [(0, 0)]))
    #expect(faces.map(\.box) == [Box(x: 0, y: 0, width: 48, height: 48)])
  }

  /// The points of a face of a given side, looking straight ahead, turned around the middle of its box.
  private func landmarks(
    _ center: Point, side: Double, turned degrees: Double, eyes: Double = 0.4
  ) -> FaceLandmarks {
    let angle = degrees * .pi / 180
    func place(_ x: Double, _ y: Double) -> Point {
      Point(
        center.x + side * (x * cos(angle) - y * sin(angle)),
        center.y + side * (x * sin(angle) + y * cos(angle)))
    }
    return FaceLandmarks(
      rightEye: place(-eyes / 2, -0.11), leftEye: place(eyes / 2, -0.11),
      rightMouth: place(-0.15, 0.35), leftMouth: place(0.15, 0.35))
  }

  @Test(
    "the box does not depend on how the face is turned, and the crop stands upright",
    arguments: [0.0, 30, 90, 180, -120])
  func turned(degrees: Double) throws {
    let face = try #require(
      landmarks(Point(200, 150), side: 100, turned: degrees).face(width: 400, height: 300))
    #expect(face.box == Box(x: 150, y: 100, width: 100, height: 100))
    let apart = (face.tilt * 180 / .pi - degrees).remainder(dividingBy: 360)
    #expect(abs(apart) < 1e-6)
    // Brighter towards the chin: the crop gets brighter from its first to its last row.
    let angle = degrees * .pi / 180
    let pixels = (0..<400 * 300).map { index in
      let (x, y) = (Double(index % 400) - 200, Double(index / 400) - 150)
      return UInt8(max(0, min(255, 128 + y * cos(angle) - x * sin(angle))))
    }
    let crop = FaceCrop.crop(
      GrayImage(width: 400, height: 300, pixels: pixels), to: face, size: 48)
    let rows = (0..<48).map { row in (0..<48).reduce(0) { $0 + Int(crop[$1, row]) } }
    #expect(zip(rows, rows.dropFirst()).allSatisfy { $0 < $1 })
  }

  @Test("in profile the way to the mouth tells the size; points without a size are no face")
  func profile() throws {
    let face = try #require(
      landmarks(Point(200, 150), side: 100, turned: 0, eyes: 0.02).face(width: 400, height: 300))
    #expect(abs(face.box.width - 100) <= 1 && abs(face.box.height - 100) <= 1)
    let point = Point(20, 20)
    let none = FaceLandmarks(rightEye: point, leftEye: point, rightMouth: point, leftMouth: point)
    #expect(none.face(width: 400, height: 300) == nil)
    #expect(
      landmarks(Point(-80, 150), side: 100, turned: 0).face(width: 400, height: 300) == nil)
    #expect(
      landmarks(Point(.nan, 150), side: 100, turned: 0).face(width: 400, height: 300) == nil)
  }

  @Test(
    "what is not YuNet is refused and named",
    arguments: [
      ("other", "does not give its answers"), ("short", "output iou has"),
      ("make_yunet.py", "no network"),
    ])
  func refused(name: String, words: String) throws {
    let file =
      name.hasSuffix(".py")
      ? Self.network("x").deletingLastPathComponent().appendingPathComponent(name)
      : Self.network(name)
    let error = #expect(throws: ImagingError.self) { try FaceDetector(.yunet(file)) }
    let text = try #require(error).description
    #expect(text.contains(words) && text.contains(file.lastPathComponent), "\(text)")
  }

  @Test("a file that is not there") func missing() throws {
    let error = #expect(throws: FileError.self) {
      try FaceDetector(.yunet(URL(fileURLWithPath: "/nowhere/yunet.onnx")))
    }
    #expect(try #require(error).kind == .missingInput)
  }
}
