import Imaging
import TestSupport
import Testing

@testable import MienVideo

@Suite struct ProbabilitySmoothingTests {
  /// A frame with a face a number.
  private func frame(_ seconds: Double, _ faces: [Int: [Float]]) -> VideoAnswer {
    let box = Box(x: 0, y: 0, width: 9, height: 9)
    return VideoAnswer(
      position: VideoPosition(frame: Int(8 * seconds), seconds: seconds), image: nil,
      faces: faces.sorted { $0.key < $1.key }.map {
        VideoFaceAnswer(
          tracked: TrackedFace(number: $0.key, face: DetectedFace(box: box), isDetected: true),
          probabilities: $0.value)
      }, problem: nil)
  }

  private func smooth(_ frames: [VideoAnswer], _ halfLife: Double) -> [VideoAnswer] {
    var smoothing = ProbabilitySmoothing(halfLife: halfLife)
    return frames.flatMap { smoothing.add($0) } + smoothing.end()
  }

  @Test("a mean over all that was seen up to a delay ahead, as weighted by hand")
  func weights() {
    let values: [Float] = [1, 0, 0.25, 0.5, 0.75, 0, 1, 1]
    let times = values.indices.map { 0.125 * Double($0) }
    let frames = zip(times, values).map { frame($0, [3: [$1, 1 - $1]]) }
    let smoothed = smooth(frames, 0.125)
    #expect(smoothed.map(\.position) == frames.map(\.position))
    for (answer, now) in zip(smoothed, times) {
      var (sum, total) = (0.0, 0.0)
      // What lies more than three half lives ahead is not waited for.
      for (value, time) in zip(values, times) where time - now <= 0.375 {
        let weight = [1, 0.5, 0.25, 0.125, 0.0625, 1 / 32.0, 1 / 64.0, 1 / 128.0][
          Int(8 * abs(time - now))]
        sum += weight * Double(value)
        total += weight
      }
      let face = answer.faces[0]
      expectClose(
        face.probabilities, [Float(sum / total), Float(1 - sum / total)], absolute: 1e-6)
      #expect(face.label == (face.probabilities[0] >= face.probabilities[1] ? 0 : 1))
    }
  }

  @Test("frames come back in order as soon as what they wait for is there, and none is lost")
  func order() {
    var smoothing = ProbabilitySmoothing(halfLife: 0.125)
    var given: [Int] = []
    for place in 0..<8 {
      let ready = smoothing.add(frame(0.125 * Double(place), [0: [1]]))
      given += ready.map(\.position.frame)
      #expect(given.count == max(0, place - 2))
    }
    given += smoothing.end().map(\.position.frame)
    #expect(given == Array(0..<8) && smoothing.end().isEmpty)
  }

  @Test("faces do not mix, one that is away has no answer, and 0 leaves all as it is")
  func apart() {
    let frames = [
      frame(0, [0: [1, 0], 1: [0, 1]]), frame(0.125, [1: [0, 1]]), frame(0.25, [:]),
      frame(0.375, [0: [0, 1], 1: [0, 1]]),
    ]
    let smoothed = smooth(frames, 0.125)
    #expect(smoothed.map { $0.faces.map(\.tracked.number) } == [[0, 1], [1], [], [0, 1]])
    // (1 · 1 + 1/8 · 0) / (9/8), and the other way round.
    expectClose(smoothed[0].faces[0].probabilities, [Float(8) / 9, Float(1) / 9], absolute: 1e-6)
    expectClose(smoothed[3].faces[0].probabilities, [Float(1) / 9, Float(8) / 9], absolute: 1e-6)
    #expect(
      smoothed.flatMap(\.faces).filter { $0.tracked.number == 1 }.allSatisfy { $0.label == 1 })
    let plain = smooth(frames, 0)
    #expect(
      plain.map { $0.faces.map(\.probabilities) } == frames.map { $0.faces.map(\.probabilities) })
  }

  @Test("what is far away is forgotten, and a long half life waits no longer than a second")
  func memory() {
    let frames = [frame(0, [0: [1, 0]]), frame(100, [0: [0, 1]])]
    #expect(smooth(frames, 0.125)[1].faces[0].probabilities == [0, 1])
    #expect(ProbabilitySmoothing(halfLife: 600).delay == 1)
  }
}
