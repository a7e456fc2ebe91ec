import Foundation
import Kernels
import TestSupport
import Testing

@Suite struct SignalBlocksTests {
  @Test(
    "blocks have their energy and their crossings, the rest too", arguments: [1, 5, 16, 100, 333])
  func blocks(_ length: Int) {
    let count = 1000
    var x: [Float] = randomNumbers(count, seed: 1)
    // Zeros and what is as good as zero are positive.
    for index in 300..<340 { x[index] = index.isMultiple(of: 2) ? 0 : -1e-11 }
    let blocks = (count + length - 1) / length
    var energies = [Float](repeating: .nan, count: blocks)
    var (crossings, first) = (
      [Int32](repeating: -1, count: blocks), [Int32](repeating: -1, count: blocks)
    )
    sumBlocks(
      count: count, length: length, x, energies: &energies, crossings: &crossings,
      firstCrosses: &first)
    let crosses = x.indices.map { $0 > 0 && (x[$0] < -1e-10) != (x[$0 - 1] < -1e-10) }
    for block in 0..<blocks {
      let range = block * length..<min(count, (block + 1) * length)
      #expect(Int(crossings[block]) == range.count { crosses[$0] }, "block \(block)")
      #expect((first[block] == 1) == crosses[range.lowerBound])
      expectClose(
        [energies[block]], [x[range].reduce(0) { $0 + Double($1) * Double($1) }], relative: 1e-5,
        absolute: 1e-20)
    }
  }

  @Test("mean and variance are those of Double", arguments: [1, 15, 16, 700, 5000])
  func momentsOfSignals(_ count: Int) {
    let x: [Float] = randomNumbers(count, seed: 2).map { $0 + 3 }
    let mean = x.reduce(0) { $0 + Double($1) } / Double(count)
    let variance = x.reduce(0) { $0 + pow(Double($1) - mean, 2) } / Double(count)
    let found = moments(count: count, x)
    expectClose([found.mean, found.variance], [mean, variance], absolute: 3e-6)
  }

  @Test("only rises are added up")
  func rises() {
    let x: [Float] = randomNumbers(40, seed: 3)
    var y = [Float](repeating: 1, count: 39)
    addRises(count: 39, x, &y)
    expectClose(y, (0..<39).map { 1 + max(0, x[$0 + 1] - x[$0]) }, relative: 1e-6)
  }

  @Test("one number that is not finite is found wherever it is", arguments: [0, 15, 16, 39])
  func finite(_ index: Int) {
    var x: [Float] = randomNumbers(40, seed: 4).map { $0 * 3e38 }
    #expect(areFinite(count: 40, x) && areFinite(count: 0, x))
    for value in [Float.nan, .infinity, -.infinity] {
      x[index] = value
      #expect(!areFinite(count: 40, x))
    }
  }
}
