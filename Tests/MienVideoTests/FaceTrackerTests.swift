import Datasets
import Imaging
import TensorCore
import TestSupport
import Testing

@testable import MienVideo

@Suite("faces of a drawn video, followed") struct FaceTrackerTests {
  /// What a tracker makes of a drawn video with a detector every five frames: the share of the true
  /// faces that were found, and how often one changed its number.
  private func follow(
    _ video: SyntheticVideo, frames: Int
  ) throws -> (found: Double, switches: Int, numbers: Int) {
    let detector = try FaceDetector()
    var tracker = FaceTracker()
    var (found, all, switches) = (0, 0, 0)
    var last: [Int: Int] = [:]
    var numbers: Set<Int> = []
    for index in 0..<frames {
      let image = try video.frame(index)
      let faces = try tracker.update(
        image, seconds: Double(index) / video.framesPerSecond,
        detected: index % 5 == 0 ? detector.faces(in: image) : nil)
      numbers.formUnion(faces.map(\.number))
      for truth in video.truth(index) {
        all += 1
        let place = Square(around: truth.box)
        guard
          let nearest = faces.max(by: {
            Square(around: $0.face.box).overlap(place) < Square(around: $1.face.box).overlap(place)
          }), Square(around: nearest.face.box).overlap(place) > 0.3
        else { continue }
        found += 1
        if let before = last[truth.number], before != nearest.number { switches += 1 }
        last[truth.number] = nearest.number
      }
    }
    try #require(all > 0)
    return (Double(found) / Double(all), switches, numbers.count)
  }

  @Test(
    "one face is found in nearly all frames, under one number", arguments: [1, 2, 3] as [UInt64])
  func one(seed: UInt64) throws {
    let result = try follow(SyntheticVideo(seed: seed), frames: 150)
    #expect(result.found > 0.9, "\(result)")
    #expect(result.switches == 0, "\(result)")
  }

  @Test("two faces keep their numbers, also when each is out of sight for a while")
  func away() throws {
    var video = SyntheticVideo(seed: 4)
    video.faceCount = 2
    video.absence = 3
    let result = try follow(video, frames: 240)
    #expect(result.found > 0.85, "\(result)")
    #expect(result.switches <= 1, "\(result)")
  }

  @Test("an empty, a black and a noisy picture have no face, and none is followed") func nothing()
    throws
  {
    var tracker = FaceTracker()
    let detector = try FaceDetector()
    var random = RandomStream(seed: 5)
    let noise = (0..<320 * 240).map { _ in UInt8(random.integer(below: 256)) }
    for (index, pixels) in [[UInt8](repeating: 0, count: 320 * 240), noise].enumerated() {
      let image = GrayImage(width: 320, height: 240, pixels: pixels)
      let faces = try tracker.update(
        image, seconds: Double(index), detected: detector.faces(in: image))
      #expect(faces.isEmpty)
    }
    // A face that was there is not followed into nothing.
    let box = Box(x: 100, y: 60, width: 80, height: 80)
    let image = GrayImage(width: 320, height: 240, pixels: noise)
    #expect(
      try tracker.update(image, seconds: 2, detected: [DetectedFace(box: box)]).map(\.number) == [0]
    )
    let black = GrayImage(width: 320, height: 240, pixels: [UInt8](repeating: 0, count: 320 * 240))
    #expect(try tracker.update(black, seconds: 2.03, detected: nil).isEmpty)
  }

  @Test("a patch is found where it was moved to, also beyond the border") func patch() throws {
    var random = RandomStream(seed: 6)
    // Smooth enough to be found between pixels.
    let coarse = GrayImage(
      width: 40, height: 30, pixels: (0..<1200).map { _ in UInt8(random.integer(below: 256)) })
    let image = coarse.resized(width: 320, height: 240)
    for (x, y) in [(100.0, 90.0), (160, 120), (30, 30)] {
      let square = Square(center: Point(x, y), side: 64)
      let patch = try Patch(image, square)
      let start = Square(center: Point(x + 9, y - 7), side: 64)
      let (found, likeness) = try patch.place(in: image, near: start, reach: 0.35)
      #expect(likeness > 0.95)
      expectClose([found.center.x, found.center.y], [x, y], absolute: 1.5)
    }
    let same = try Patch(image, Square(center: Point(-20, 120), side: 64))
    expectClose([same.correlation(with: same)], [1], absolute: 1e-9)
    #expect(
      Square(center: Point(0, 0), side: 2).overlap(Square(center: Point(1, 0), side: 2)) == 1.0 / 3)
  }
}
