/// Something that looks on while a network learns: a progress bar, the run folder, a plot.
public protocol TrainingCallback {
  /// After each step; `state` counts it already.
  func stepDidEnd(_ state: TrainingState, _ step: StepReport) throws
  /// After each epoch, with its record last in `state.history`.
  func epochDidEnd(_ state: TrainingState) throws
  /// After the step at which the run was asked to stop, in mid-epoch.
  func runWillPause(_ state: TrainingState) throws
  /// Whether the run is to stop here; asked after each step and each epoch, when all callbacks have
  /// been told of it. The state can be taken up again.
  func shouldStop(_ state: TrainingState) -> Bool
}

extension TrainingCallback {
  /// Nothing, unless the callback says otherwise.
  public func stepDidEnd(_ state: TrainingState, _ step: StepReport) throws {}
  /// Nothing, unless the callback says otherwise.
  public func epochDidEnd(_ state: TrainingState) throws {}
  /// Nothing, unless the callback says otherwise.
  public func runWillPause(_ state: TrainingState) throws {}
  /// No, unless the callback says otherwise.
  public func shouldStop(_ state: TrainingState) -> Bool { false }
}

/// One step, for those who look on.
public struct StepReport: Sendable {
  /// Steps in an epoch.
  public let stepsPerEpoch: Int
  /// The step's mean loss.
  public let loss: Double
  /// The step's learning rate.
  public let learningRate: Double
}
