import TensorCore
import TestSupport
import Testing

@Suite("Tensor") struct TensorTests {
  @Test("copies share memory until one is written to") func copyOnWrite() {
    let original = randomTensor([3, 4])
    var copy = original
    #expect(copy.read { $0 } == original.read { $0 })
    copy[1, 2] = 9
    #expect(copy.read { $0 } != original.read { $0 })
    #expect(copy[1, 2] == 9 && original[1, 2] != 9)
    let address = copy.read { $0 }
    copy.write { $0[0] = 1 }
    #expect(copy.read { $0 } == address, "an owner alone writes in place")
  }

  @Test("memory begins on 64 bytes", arguments: [0, 1, 3, 17, 1000]) func alignment(_ count: Int) {
    let tensors = (0..<8).map { _ in Tensor([count]) }
    #expect(tensors.allSatisfy { $0.read { Int(bitPattern: $0) } % 64 == 0 })
  }

  @Test("reshaped shares memory and order, writing to it does not reach back") func reshaped() {
    let tensor = Tensor([2, 3], [0, 1, 2, 3, 4, 5])
    var other = tensor.reshaped([3, 2])
    #expect(other.read { $0 } == tensor.read { $0 })
    #expect(other[2, 0] == 4)
    other[2, 0] = 8
    #expect(tensor[1, 1] == 4)
  }

  @Test("rows are copied") func rows() {
    let tensor = Tensor([3, 2], [0, 1, 2, 3, 4, 5])
    #expect(tensor.rows(1..<3) == Tensor([2, 2], [2, 3, 4, 5]))
    #expect(tensor.rows(1..<1).shape == [0, 2])
  }

  @Test("equality is of shape and elements, and NaN equals nothing") func equality() {
    #expect(Tensor([2, 3], repeating: 1) != Tensor([3, 2], repeating: 1))
    #expect(Tensor([2], [1, 2]) == Tensor([2], [1, 2]))
    #expect(Tensor([1], [.nan]) != Tensor([1], [.nan]))
  }
}
