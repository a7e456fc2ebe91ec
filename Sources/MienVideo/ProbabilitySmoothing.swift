internal import Foundation

/// The probabilities of each face as means over time, in which what was seen a while before or after
/// counts less. It looks both ways, for a mean that only looks back comes late: on drawn videos that
/// costs more right answers than smoothing brings (docs/decisions/0021). So frames are given back a little
/// after they were given.
struct ProbabilitySmoothing {
  /// What was seen so many seconds before or after counts half; 0 takes each frame as it is.
  let halfLife: Double
  /// How far it looks ahead, in seconds: to where a frame counts an eighth, and never more than one.
  var delay: Double { min(3 * halfLife, 1) }

  /// What lies behind, of one face.
  private struct Past {
    var sums: [Double]
    var weight: Double
    var seconds: Double
  }
  private var past: [Int: Past] = [:]
  private var waiting: [VideoAnswer] = []

  /// Nothing seen yet. `halfLife` in seconds, at least 0.
  init(halfLife: Double) {
    precondition(halfLife >= 0 && halfLife.isFinite, "a half life of \(halfLife) s")
    self.halfLife = halfLife
  }

  /// Takes the next frame; gives those, in order, of which enough that came after is known.
  mutating func add(_ answer: VideoAnswer) -> [VideoAnswer] {
    if halfLife == 0 { return [answer] }
    waiting.append(answer)
    var ready: [VideoAnswer] = []
    while let first = waiting.first, first.position.seconds + delay <= answer.position.seconds {
      ready.append(smoothed(waiting.removeFirst()))
    }
    return ready
  }

  /// The frames that still wait; no others come.
  mutating func end() -> [VideoAnswer] {
    var rest: [VideoAnswer] = []
    while !waiting.isEmpty { rest.append(smoothed(waiting.removeFirst())) }
    return rest
  }

  private func weight(_ seconds: Double) -> Double { exp2(-abs(seconds) / halfLife) }

  private mutating func smoothed(_ answer: VideoAnswer) -> VideoAnswer {
    let now = answer.position.seconds
    // Forgotten when nothing is left, so that memory does not grow with the video.
    past = past.filter { weight(now - $0.value.seconds) > 1e-6 }
    var answer = answer
    for (index, face) in answer.faces.enumerated() {
      var memory =
        past[face.tracked.number]
        ?? Past(sums: face.probabilities.map { _ in 0 }, weight: 0, seconds: now)
      let share = weight(now - memory.seconds)
      memory.sums = zip(memory.sums, face.probabilities).map { $0 * share + Double($1) }
      memory.weight = memory.weight * share + 1
      memory.seconds = now
      past[face.tracked.number] = memory
      for other in waiting where other.position.seconds <= now + delay {
        let share = weight(other.position.seconds - now)
        for later in other.faces where later.tracked.number == face.tracked.number {
          memory.sums = zip(memory.sums, later.probabilities).map { $0 + share * Double($1) }
          memory.weight += share
        }
      }
      answer.faces[index] = VideoFaceAnswer(
        tracked: face.tracked, probabilities: memory.sums.map { Float($0 / memory.weight) })
    }
    return answer
  }
}
