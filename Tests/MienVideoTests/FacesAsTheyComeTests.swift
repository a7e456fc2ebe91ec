import Datasets
import Foundation
import Mien
import TensorCore
import TestSupport
import Testing

@testable import Imaging
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

  @Test("upside down, tiny or not there, a frame has no face, and no error")
  func none() throws {
    let pictures = [
      try scene([(200, 120)], side: 240, change: turned), try scene([(300, 200)], side: 40),
      try scene([], side: 240),
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

  @Test("a face that the border cuts or that turns aside is found or not, but lies in the picture")
  func doubtful() throws {
    var pictures = try [(-60, 120), (460, 120), (200, -50), (200, 280), (-35, -35)].map {
      try scene([$0], side: 240)
    }
    // A head turned aside is narrower, and one half of it cannot be seen.
    for width in [160, 80] {
      pictures.append(
        try scene([(200, 120)], side: 240) { face in
          let turned = face.resized(width: width, height: 240)
          return turned.cropped(to: Box(x: width / 2, y: 0, width: width / 2, height: 240))
        })
    }
    var found = 0
    for answer in try pictures.flatMap({ try answers($0) }) {
      for face in answer.faces {
        let box = face.tracked.face.box
        found += 1
        #expect(box.x >= 0 && box.y >= 0 && box.width > 0 && box.height > 0)
        #expect(box.x + box.width <= 640 && box.y + box.height <= 480)
        expectClose([face.probabilities.reduce(0, +)], [1], absolute: 1e-5)
      }
    }
    #expect(found >= 20)
  }

  @Test("a face that the detector loses is followed for a while, then remembered")
  func lost() throws {
    let (picture, detector) = (try scene([(200, 120)], side: 240), try FaceDetector())
    let faces = try detector.faces(in: picture)
    try #require(faces.count == 1)
    var tracker = FaceTracker()
    func numbers(_ seconds: Double, _ detected: [DetectedFace]) throws -> [Int] {
      try tracker.update(picture, seconds: seconds, detected: detected).map(\.number)
    }
    #expect(try numbers(0, faces) == [0])
    #expect(try numbers(1.5, faces) == [0])
    #expect(try numbers(2.4, []) == [0])
    #expect(try numbers(2.6, []) == [])
    #expect(try numbers(5, faces) == [0])
    #expect(try numbers(6.5, []) == [])
    #expect(try numbers(10, faces) == [1])
    // Where nobody asked the detector the face was not lost; where it was hardly seen it is gone at once.
    #expect(try tracker.update(picture, seconds: 12, detected: nil).map(\.number) == [1])
    #expect(try numbers(12.1, []) == [])
  }
}
