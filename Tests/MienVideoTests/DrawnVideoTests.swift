import Datasets
import Foundation
import Imaging
import Mien
import TestSupport
import Testing

@testable import MienVideo

@Suite("a drawn video against its truth") struct DrawnVideoTests {
  /// The frames of a drawn video.
  private final class Drawn: FrameSource {
    let isLive = false
    private let video: SyntheticVideo
    private let count: Int
    private var place = 0

    init(_ video: SyntheticVideo, count: Int) { (self.video, self.count) = (video, count) }

    func next(isWanted: (VideoPosition) -> Bool) throws -> VideoFrame? {
      if place == count { return nil }
      defer { place += 1 }
      let position = VideoPosition(
        frame: place, seconds: Double(place) / video.framesPerSecond)
      return VideoFrame(position: position, image: try video.frame(place).rgb())
    }
  }

  /// How many frames with a face there are, in how many it was found, in how many of these its label is
  /// right, and how often the label changes.
  private struct Score {
    var (frames, found, right, changes) = (0, 0, 0, 0)

    mutating func add(_ answers: [VideoAnswer], of video: SyntheticVideo, _ classes: [String]) {
      var last: Int?
      for answer in answers {
        for truth in video.truth(answer.position.frame) {
          frames += 1
          let place = Square(around: truth.box)
          func overlap(_ face: VideoFaceAnswer) -> Double {
            Square(around: face.tracked.face.box).overlap(place)
          }
          guard let face = answer.faces.max(by: { overlap($0) < overlap($1) }), overlap(face) > 0.3
          else { continue }
          found += 1
          if classes[face.label] == truth.emotion.name { right += 1 }
          if let last, last != face.label { changes += 1 }
          last = face.label
        }
      }
    }
  }

  @Test("smoothed answers are right more often than those of single frames, and change less often")
  func smoothing() throws {
    let checkpoint = try Checkpoint(
      at: Project.root.appendingPathComponent("checkpoints/fer2013-vgg10"))
    var settings = VideoPredictor.Settings()
    let halfLife = settings.smoothing
    settings.smoothing = 0
    let predictor = try VideoPredictor(Predictor([checkpoint]), settings: settings)
    var (single, smoothed) = (Score(), Score())
    // Not those on which the half life was chosen (docs/decisions/0021).
    for seed in 11...13 as ClosedRange<UInt64> {
      var video = SyntheticVideo(seed: seed)
      video.noise = 20  // a camera in poor light
      var answers: [VideoAnswer] = []
      try predictor.predict(Drawn(video, count: 240)) { answers.append($0) }
      #expect(answers.count == 240)
      single.add(answers, of: video, checkpoint.classes)
      var smoothing = ProbabilitySmoothing(halfLife: halfLife)
      let means = answers.flatMap { smoothing.add($0) } + smoothing.end()
      #expect(means.map(\.position) == answers.map(\.position))
      smoothed.add(means, of: video, checkpoint.classes)
    }
    #expect(single.frames == 720 && single.found == smoothed.found)
    #expect(Double(single.found) > 0.9 * Double(single.frames))
    #expect(smoothed.right > single.right, "\(smoothed) \(single)")
    #expect(2 * smoothed.changes < single.changes, "\(smoothed) \(single)")
  }
}
