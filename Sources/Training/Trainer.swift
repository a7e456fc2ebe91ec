internal import Dispatch
internal import Evaluation
internal import NeuralNetwork
public import TensorCore

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

  /// Checks each setting. Throws `TrainingError.badSetting`.
  public init(
    epochs: Int, batchSize: Int, seed: UInt64, labelSmoothing: Float = 0,
    optimiser: OptimiserConfiguration = .init(), schedule: ScheduleConfiguration = .init()
  ) throws {
    func expect(_ isGood: Bool, _ key: String, _ found: Any, _ expected: String) throws {
      guard isGood else {
        throw TrainingError.badSetting(key: key, found: "\(found)", expected: expected)
      }
    }
    try expect(epochs >= 1, "epochs", epochs, "an integer of at least 1")
    try expect(batchSize >= 1, "batch_size", batchSize, "an integer of at least 1")
    try expect(
      (0..<1).contains(labelSmoothing), "loss.label_smoothing", labelSmoothing,
      "a number of at least 0 and below 1")
    try schedule.validate()
    self.epochs = epochs
    self.batchSize = batchSize
    self.seed = seed
    self.labelSmoothing = labelSmoothing
    self.optimiser = optimiser
    self.schedule = schedule
  }
}

/// How a call of `Trainer.run` ended.
public enum TrainingOutcome: Hashable, Sendable {
  /// Every epoch is done.
  case completed
  /// `shouldStop` said so; the state can be taken up again.
  case paused
}

/// Minibatch gradient descent over epochs.
///
/// Everything random comes from (seed, epoch, step), never from what ran before, so a run that was
/// stopped anywhere goes on as if it had not been.
public struct Trainer: Sendable {
  private let configuration: TrainingConfiguration
  private let examples: any BatchSource
  private let selection: any BatchSource

  /// A trainer that learns from `examples` and is watched on `selection`, which it never learns
  /// from. Both must have examples.
  public init(
    _ configuration: TrainingConfiguration, examples: any BatchSource,
    selection: any BatchSource
  ) {
    precondition(examples.count > 0 && selection.count > 0, "nothing to learn or choose from")
    self.configuration = configuration
    self.examples = examples
    self.selection = selection
  }

  /// What decides how the examples are changed in an epoch, from 0, of a run with that seed.
  public static func augmentation(seed: UInt64, epoch: Int) -> RandomStream {
    RandomStream(seed: seed).substream("augmentation").substream(epoch)
  }

  /// Steps in an epoch.
  public var stepsPerEpoch: Int {
    (examples.count + configuration.batchSize - 1) / configuration.batchSize
  }

  /// Goes on from `state` to the last epoch, or until `shouldStop`, which is asked after each step.
  ///
  /// Throws `TrainingError.diverged` as soon as a loss is not finite, before it reaches the
  /// weights; `state` is then of no use, but what callbacks saved before is.
  public func run(
    _ state: inout TrainingState, callbacks: [any TrainingCallback] = [],
    shouldStop: () -> Bool = { false }
  ) throws -> TrainingOutcome {
    let root = RandomStream(seed: configuration.seed)
    var plans = StepPlans(input: examples.exampleShape)
    while state.epoch < configuration.epochs {
      let clock = DispatchTime.now()
      let order = root.substream("order").substream(state.epoch).permutationOf(examples.count)
      let firstStep = state.step
      while state.step < stepsPerEpoch {
        let report = try takeStep(&state, &plans, order: order, root: root)
        for callback in callbacks { try callback.stepDidEnd(state, report) }
        if shouldStop(), state.step < stepsPerEpoch {
          for callback in callbacks { try callback.runWillPause(state) }
          return .paused
        }
      }
      try finishEpoch(&state, since: clock, steps: stepsPerEpoch - firstStep)
      for callback in callbacks { try callback.epochDidEnd(state) }
      if shouldStop(), state.epoch < configuration.epochs { return .paused }
    }
    return .completed
  }

  private func takeStep(
    _ state: inout TrainingState, _ plans: inout StepPlans, order: [Int], root: RandomStream
  ) throws -> StepReport {
    let start = state.step * configuration.batchSize
    let indices = Array(order[start..<min(start + configuration.batchSize, order.count)])
    let batch = try examples.augmentedBatch(
      indices, random: Self.augmentation(seed: configuration.seed, epoch: state.epoch))
    let dropout = root.substream("dropout").substream(state.epoch).substream(state.step)
    let learningRate = rate(epoch: state.epoch, step: state.step)

    let plan = try plans.plan(for: state.model, batchSize: indices.count)
    let loss = plan.step(
      &state.model, batch,
      loss: CrossEntropy(labelSmoothing: configuration.labelSmoothing), random: dropout)
    guard loss.isFinite else {
      throw TrainingError.diverged(
        epoch: state.epoch + 1, batch: state.step + 1, loss: loss, learningRate: learningRate)
    }
    state.optimiser.update(
      &state.model, gradients: plan.gradients, learningRate: Float(learningRate))
    plan.commit(to: &state.model)

    state.step += 1
    state.running.examples += indices.count
    state.running.lossSum += loss * Double(indices.count)
    state.running.correct += zip(plan.logits.argmax(), batch.labels).count { $0 == $1 }
    return StepReport(stepsPerEpoch: stepsPerEpoch, loss: loss, learningRate: learningRate)
  }

  private func finishEpoch(
    _ state: inout TrainingState, since clock: DispatchTime, steps: Int
  ) throws {
    let trained = seconds(since: clock)
    let lastRate = rate(epoch: state.epoch, step: stepsPerEpoch - 1)
    let logits = try logits(
      of: state.model, on: selection, batchSize: configuration.batchSize)
    guard logits.isFinite else {
      throw TrainingError.diverged(
        epoch: state.epoch + 1, batch: stepsPerEpoch, loss: .nan, learningRate: lastRate)
    }
    let judgement = try Judgement(
      logits: logits, labels: selection.labels, classes: selection.classes)
    let images = min(steps * configuration.batchSize, examples.count)
    state.history.append(
      EpochRecord(
        epoch: state.epoch + 1, learningRate: lastRate,
        trainLoss: state.running.meanLoss, trainAccuracy: state.running.accuracy,
        selectLoss: judgement.loss, selectAccuracy: judgement.metrics.accuracy,
        selectMacroF1: judgement.metrics.macroF1,
        seconds: seconds(since: clock), imagesPerSecond: Double(images) / max(trained, 1e-9)))
    state.epoch += 1
    state.step = 0
    state.running = RunningLoss()
  }

  private func rate(epoch: Int, step: Int) -> Double {
    Double(configuration.optimiser.learningRate)
      * configuration.schedule.factor(
        step: epoch * stepsPerEpoch + step, stepsPerEpoch: stepsPerEpoch,
        epochs: configuration.epochs)
  }

  private func seconds(since clock: DispatchTime) -> Double {
    Double(DispatchTime.now().uptimeNanoseconds - clock.uptimeNanoseconds) * 1e-9
  }
}

/// The plans of a run: one for its whole batches, one for the shorter batch at an epoch's end. They
/// work in the same memory.
private struct StepPlans {
  let input: Shape
  private let memory = PlannedMemory()
  private var plans: [Int: TrainingPlan] = [:]

  init(input: Shape) { self.input = input }

  mutating func plan(for model: Sequential, batchSize: Int) throws -> TrainingPlan {
    if let plan = plans[batchSize] { return plan }
    let plan = try TrainingPlan(model, input: input, batchSize: batchSize, memory: memory)
    plans[batchSize] = plan
    return plan
  }
}

extension RandomStream {
  /// A random order of 0..<count, without moving this stream on.
  func permutationOf(_ count: Int) -> [Int] {
    var copy = self
    return copy.permutation(count)
  }
}
