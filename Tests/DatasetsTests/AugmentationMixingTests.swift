import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Datasets

@Suite("Augmentation: mixing") struct AugmentationMixingTests {
  private static let size = ImageSize(height: 20, width: 24)

  private func mixed(
    _ part: any MixingPart, _ image: [Float], _ partner: [Float], _ random: inout RandomStream
  ) -> (levels: [Float], share: Float) {
    var share: Float = .nan
    var partner = partner
    let levels = changed(image, Self.size) { image in
      partner.withUnsafeMutableBufferPointer { other in
        guard let base = other.baseAddress else { return }
        share = part.mix(
          image, with: LevelImage(size: Self.size, channels: 1, levels: base), &random)
      }
    }
    return (levels, share)
  }

  @Test(
    "Beta(α, α) has its moments: mean 1/2, variance 1 / (8 α + 4)",
    arguments: [0.05, 0.2, 1, 4] as [Float])
  func beta(_ alpha: Float) {
    var random = RandomStream(seed: 6)
    let draws = (0..<20_000).map { _ in Double(random.beta(alpha)) }
    #expect(draws.allSatisfy { (0...1).contains($0) })
    let mean = draws.reduce(0, +) / 20_000
    let variance = draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 20_000
    #expect(abs(mean - 0.5) < 0.015)
    #expect(abs(variance - 1 / (8 * Double(alpha) + 4)) < 0.006)
    if alpha == 1 { #expect(abs(Double(draws.count { $0 < 0.1 }) / 20_000 - 0.1) < 0.01) }
  }

  @Test("mixup gives λ of one image and 1 - λ of the other") func mixup() {
    var part = Augmentation.Mixup()
    part.alpha = 1
    let (image, partner): ([Float], [Float]) = (
      randomNumbers(480).map { 128 + 100 * $0 }, randomNumbers(480, seed: 2).map { 128 + 100 * $0 }
    )
    var random = RandomStream(seed: 1)
    let shares = (0..<300).map { _ in
      let (levels, share) = mixed(part, image, partner, &random)
      expectClose(
        levels, zip(image, partner).map { Double(share * $0 + (1 - share) * $1) }, absolute: 1e-3)
      return share
    }
    #expect(Set(shares).count == 300 && shares.allSatisfy { (0...1).contains($0) })
  }

  @Test("CutMix takes one rectangle from the other image; the share is the area that stays")
  func cutMix() {
    let part = Augmentation.CutMix()
    let (image, partner) = (
      [Float](repeating: 10, count: 480), [Float](repeating: 200, count: 480)
    )
    var random = RandomStream(seed: 1)
    var shares: [Double] = []
    for _ in 0..<2000 {
      let (levels, share) = mixed(part, image, partner, &random)
      let taken = levels.indices.filter { levels[$0] == 200 }
      #expect(levels.allSatisfy { $0 == 10 || $0 == 200 })
      #expect(abs(Double(share) - (1 - Double(taken.count) / 480)) < 1e-6)
      let (lines, columns) = (Set(taken.map { $0 / 24 }), Set(taken.map { $0 % 24 }))
      #expect(lines.count * columns.count == taken.count)
      shares.append(Double(share))
    }
    // Without the edges 1/2 would stay on average; what lies beyond them stays as well.
    let mean = shares.reduce(0, +) / 2000
    #expect((0.55...0.75).contains(mean), "\(mean)")
    #expect(shares.contains { $0 < 0.2 } && shares.contains { $0 > 0.95 })
  }

  @Test("targets are the shares of the two classes, each partner is any example") func targets()
    throws
  {
    try PreparedDatasetTests.withData(100) { data, _ in
      var augmentation = Augmentation()
      augmentation.mixup.probability = 0.5
      augmentation.mixup.alpha = 1
      augmentation.cutMix.probability = 0.3
      let rows = try data.rows(inSplit: "Training")
      // Inputs are grey levels, so that they can be checked against the rows.
      let source = data.source(
        rows: rows, normalisation: Normalisation(mean: 0, standardDeviation: 1 / 255.0),
        augmentation: augmentation)
      let all = Array(0..<source.count)
      let plain = source.batch(all)
      #expect(plain.targets == nil)
      var (mixups, cuts, alone) = (0, 0, 0)
      var partners: Set<Int> = []
      for epoch in 0..<20 {
        let batch = source.augmentedBatch(all, random: RandomStream(seed: 2).substream(epoch))
        let targets = try #require(batch.targets)
        #expect(targets.shape == [all.count, 7] && batch.labels == plain.labels)
        for index in all {
          let row = (0..<7).map { targets[index, $0] }
          #expect(abs(row.reduce(0, +) - 1) < 1e-6 && row.allSatisfy { $0 >= 0 })
          let stream = RandomStream(seed: 2).substream(epoch).substream(index)
          let mixture = AugmentationPipeline(augmentation).mixture(of: all.count, stream)
          guard let (partner, part, _) = mixture else {
            alone += 1
            #expect(row[batch.labels[index]] == 1)
            continue
          }
          partners.insert(partner)
          let isMixup = part is Augmentation.Mixup
          mixups += isMixup ? 1 : 0
          cuts += isMixup ? 0 : 1
          let own = row[batch.labels[index]]
          let other = row[plain.labels[partner]]
          if plain.labels[partner] != batch.labels[index] {
            #expect(abs(own + other - 1) < 1e-6)
            // The image's mean is mixed as the target is.
            if isMixup {
              func mean(_ batch: Batch, _ index: Int) -> Double {
                Double(batch.inputs.rows(index..<index + 1).elements.reduce(0, +)) / 2304
              }
              let expected = Double(own) * mean(plain, index) + Double(other) * mean(plain, partner)
              #expect(abs(mean(batch, index) - expected) < 0.05)
            }
          } else {
            #expect(abs(own - 1) < 1e-6)
          }
        }
      }
      let count = Double(20 * all.count)
      #expect(abs(Double(mixups) / count - 0.5) < 0.05)
      #expect(abs(Double(cuts) / count - 0.3) < 0.05)
      #expect(abs(Double(alone) / count - 0.2) < 0.05)
      #expect(partners.count == all.count)
    }
  }
}
