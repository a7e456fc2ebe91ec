import Foundation
import Kernels
import Synchronization
import TestSupport
import Testing

@testable import Mien

@Suite("Work on all threads, handed over in order") struct OrderedWorkTests {
  private struct Bad: Error, Equatable { let index: Int }

  @Test("results come in order, each once, from one thread at a time", arguments: [0, 1, 2, 57])
  func order(count: Int) throws {
    expectSameOnAnyNumber {
      var delivered: [Int] = []
      try? forEachInOrder(count) { index in
        if index % 7 == 0 { usleep(2000) }
        return index * index
      } deliver: {
        delivered.append($0)
        delivered.append($1)
      }
      return delivered
    }
    var delivered: [Int] = []
    try forEachInOrder(count) {
      $0
    } deliver: { _, value in
      delivered.append(value)
    }
    #expect(delivered == Array(0..<count))
  }

  @Test("of several failures the first in order decides, and what is before it is handed over")
  func failures() {
    for workers in [1, 2, 3] {
      let before = Workers.count
      defer { Workers.count = before }
      Workers.count = workers
      var delivered: [Int] = []
      #expect(throws: Bad(index: 5)) {
        try forEachInOrder(40) { index in
          if index == 5 { usleep(5000) }
          if index == 5 || index == 6 { throw Bad(index: index) }
          return index
        } deliver: {
          delivered.append($1)
        }
      }
      #expect(delivered == [0, 1, 2, 3, 4])
    }
  }

  @Test("a failure to hand over ends the work")
  func delivery() {
    let worked = Atomic<Int>(0)
    var delivered = 0
    #expect(throws: Bad(index: 3)) {
      try forEachInOrder(5000) { index in
        worked.wrappingAdd(1, ordering: .relaxed)
        return index
      } deliver: { index, _ in
        if index == 3 { throw Bad(index: 3) }
        delivered += 1
      }
    }
    #expect(delivered == 3 && worked.load(ordering: .relaxed) < 5000)
  }
}
