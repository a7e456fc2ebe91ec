public import NeuralNetwork
internal import TensorCore

/// The settings of the learning itself, apart from data and model.
public struct TrainingConfiguration: Sendable {
  /// How often every training example is seen.
  public var epochs: Int
  /// Examples a step; the last step of an epoch takes what is left.
  public var batchSize: Int
  /// Decides the order of the examples, augmentation and dropout.
  public var seed: UInt64
  /// The share of the truth that is spread over all classes.
  public var labelSmoothing: Float
  /// The optimiser.
  public var optimiser: OptimiserConfiguration
  /// The course of the learning rate.
  public var schedule: ScheduleConfiguration
  /// Whether weights are averaged.
  public var averaging = AveragingConfiguration()
  /// Whether a run may end early.
  public var earlyStopping = EarlyStoppingConfiguration()
  /// What makes an epoch the best one, and what early stopping and `plateau` look at.
  public var selectBy = SelectionMetric.accuracy
  /// Which examples an epoch shows.
  public var sampling = Sampling.shuffled
  /// How much each class counts in the loss, as `CrossEntropy` has it; empty where all count alike.
  public var classWeights: [Float] = []

  /// Checks each setting. Throws `SettingError`.
  public init(
    epochs: Int, batchSize: Int, seed: UInt64, labelSmoothing: Float = 0,
    optimiser: OptimiserConfiguration = .init(), schedule: ScheduleConfiguration = .init(),
    averaging: AveragingConfiguration = .init(),
    earlyStopping: EarlyStoppingConfiguration = .init(), selectBy: SelectionMetric = .accuracy,
    sampling: Sampling = .shuffled
  ) throws {
    func expect(_ isGood: Bool, _ key: String, _ found: Any, _ expected: String) throws {
      guard isGood else {
        throw SettingError(key: key, found: "\(found)", expected: expected)
      }
    }
    try expect(epochs >= 1, "epochs", epochs, "an integer of at least 1")
    try expect(batchSize >= 1, "batch_size", batchSize, "an integer of at least 1")
    try expect(
      (0..<1).contains(labelSmoothing), "loss.label_smoothing", labelSmoothing,
      "a number of at least 0 and below 1")
    try schedule.validate()
    try averaging.validate()
    try earlyStopping.validate()
    self.epochs = epochs
    self.batchSize = batchSize
    self.seed = seed
    self.labelSmoothing = labelSmoothing
    self.optimiser = optimiser
    self.schedule = schedule
    self.averaging = averaging
    self.earlyStopping = earlyStopping
    self.selectBy = selectBy
    self.sampling = sampling
  }

  /// The state in which a run of these settings begins. Throws `SettingError`.
  public func initialState(for model: Sequential) throws -> TrainingState {
    TrainingState(
      model: model, optimiser: try optimiser.make(for: model),
      average: averaging.make(for: model), selectBy: selectBy)
  }
}
