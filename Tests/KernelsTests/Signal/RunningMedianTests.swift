import Kernels
import TestSupport
import Testing

@Suite struct RunningMedianTests {
  @Test(
    "each median is the middle of its window, ties and rests included",
    arguments: [15, 17, 31, 45], [1, 5, 8, 9, 50])
  func medians(_ width: Int, _ count: Int) {
    // Coarse numbers, so that many are equal.
    let x: [Float] = randomNumbers((count + width - 1) * 16, seed: UInt64(width * 100 + count))
      .map { (4 * $0).rounded() }
    var y = [Float](repeating: .nan, count: count * 16)
    RunningMedian(width: width)(count: count, x, &y)
    for index in 0..<count {
      for lane in 0..<16 {
        let window = (index..<index + width).map { x[16 * $0 + lane] }.sorted()
        #expect(y[16 * index + lane] == window[width / 2], "\(width) at \(index), lane \(lane)")
      }
    }
  }
}
