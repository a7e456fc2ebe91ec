import TensorCore
import Testing

@testable import NeuralNetwork

@Suite("Memory plan") struct MemoryPlanTests {
  private typealias Buffer = MemoryPlan.Buffer

  @Test("buffers that live together never overlap", arguments: 1...20 as ClosedRange<UInt64>)
  func disjoint(seed: UInt64) {
    var random = RandomStream(seed: seed)
    let buffers = (0..<60).map { _ in
      let first = random.integer(below: 40)
      return Buffer(
        count: random.integer(below: 1000), lifetime: first...first + random.integer(below: 12))
    }
    let plan = MemoryPlan(buffers)
    func place(_ index: Int) -> Range<Int> {
      plan.offsets[index]..<plan.offsets[index] + buffers[index].count
    }
    for index in buffers.indices {
      #expect(plan.offsets[index].isMultiple(of: MemoryPlan.alignment))
      #expect(place(index).upperBound <= plan.count)
      for other in 0..<index where buffers[other].lifetime.overlaps(buffers[index].lifetime) {
        #expect(!place(index).overlaps(place(other)), "\(index) and \(other)")
      }
    }
    // No plan can do with less than what lives at one moment.
    let most = (0...60).map { moment in
      buffers.filter { $0.lifetime.contains(moment) }.reduce(0) { $0 + $1.count }
    }
    #expect(plan.count >= most.max() ?? 0)
    #expect(plan.count <= buffers.reduce(0) { $0 + $1.count + MemoryPlan.alignment })
  }

  @Test("a chain needs two neighbours at a time, not all of its buffers") func chain() {
    let plan = MemoryPlan((0..<10).map { Buffer(count: 160, lifetime: $0...$0 + 1) })
    #expect(plan.count == 320)
  }

  @Test("no buffers need no memory") func empty() {
    #expect(MemoryPlan([]).count == 0)
    #expect(MemoryPlan([Buffer(count: 0, lifetime: 0...3)]).count == 0)
  }
}
