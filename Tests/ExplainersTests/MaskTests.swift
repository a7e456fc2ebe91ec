import TensorCore
import TestSupport
import Testing

@testable import Explainers

@Suite struct MaskTests {
  @Test("masks show half of the parts, the first all; they depend on seed and number alone")
  func shares() {
    for pairs in [false, true] {
      let masks = Masks(samples: 2000, parts: 130, pairs: pairs, random: RandomStream(seed: 9))
      #expect(masks.shown(in: 0) == Array(0..<130) && masks.shownCount(in: 0) == 130)
      let shares = (0..<130).map { part in
        Double((1..<2000).count { masks.shows(part, in: $0) }) / 1999
      }
      // Four standard deviations of a fair coin thrown 1999 times.
      expectClose(shares, shares.map { _ in 0.5 }, absolute: 4 * 0.5 / 1999.0.squareRoot())
      let shorter = Masks(samples: 5, parts: 130, pairs: pairs, random: RandomStream(seed: 9))
      #expect(shorter.words.elementsEqual(masks.words.prefix(5 * 3)))
      #expect(Set((0..<2000).map { masks.shown(in: $0) }).count == 2000)
      let grown = shorter.extended(to: 700, pairs: pairs, random: RandomStream(seed: 9))
        .extended(to: 2000, pairs: pairs, random: RandomStream(seed: 9))
      #expect(grown.words == masks.words)
    }
  }

  @Test("of a pair one shows what the other hides", arguments: [2, 63, 64, 65, 130])
  func complements(parts: Int) {
    let masks = Masks(samples: 202, parts: parts, pairs: true, random: RandomStream(seed: 4))
    for sample in stride(from: 1, to: 200, by: 2) {
      let hidden = (0..<parts).filter { !masks.shows($0, in: sample) }
      #expect(masks.shown(in: sample + 1) == hidden)
      #expect(masks.shownCount(in: sample) + masks.shownCount(in: sample + 1) == parts)
    }
    let independent = Masks(samples: 202, parts: parts, random: RandomStream(seed: 4))
    #expect(independent.shown(in: 1) == masks.shown(in: 1))
  }

  @Test("flags and bits say the same; chosen samples keep their masks")
  func flags() {
    let masks = Masks(samples: 30, parts: 70, random: RandomStream(seed: 2))
    let flags = masks.isShown
    #expect(flags.count == 30 * 70)
    for sample in 0..<30 {
      #expect(masks.shown(in: sample) == (0..<70).filter { flags[sample * 70 + $0] })
    }
    #expect(Masks(samples: 30, parts: 70, isShown: flags).words == masks.words)
    let chosen = masks.selecting([7, 0, 29])
    #expect(chosen.samples == 3 && chosen.shown(in: 0) == masks.shown(in: 7))
    #expect(chosen.shown(in: 2) == masks.shown(in: 29))
  }

  @Test("halves are whole pairs in turns, and the whole picture is in both")
  func halves() {
    for (pairs, first, second) in [
      (true, [0, 1, 2, 5, 6], [0, 3, 4, 7]), (false, [0, 1, 3, 5, 7], [0, 2, 4, 6]),
    ] {
      let masks = Masks(samples: 8, parts: 9, pairs: pairs, random: RandomStream(seed: 1))
      let answers = SampledAnswers(
        masks: masks, targets: [(0..<8).map { Double($0) }], pairs: pairs)
      #expect(answers.halves.0.targets == [first.map { Double($0) }])
      #expect(answers.halves.1.targets == [second.map { Double($0) }])
      #expect(answers.halves.1.masks.words == masks.selecting(second).words)
    }
  }
}
