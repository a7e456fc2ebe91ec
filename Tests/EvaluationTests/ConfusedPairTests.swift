import Testing

@testable import Evaluation

@Suite struct ConfusedPairTests {
  @Test("pairs come by their counts, equals in the order of classes; the diagonal is none of them")
  func order() {
    // Labels 0 0 0 0 1 1 2 2 2, of which two zeros and two twos are taken for others.
    let matrix = ConfusionMatrix(
      labels: [0, 0, 0, 0, 1, 1, 2, 2, 2], predictions: [0, 1, 1, 0, 0, 1, 1, 1, 0], classCount: 3)
    let pairs = matrix.confusedPairs(10)
    #expect(
      pairs.map { [$0.truth, $0.answer, $0.count] } == [
        [0, 1, 2], [2, 1, 2], [1, 0, 1], [2, 0, 1],
      ])
    #expect(pairs.map(\.share) == [0.5, 2.0 / 3, 0.5, 1.0 / 3])
    #expect(matrix.confusedPairs(1) == Array(pairs.prefix(1)))
    #expect(ConfusionMatrix(classCount: 4).confusedPairs(10).isEmpty)
  }
}
