import Kernels
import TestSupport
import Testing

@Suite struct FrameLanesTests {
  @Test("frames lie side by side under their window", arguments: [(64, 16), (20, 7), (5, 1)])
  func gather(_ length: Int, _ hop: Int) {
    let signal: [Float] = randomNumbers(15 * hop + length, seed: 1)
    let window: [Float] = randomNumbers(length, seed: 2)
    var frames = [Float](repeating: .nan, count: 16 * length)
    gatherFrames(length: length, hop: hop, signal, window: window, &frames)
    let expected = (0..<length).flatMap { index in
      (0..<16).map { window[index] * signal[$0 * hop + index] }
    }
    #expect(frames == expected)
  }

  @Test("frames are added where they overlap", arguments: [(64, 16, 16), (20, 7, 11), (5, 1, 1)])
  func add(_ length: Int, _ hop: Int, _ count: Int) {
    let frames: [Float] = randomNumbers(16 * length, seed: 3)
    let window: [Float] = randomNumbers(length, seed: 4)
    var signal: [Float] = randomNumbers((count - 1) * hop + length, seed: 5)
    var expected = signal.map(Double.init)
    for frame in 0..<count {
      for index in 0..<length {
        expected[frame * hop + index] += Double(window[index]) * Double(frames[16 * index + frame])
      }
    }
    addFrames(count: count, length: length, hop: hop, frames, window: window, &signal)
    expectClose(signal, expected, relative: 1e-6)
  }

  @Test("a tile is transposed, strides and all")
  func tile() {
    let x: [Float] = randomNumbers(16 * 20, seed: 6)
    var y = [Float](repeating: 7, count: 16 * 18)
    transposeTile(x, xStride: 20, &y, yStride: 18)
    for row in 0..<16 {
      for column in 0..<16 { #expect(y[column * 18 + row] == x[row * 20 + column]) }
    }
    #expect((0..<15).allSatisfy { y[$0 * 18 + 16] == 7 })
  }
}
