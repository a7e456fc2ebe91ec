import TensorCore
import TestSupport
import Testing

@testable import Training

@Suite("Sampling") struct SamplingTests {
  /// 70, 25 and 5 examples of classes 0, 2 and 5.
  private let labels = (0..<100).map { $0 % 20 == 7 ? 5 : $0 % 4 == 1 ? 2 : 0 }

  @Test("shuffled shows each example once, in the order it always had") func shuffled() {
    let random = RandomStream(seed: 4)
    var stream = random
    #expect(Sampling.shuffled.order(labels: labels, random: random) == stream.permutation(100))
  }

  @Test("balanced shows each class equally often, rare examples again and again")
  func balanced() {
    let counts = Dictionary(grouping: labels) { $0 }.mapValues(\.count)
    #expect(counts.count == 3 && counts[5] == 5)
    var leftovers: Set<Int> = []
    for epoch in 0..<20 {
      let order = Sampling.balanced.order(
        labels: labels, random: RandomStream(seed: 4).substream(epoch))
      #expect(order.count == 100)
      let shown = Dictionary(grouping: order) { labels[$0] }
      #expect(shown.values.allSatisfy { (33...34).contains($0.count) })
      leftovers.formUnion(shown.filter { $0.value.count == 34 }.keys)
      // Nobody comes again before all of the class have come.
      for (label, examples) in shown {
        let times = Dictionary(grouping: examples) { $0 }.mapValues(\.count)
        let size = counts[label] ?? 0
        #expect(times.values.allSatisfy { $0 >= examples.count / size })
        #expect(times.values.allSatisfy { $0 <= (examples.count + size - 1) / size })
      }
    }
    #expect(leftovers == [0, 2, 5])
  }

  @Test("an epoch's order depends on its stream alone") func seeds() {
    let order = { (seed: UInt64) in
      Sampling.balanced.order(labels: labels, random: RandomStream(seed: seed))
    }
    #expect(order(1) == order(1) && order(1) != order(2))
    #expect(Sampling.balanced.order(labels: [3, 3], random: RandomStream(seed: 1)).count == 2)
  }
}
