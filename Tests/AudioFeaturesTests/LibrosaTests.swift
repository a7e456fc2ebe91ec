@testable import AudioFeatures
import Foundation
import TestSupport
import Testing

/// Features against librosa 0.11, to 1e-4 of the size of what is compared.
@Suite struct LibrosaTests {
  @Test(
    "sounds that a formula makes have librosa's features",
    arguments: Golden.features.sounds.keys.sorted())
  func madeSounds(_ name: String) throws {
    let clip = try #require(TestSounds.named(name))
    try check(clip, try #require(Golden.features.sounds[name]), name)
  }

  @Test(
    "real clips, decoded and resampled, have librosa's features",
    .enabled(if: Golden.hasData, "needs ../shared/data"),
    arguments: Golden.features.clips.keys.sorted())
  func realClips(_ path: String) throws {
    let golden = try #require(Golden.features.clips[path])
    let clip = try AudioFile.read(Golden.data.appendingPathComponent(path), rate: golden.rate)
    try check(clip, golden, path)
  }

  private func check(_ clip: AudioClip, _ golden: Golden.Sound, _ name: String) throws {
    #expect(clip.samples.count == golden.samples && clip.sampleRate == golden.rate)
    let range = clip.soundingRange()
    #expect([range.lowerBound, range.upperBound] == golden.trim, "\(name)")
    let analysis = SoundAnalysis(clip)
    #expect(abs(analysis.tempo() - golden.tempo) < 1e-4 * golden.tempo, "\(name)")
    #expect(abs(analysis.tuning() - golden.tuning) < 1e-6, "\(name): \(analysis.tuning())")
    for descriptor in DescriptorRegistry.all {
      guard let expected = golden.features[descriptor.name] else { continue }
      compare(try descriptor.compute(analysis), expected, "\(name) \(descriptor.name)")
    }
    let (mel, power) = (analysis.mel(), analysis.power)
    compare(thinned(mel, 8), try #require(golden.features["mel"]), "\(name) mel", byAll: true)
    compare(
      thinned(power, 64), try #require(golden.features["power"]), "\(name) power", byAll: true)
    let (harmonic, percussive) = analysis.harmonicAndPercussive()
    compare(
      FrameMatrix(row: harmonic), try #require(golden.features["harmonic"]), "\(name) harmonic")
    compare(
      FrameMatrix(row: percussive), try #require(golden.features["percussive"]),
      "\(name) percussive")
  }

  private func thinned(_ matrix: FrameMatrix, _ step: Int) -> FrameMatrix {
    let rows = stride(from: 0, to: matrix.rows, by: step).map { matrix.row($0) }
    return FrameMatrix(rows: rows)
  }

  /// - Parameter byAll: measures errors by the largest row: where there is nothing, there is what
  ///   rounding leaves.
  private func compare(
    _ matrix: FrameMatrix, _ golden: Golden.Summary, _ name: String, byAll: Bool = false
  ) {
    #expect(matrix.rows == golden.rows && matrix.frames == golden.frames, "\(name)")
    guard matrix.rows == golden.rows, matrix.frames == golden.frames else { return }
    let rows = (0..<matrix.rows).map { matrix.row($0).map(Double.init) }
    let means = rows.map { $0.reduce(0, +) / Double($0.count) }
    let deviations = zip(rows, means).map { row, mean in
      (row.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(row.count)).squareRoot()
    }
    // A mean near zero is as good as the numbers that it is the mean of.
    var size = zip(golden.mean, golden.deviation).map { max(abs($0), $1) }
    if byAll { size = size.map { _ in size.max() ?? 0 } }
    for row in rows.indices {
      expectClose(
        [means[row]], [golden.mean[row]], absolute: 1e-4 * size[row], "\(name) mean \(row)")
      expectClose(
        [deviations[row]], [golden.deviation[row]], absolute: 1e-4 * size[row],
        "\(name) deviation \(row)")
    }
    let all = rows.flatMap { $0 }
    expectClose(
      [all.min() ?? .nan, all.max() ?? .nan], [golden.least, golden.largest], relative: 1e-4,
      "\(name) extremes")
    let scale = max(abs(golden.least), abs(golden.largest))
    for pick in golden.picks {
      expectClose(
        [rows[Int(pick[0])][Int(pick[1])]], [pick[2]], absolute: 1e-4 * scale,
        "\(name) at \(pick[0]), \(pick[1])")
    }
  }
}

extension FrameMatrix {
  fileprivate init(rows: [[Float]]) {
    self.init(rows: rows.count, frames: rows[0].count) { block, lanes in
      for (row, numbers) in rows.enumerated() {
        for lane in 0..<16 {
          lanes[16 * row + lane] = numbers[min(16 * block + lane, numbers.count - 1)]
        }
      }
    }
  }
}
