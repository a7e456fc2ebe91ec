public import TensorCore

/// Examples that are in memory already, of any shape and from anywhere: for whoever trains on data of
/// their own, without prepared shards.
public struct TensorSource: BatchSource {
  /// How an example is changed for training: in place, the shape being kept.
  public typealias Change =
    @Sendable (_ example: inout Tensor, _ random: inout RandomStream) -> Void

  /// [N, …]: the inputs as the network takes them.
  public let inputs: Tensor
  /// N class indices.
  public let labels: [Int]
  /// The names of the classes in the order of their indices.
  public let classes: [String]
  private let change: Change?

  /// Examples with their classes.
  ///
  /// Throws `TensorSourceError` where there are not as many labels as inputs, or a label that is no
  /// class.
  ///
  /// - Parameters:
  ///   - inputs: [N, …], normalised: about 0 on average, of a deviation of about 1.
  ///   - labels: N indices into `classes`.
  ///   - classes: their names.
  ///   - change: what happens to an example each time it is learnt from; nil for nothing. It is called
  ///     with a random stream that depends on the seed, the epoch and the example alone.
  public init(
    _ inputs: Tensor, labels: [Int], classes: [String], change: Change? = nil
  ) throws(TensorSourceError) {
    guard inputs.shape.rank >= 2, inputs.shape[0] == labels.count else {
      throw TensorSourceError(
        problem: "\(labels.count) labels for inputs of shape \(inputs.shape)",
        expected: "one label for each row of inputs [N, …]")
    }
    if let row = labels.firstIndex(where: { !classes.indices.contains($0) }) {
      throw TensorSourceError(
        problem: "row \(row) has the label \(labels[row])",
        expected: "one in 0..<\(classes.count), for there are \(classes.count) classes")
    }
    (self.inputs, self.labels, self.classes, self.change) = (inputs, labels, classes, change)
  }

  /// The number of examples.
  public var count: Int { labels.count }

  /// The shape of one example.
  public var exampleShape: Shape { inputs.shape.withoutFirst }

  /// The examples at `indices` as they are.
  public func batch(_ indices: [Int]) -> Batch {
    let size = exampleShape.count
    let gathered = Tensor(uninitialized: exampleShape.prepending(indices.count)) { out in
      inputs.read { inputs in
        for (place, index) in indices.enumerated() {
          precondition(labels.indices.contains(index), "example \(index) of \(count)")
          (out + place * size).update(from: inputs + index * size, count: size)
        }
      }
    }
    return Batch(inputs: gathered, labels: indices.map { labels[$0] })
  }

  /// The examples at `indices`, each changed by `change`.
  public func augmentedBatch(_ indices: [Int], random: RandomStream) -> Batch {
    var batch = batch(indices)
    guard let change else { return batch }
    let size = exampleShape.count
    for (place, index) in indices.enumerated() {
      var example = batch.inputs.rows(place..<place + 1).reshaped(exampleShape)
      var stream = random.substream(index)
      change(&example, &stream)
      precondition(
        example.shape == exampleShape, "an example of \(exampleShape) became \(example.shape)")
      batch.inputs.write { inputs in
        example.read { (inputs + place * size).update(from: $0, count: size) }
      }
    }
    return batch
  }

  /// The examples at `indices`, changed as these are.
  public func selecting(_ indices: [Int]) -> TensorSource {
    let batch = batch(indices)
    return TensorSource(inputs: batch.inputs, labels: batch.labels, classes: classes, change)
  }

  /// Two disjoint parts, each with every class in proportion: one of `count` folds to choose the best
  /// epoch by or to examine with, and the rest to learn from. Both keep the order.
  ///
  /// - Parameters:
  ///   - count: at least 2; the part held out is one example in so many.
  ///   - seed: decides which.
  public func holdingOut(oneIn count: Int, seed: UInt64) -> (rest: TensorSource, held: TensorSource)
  {
    let folds = stratifiedFolds(
      labels: labels, classCount: classes.count, count: count,
      random: RandomStream(seed: seed).substream("held out"))
    return (
      selecting(labels.indices.filter { folds[$0] != 0 }),
      selecting(labels.indices.filter { folds[$0] == 0 })
    )
  }

  private init(inputs: Tensor, labels: [Int], classes: [String], _ change: Change?) {
    (self.inputs, self.labels, self.classes, self.change) = (inputs, labels, classes, change)
  }
}

/// Inputs, labels and classes that do not go together.
public struct TensorSourceError: MienError, Equatable {
  /// What was found.
  public let problem: String
  /// What it has to be.
  public let expected: String

  /// `badData`.
  public var kind: FailureKind { .badData }

  /// One line for a person.
  public var description: String { "examples in memory: \(problem), expected \(expected)" }
}
