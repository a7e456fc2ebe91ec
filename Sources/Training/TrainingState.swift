public import NeuralNetwork
internal import TensorCore

/// Everything a run is between two steps. Two runs with equal states go on equally.
public struct TrainingState: Sendable {
  /// The network as it is now.
  public var model: Sequential
  /// The optimiser with its memory.
  public var optimiser: any Optimiser
  /// The average of the network's weights, where there is one.
  public var average: ModelAverage?
  /// What makes an epoch the best.
  public let selectBy: SelectionMetric
  /// Whole epochs behind us.
  public var epoch = 0
  /// Steps behind us in the epoch under way.
  public var step = 0
  /// What the epoch under way has summed up.
  public var running = RunningLoss()
  /// One record a whole epoch.
  public var history: [EpochRecord] = []

  /// The start of a run.
  public init(
    model: Sequential, optimiser: any Optimiser, average: ModelAverage? = nil,
    selectBy: SelectionMetric = .accuracy
  ) {
    self.model = model
    self.optimiser = optimiser
    self.average = average
    self.selectBy = selectBy
  }

  /// The network that is judged and kept: the average, or else the network itself.
  public var judgedModel: Sequential { average?.model ?? model }

  /// The best epoch by `selectBy` on the choosing split; of several the first.
  public var best: EpochRecord? { selectBy.best(of: history) }
}

/// Loss and hits over the training examples of an epoch so far.
public struct RunningLoss: Hashable, Sendable {
  /// The examples seen.
  public var examples = 0
  /// Of them right.
  public var correct = 0
  /// The sum of their losses.
  public var lossSum = 0.0

  /// The mean loss, 0 before the first example.
  public var meanLoss: Double { examples == 0 ? 0 : lossSum / Double(examples) }
  /// The share that was right, 0 before the first example.
  public var accuracy: Double { examples == 0 ? 0 : Double(correct) / Double(examples) }
}
