import Foundation
import Kernels
import TestSupport
import Testing

/// Kernels on sixteen spectra against the formula in Double, lane by lane.
@Suite struct SpectrumShapeTests {
  private static let bins = 37
  private let spectra: [Float] = randomNumbers(bins * 16, seed: 1).map { abs($0) }
  private func lane(_ lane: Int) -> [Double] {
    (0..<Self.bins).map { Double(spectra[16 * $0 + lane]) }
  }
  private func expectEach(
    _ lanes: [Float], _ comment: String, _ formula: ([Double]) -> Double
  ) {
    expectClose(lanes, (0..<16).map { formula(lane($0)) }, relative: 2e-6, comment)
  }

  @Test("centroid, bandwidth and rolloff are weighted by magnitude")
  func moments() {
    var (centroids, bandwidths) = (
      [Float](repeating: .nan, count: 16), [Float](repeating: .nan, count: 16)
    )
    spectralCentroids(bins: Self.bins, step: 10, spectra, &centroids)
    let centroid = { (s: [Double]) in
      s.indices.reduce(0) { $0 + 10 * Double($1) * s[$1] } / s.reduce(0, +)
    }
    expectEach(centroids, "centroid", centroid)
    spectralBandwidths(bins: Self.bins, step: 10, spectra, centroids: centroids, &bandwidths)
    expectEach(bandwidths, "bandwidth") { s in
      let middle = centroid(s)
      let moment = s.indices.reduce(0) { $0 + s[$1] * pow(10 * Double($1) - middle, 2) }
      return (moment / s.reduce(0, +)).squareRoot()
    }
    var rolloffs = centroids
    spectralRolloffs(bins: Self.bins, step: 10, part: 0.85, spectra, &rolloffs)
    expectEach(rolloffs, "rolloff") { s in
      var sum = 0.0
      let whole = s.reduce(0, +)
      return 10
        * Double(
          s.indices.first {
            sum += s[$0]; return sum >= 0.85 * whole
          } ?? -1)
    }
  }

  @Test("silence has no frequency and is as flat as noise")
  func silence() {
    let nothing = [Float](repeating: 0, count: Self.bins * 16)
    var lanes = [Float](repeating: .nan, count: 16)
    spectralCentroids(bins: Self.bins, step: 10, nothing, &lanes)
    #expect(lanes.allSatisfy { $0 == 0 })
    spectralBandwidths(bins: Self.bins, step: 10, nothing, centroids: lanes, &lanes)
    #expect(lanes.allSatisfy { $0 == 0 })
    spectralRolloffs(bins: Self.bins, step: 10, part: 0.85, nothing, &lanes)
    #expect(lanes.allSatisfy { $0 == 0 })
    spectralFlatnesses(bins: Self.bins, least: 1e-10, nothing, &lanes)
    expectClose(lanes, [Float](repeating: 1, count: 16), relative: 2e-5)
  }

  @Test("flatness is the geometric over the arithmetic mean")
  func flatness() {
    var flatnesses = [Float](repeating: .nan, count: 16)
    spectralFlatnesses(bins: Self.bins, least: 1e-10, spectra, &flatnesses)
    expectEach(flatnesses, "flatness") { s in
      exp(s.reduce(0) { $0 + log($1) } / Double(s.count)) / (s.reduce(0, +) / Double(s.count))
    }
  }

  @Test("the smallest and the largest are found, however many", arguments: [1, 3, 37])
  func extremes(_ count: Int) {
    var (smallest, largest) = (
      [Float](repeating: .nan, count: 16), [Float](repeating: .nan, count: 16)
    )
    spectralExtremes(
      bins: Self.bins, count: count, spectra, smallest: &smallest, largest: &largest)
    expectEach(smallest, "smallest") { $0.sorted().prefix(count).reduce(0, +) / Double(count) }
    expectEach(largest, "largest") { $0.sorted().suffix(count).reduce(0, +) / Double(count) }
  }

  @Test("roots and decibels are right over all magnitudes, and zero stays zero")
  func functions() {
    let powers = (-30...30).map { Float(pow(10, Double($0))) }
    let x: [Float] = [0] + powers + powers.map { 3.3 * $0 }
    var y = x
    squareRoots(count: x.count, x, &y)
    #expect(y[0] == 0)
    for (root, number) in zip(y, x).dropFirst() {
      expectClose([root], [number.squareRoot()], relative: 3e-7, "√\(number)")
    }
    decibels(count: x.count, least: 1e-10, x, &y)
    expectClose(y, x.map { 10 * log10(max(1e-10, Double($0))) }, relative: 2e-7)
  }

  @Test("peaks stand above both neighbours and their spectrum's largest; the parabola places them")
  func peaks() {
    var x = [Float](repeating: 0, count: 12 * 16)
    // 1 at bin 3 with 0.5 before and 0.7 behind; 0.05 at bin 8 is too low.
    for (bin, height) in [(2, 0.5), (3, 1), (4, 0.7), (8, 0.05)] { x[16 * bin + 4] = Float(height) }
    for bin in [5, 6] { x[16 * bin + 9] = 2 }
    var found: [[Double]] = []
    findPeaks(count: 16, bins: 12, in: 1..<11, above: 0.1, x) { bin, shift, height in
      found.append([Double(bin), Double(shift), Double(height)])
    }
    let curvature = 0.5 + 0.7 - 2
    let shift = -0.1 / curvature
    #expect(found.count == 2)
    expectClose(found[0], [3, shift, 1 + 0.5 * 0.1 * shift], relative: 1e-6)
    // Of two equal bins the first: its parabola's top lies between them.
    expectClose(found[1], [5, 0.5, 2.25], relative: 1e-6)
    findPeaks(count: 4, bins: 12, in: 1..<11, above: 0.1, x) { _, _, _ in
      Issue.record("a peak in a frame that was not asked for")
    }
  }
}
