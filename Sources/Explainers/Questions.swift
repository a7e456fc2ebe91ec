internal import TensorCore

/// A network that is asked about many pictures, a batch at a time.
struct Questions {
  let network: any ExplainedNetwork
  /// How many pictures are asked about at once. Never changes which pictures these are.
  let batchSize: Int

  /// Asks about pictures by their numbers.
  ///
  /// - Parameters:
  ///   - pictures: makes some of them, [n, H, W, C].
  ///   - progress: told after each batch how many are done.
  ///   - take: gets a range and what the network says of it, row after row of K probabilities, all of
  ///     them finite.
  ///
  /// Throws `ExplanationError.notFinite`, and what the network and `progress` throw.
  func ask(
    _ range: Range<Int>, pictures: (Range<Int>) -> Tensor,
    progress: (_ done: Int) throws -> Void = { _ in },
    take: (_ batch: Range<Int>, _ answers: [Float], _ classCount: Int) -> Void
  ) throws {
    var classCount: Int?
    for start in stride(from: range.lowerBound, to: range.upperBound, by: batchSize) {
      let batch = start..<min(range.upperBound, start + batchSize)
      let output = try network.probabilities(of: pictures(batch))
      precondition(
        output.shape.rank == 2 && output.shape[0] == batch.count
          && (classCount ?? output.shape[1]) == output.shape[1],
        "probabilities \(output.shape) of \(batch.count) pictures, before of \(classCount ?? 0) "
          + "classes")
      classCount = output.shape[1]
      let answers = output.elements
      if let bad = answers.firstIndex(where: { !$0.isFinite }) {
        throw ExplanationError.notFinite(
          sample: start + bad / output.shape[1], classIndex: bad % output.shape[1])
      }
      take(batch, answers, output.shape[1])
      try progress(batch.upperBound - range.lowerBound)
    }
  }

  /// What the network says of pictures [n, H, W, C] that are all there, a row of K a picture.
  func answers(to pictures: Tensor) throws -> [[Double]] {
    var rows: [[Double]] = []
    try ask(
      0..<pictures.shape[0], pictures: { pictures.rows($0) },
      take: { batch, answers, classCount in
        for row in 0..<batch.count {
          rows.append(answers[row * classCount..<(row + 1) * classCount].map { Double($0) })
        }
      })
    return rows
  }
}
