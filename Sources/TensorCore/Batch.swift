/// Examples that go through the network together.
public struct Batch: Sendable {
  /// [N, …]: normalised inputs, one row an example.
  public var inputs: Tensor
  /// N class indices: the truth, by which answers are counted as right.
  public var labels: [Int]
  /// [N, K]: what is to be learnt where it is not the labels, such as mixtures of classes. Rows are
  /// non-negative and of any mass, which weighs the example.
  public var targets: Tensor?

  /// A batch of as many inputs as labels and rows of targets.
  public init(inputs: Tensor, labels: [Int], targets: Tensor? = nil) {
    precondition(inputs.shape[0] == labels.count, "\(inputs.shape) with \(labels.count) labels")
    if let targets {
      precondition(
        targets.shape.rank == 2 && targets.shape[0] == labels.count,
        "targets \(targets.shape) with \(labels.count) labels")
    }
    self.inputs = inputs
    self.labels = labels
    self.targets = targets
  }
}

/// Where a trainer or evaluator gets its examples, whatever they were before they became tensors.
public protocol BatchSource: Sendable {
  /// The number of examples.
  var count: Int { get }
  /// The shape of one example, such as [48, 48, 1].
  var exampleShape: Shape { get }
  /// The names of the classes in the order of their indices.
  var classes: [String] { get }
  /// The class of every example.
  var labels: [Int] { get }
  /// The examples at `indices` (each below `count`), as they are: for evaluation.
  func batch(_ indices: [Int]) throws -> Batch
  /// The examples at `indices`, each changed at random for training. How example `i` is changed
  /// depends on `random.substream(i)` alone, so neither on the batch it is in nor on the workers.
  func augmentedBatch(_ indices: [Int], random: RandomStream) throws -> Batch
}
