import Datasets
import Foundation
import Imaging
import Mien
import TensorCore
import TestSupport
import Testing

@testable import MienVideo

/// Pictures of a program's own, ten a second.
final class Pictures: FrameSource {
  let isLive = false
  private let count: Int
  private let picture: (Int) throws -> GrayImage
  private var place = 0

  init(count: Int, _ picture: @escaping (Int) throws -> GrayImage) {
    (self.count, self.picture) = (count, picture)
  }

  func next(isWanted: (VideoPosition) -> Bool) throws -> VideoFrame? {
    if place == count { return nil }
    defer { place += 1 }
    let position = VideoPosition(frame: place, seconds: Double(place) / 10)
    return VideoFrame(position: position, image: try picture(place).rgb())
  }
}

@Suite("faces as they come: what is found, and what is not") struct FacesAsTheyComeTests {
  /// Grey pictures with drawn faces at places of the lower left corner, each of `side` pixels.
  private func scene(
    _ places: [(x: Int, y: Int)], side: Int, width: Int = 640, height: Int = 480,
    change: (GrayImage) -> GrayImage = { $0 }
  ) throws -> GrayImage {
    var scene = GrayImage(
      width: width, height: height, pixels: [UInt8](repeating: 128, count: width * height))
    let faces = SyntheticFaces(seed: 5)
    for (number, place) in places.enumerated() {
      let face = change(
        try faces.image(of: number, size: 256, framing: .wide).resized(width: side, height: side))
      for y in 0..<face.height where (0..<height).contains(place.y + y) {
        for x in 0..<face.width where (0..<width).contains(place.x + x) {
          scene[place.x + x, place.y + y] = face[x, y]
        }
      }
    }
    return scene
  }

  /// The answers for ten equal frames.
  private func answers(_ picture: GrayImage, maxFaces: Int? = nil) throws -> [VideoAnswer] {
    var settings = VideoPredictor.Settings()
    settings.maxFaces = maxFaces
    let checkpoint = try Checkpoint(
      at: Project.root.appendingPathComponent("checkpoints/fer2013-vgg10"))
    var answers: [VideoAnswer] = []
    try VideoPredictor(Predictor([checkpoint]), settings: settings).predict(
      Pictures(count: 10) { _ in picture }
    ) { answers.append($0) }
    #expect(answers.count == 10 && answers.allSatisfy { $0.problem == nil })
    return answers
  }

  private func turned(_ image: GrayImage) -> GrayImage {
    GrayImage(width: image.width, height: image.height, pixels: image.pixels.reversed())
  }

  @Test("an upright face is answered in every frame, under one number") func upright() throws {
    for answer in try answers(scene([(200, 120)], side: 240)) {
      #expect(answer.faces.map(\.tracked.number) == [0])
      expectClose([answer.faces[0].probabilities.reduce(0, +)], [1], absolute: 1e-5)
    }
  }

  @Test("upside down, seen from far aside, tiny or not there, a frame has no face, and no error")
  func none() throws {
    let pictures = [
      try scene([(200, 120)], side: 240, change: turned),
      // A head turned far aside shows a third of its width.
      try scene([(200, 120)], side: 240) { $0.resized(width: 80, height: 240) },
      try scene([(300, 200)], side: 40), try scene([], side: 240),
    ]
    for (number, picture) in pictures.enumerated() {
      #expect(try answers(picture).flatMap(\.faces).map(\.tracked.face) == [], "\(number)")
    }
  }

  @Test("each of twelve faces has its number; of too many those that came first stay") func many()
    throws
  {
    let places = (0..<12).map { (x: $0 % 4 * 310 + 40, y: $0 / 4 * 310 + 20) }
    let picture = try scene(places, side: 250, width: 1280, height: 960)
    for answer in try answers(picture) {
      #expect(answer.faces.map(\.tracked.number) == Array(0..<12))
    }
    for answer in try answers(picture, maxFaces: 3) {
      #expect(answer.faces.map(\.tracked.number) == [0, 1, 2])
    }
  }

  @Test("a face that the border cuts is found or not, but its box lies inside of the picture")
  func cut() throws {
    var found = 0
    for place in [(-60, 120), (460, 120), (200, -50), (200, 280), (-35, -35)] {
      let answers = try answers(scene([place], side: 240))
      for face in answers.flatMap(\.faces).map(\.tracked.face) {
        found += 1
        #expect(face.box.x >= 0 && face.box.y >= 0 && face.box.width > 0 && face.box.height > 0)
        #expect(face.box.x + face.box.width <= 640 && face.box.y + face.box.height <= 480)
      }
    }
    #expect(found >= 20)
  }

  @Test("a face that the detector loses is followed for a second, then remembered for three")
  func lost() throws {
    let (picture, detector) = (try scene([(200, 120)], side: 240), try FaceDetector())
    let faces = try detector.faces(in: picture)
    try #require(faces.count == 1)
    var tracker = FaceTracker()
    func numbers(_ seconds: Double, _ detected: [DetectedFace]) throws -> [Int] {
      try tracker.update(picture, seconds: seconds, detected: detected).map(\.number)
    }
    #expect(try numbers(0, faces) == [0])
    #expect(try numbers(0.9, []) == [0])
    #expect(try numbers(1.1, []) == [])
    #expect(try numbers(3.5, faces) == [0])
    #expect(try numbers(5, []) == [])
    #expect(try numbers(8, faces) == [1])
  }
}
