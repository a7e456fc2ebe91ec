import TestSupport
import Testing

@testable import MienVideo

@Suite struct ProbabilitySmoothingTests {
  @Test("what was seen a half life ago counts half; without one each frame is as it is")
  func halves() {
    var smoothing = ProbabilitySmoothing(halfLife: 0.5)
    #expect(smoothing.smooth([1, 0], of: 0, at: 0) == [1, 0])
    // (0.5 · 1 + 0) / 1.5
    expectClose(
      smoothing.smooth([0, 1], of: 0, at: 0.5), [Float(1) / 3, Float(2) / 3], absolute: 1e-6)
    // Another face has its own memory.
    #expect(smoothing.smooth([0, 1], of: 1, at: 0.5) == [0, 1])
    smoothing.forget(before: 1)
    #expect(smoothing.smooth([0, 1], of: 0, at: 2) == [0, 1])
    var none = ProbabilitySmoothing(halfLife: 0)
    _ = none.smooth([1, 0], of: 0, at: 0)
    #expect(none.smooth([0, 1], of: 0, at: 0) == [0, 1])
  }
}
