internal import Foundation

/// The probabilities of each face over time, as a mean in which what was seen a while ago counts less:
/// a half after `halfLife` seconds. It looks back only, so it serves a camera, too.
public struct ProbabilitySmoothing: Sendable {
  /// After so many seconds what was seen counts half; 0 takes each frame as it is.
  public let halfLife: Double

  private struct Memory {
    var sums: [Double]
    var weight: Double
    var seconds: Double
  }
  private var faces: [Int: Memory] = [:]

  /// Nothing seen yet. `halfLife` in seconds, at least 0.
  public init(halfLife: Double) {
    precondition(halfLife >= 0 && halfLife.isFinite, "a half life of \(halfLife) s")
    self.halfLife = halfLife
  }

  /// What a face shows, after what it showed before.
  ///
  /// - Parameters:
  ///   - probabilities: of this frame; they add up to 1.
  ///   - number: which face it is.
  ///   - seconds: the frame's time.
  public mutating func smooth(
    _ probabilities: [Float], of number: Int, at seconds: Double
  ) -> [Float] {
    if halfLife == 0 { return probabilities }
    let now = probabilities.map(Double.init)
    var memory = faces[number] ?? Memory(sums: now.map { _ in 0 }, weight: 0, seconds: seconds)
    let share = exp2(-max(0, seconds - memory.seconds) / halfLife)
    memory.sums = zip(memory.sums, now).map { $0 * share + $1 }
    memory.weight = memory.weight * share + 1
    memory.seconds = seconds
    faces[number] = memory
    return memory.sums.map { Float($0 / memory.weight) }
  }

  /// Forgets faces of which nothing is left, so that memory does not grow with the video.
  public mutating func forget(before seconds: Double) {
    faces = faces.filter { $0.value.seconds >= seconds }
  }
}
