import TensorCore
import TestSupport
import Testing

@testable import Datasets

@Suite("Tensors in memory as a source") struct TensorSourceTests {
  private func source(change: TensorSource.Change? = nil) throws -> TensorSource {
    try TensorSource(
      Tensor([10, 2], (0..<20).map(Float.init)), labels: (0..<10).map { $0 % 3 },
      classes: ["a", "b", "c"], change: change)
  }

  @Test("a batch has the rows asked for, in the order asked for") func batch() throws {
    let batch = try source().batch([7, 0, 7])
    #expect(batch.inputs == Tensor([3, 2], [14, 15, 0, 1, 14, 15]))
    #expect(batch.labels == [1, 0, 1])
    #expect(batch.targets == nil)
    #expect(try source().exampleShape == [2])
  }

  @Test("how an example is changed depends on the stream and the example alone") func changes()
    throws
  {
    let source = try source { example, random in
      let noise = random.uniform()
      example.write { $0[0] += noise }
    }
    let stream = RandomStream(seed: 4).substream(2)
    let (some, all) = (
      source.augmentedBatch([3, 8], random: stream),
      source.augmentedBatch(Array(0..<10), random: stream)
    )
    #expect(
      some.inputs
        == Tensor([2, 2], all.inputs.rows(3..<4).elements + all.inputs.rows(8..<9).elements))
    #expect(some.inputs[0, 0] != 6 && some.inputs[0, 1] == 7)
    #expect(
      source.augmentedBatch([3], random: stream.substream(1)).inputs[0, 0] != some.inputs[0, 0])
    #expect(
      try self.source().augmentedBatch([3], random: stream).inputs == Tensor([1, 2], [6, 7]))
  }

  @Test("what is held out is disjoint from the rest and has every class in proportion")
  func holdingOut() throws {
    let labels = (0..<90).map { $0 % 9 == 0 ? 1 : 0 }
    let source = try TensorSource(
      Tensor([90, 1], (0..<90).map(Float.init)), labels: labels, classes: ["common", "rare"])
    let (rest, held) = source.holdingOut(oneIn: 5, seed: 3)
    #expect(held.count == 18 && rest.count == 72)
    #expect(held.labels.count { $0 == 1 } == 2)
    #expect((rest.inputs.elements + held.inputs.elements).sorted() == (0..<90).map(Float.init))
    #expect(zip(held.inputs.elements, held.labels).allSatisfy { labels[Int($0)] == $1 })
    #expect(source.holdingOut(oneIn: 5, seed: 3).held.inputs == held.inputs)
    #expect(source.holdingOut(oneIn: 5, seed: 4).held.inputs != held.inputs)
  }

  @Test("what does not go together is refused, and said") func refused() {
    let few = #expect(throws: TensorSourceError.self) {
      try TensorSource(Tensor([3, 2]), labels: [0, 1], classes: ["a", "b"])
    }
    #expect(
      few?.description
        == "examples in memory: 2 labels for inputs of shape 3x2, expected one label for each row of inputs [N, …]"
    )
    let odd = #expect(throws: TensorSourceError.self) {
      try TensorSource(Tensor([2, 2]), labels: [0, 2], classes: ["a", "b"])
    }
    #expect(odd?.problem == "row 1 has the label 2")
  }

  @Test("normalisation by the mean and deviation of levels makes them 0 and 1") func normalised() {
    let levels = Tensor([4, 1], [0, 51, 102, 255])
    let normalisation = Normalisation(ofLevels: levels)
    #expect(abs(normalisation.mean[0] - 0.4) <= 1e-9)
    let inputs = normalisation.normalise(levels).elements.map(Double.init)
    #expect(abs(inputs.reduce(0, +)) <= 1e-5)
    #expect(abs(inputs.reduce(0) { $0 + $1 * $1 } / 4 - 1) <= 1e-5)
  }
}
