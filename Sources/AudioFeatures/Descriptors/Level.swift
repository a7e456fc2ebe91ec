internal import Foundation
internal import Kernels

extension SoundAnalysis {
  /// The root of the mean square of each frame, [1, frames].
  public func rms() -> FrameMatrix { level.rms }

  /// The share of a frame's samples at which the sign changes, [1, frames]; what is within 1e-10 of
  /// zero is positive. Beyond the ends the first and the last sample go on.
  public func zeroCrossingRate() -> FrameMatrix { level.crossings }

  private var level: (rms: FrameMatrix, crossings: FrameMatrix) {
    let (length, hop, samples) = (transform.length, transform.hop, clip.samples)
    // A frame begins and ends with a block.
    let block = greatestCommonDivisor(hop, length / 2)
    let count = (samples.count + block - 1) / block
    var energies = [Float](repeating: 0, count: count)
    var crossings = [Int32](repeating: 0, count: count)
    var firstCrosses = crossings
    sumBlocks(
      count: samples.count, length: block, samples, energies: &energies, crossings: &crossings,
      firstCrosses: &firstCrosses)
    let perFrame = length / block
    var (levels, rates) = ([Float](), [Float]())
    for frame in 0..<frames {
      let start = (frame * hop - length / 2) / block
      let range = max(0, min(count, start))..<max(0, min(count, start + perFrame))
      let energy = energies[range].reduce(0, +)
      // A frame does not know the sample before its first.
      let crossed =
        crossings[range].reduce(0, +) - (start >= 0 && start < count ? firstCrosses[start] : 0)
      levels.append((energy / Float(length)).squareRoot())
      rates.append(Float(crossed) / Float(length))
    }
    return (FrameMatrix(row: levels), FrameMatrix(row: rates))
  }

  private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
    b == 0 ? a : greatestCommonDivisor(b, a % b)
  }
}
