internal import Dispatch
internal import Evaluation
public import NeuralNetwork
public import TensorCore

/// How a call of `Trainer.run` ended.
public enum TrainingOutcome: Hashable, Sendable {
  /// Every epoch is done.
  case completed
  /// The run got no better for as long as `EarlyStoppingConfiguration` bears; it is over.
  case stoppedEarly
  /// `shouldStop` or a callback said so; the state can be taken up again.
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
  private let teacher: (@Sendable (Tensor) -> Distillation)?

  /// A trainer that learns from `examples` and is watched on `selection`, which it never learns
  /// from. Both must have examples.
  ///
  /// - Parameters:
  ///   - configuration: the settings of the learning.
  ///   - examples: what is learnt from.
  ///   - selection: what tells the best epoch.
  ///   - teacher: says what is to be learnt of a batch's inputs beside the truth; it sees them as they
  ///     are learnt from, augmented, and must say the same whenever it is asked.
  public init(
    _ configuration: TrainingConfiguration, examples: any BatchSource,
    selection: any BatchSource, teacher: (@Sendable (Tensor) -> Distillation)? = nil
  ) {
    precondition(examples.count > 0 && selection.count > 0, "nothing to learn or choose from")
    self.configuration = configuration
    self.examples = examples
    self.selection = selection
    self.teacher = teacher
  }

  /// What decides how the examples are changed in an epoch, from 0, of a run with that seed.
  public static func augmentation(seed: UInt64, epoch: Int) -> RandomStream {
    RandomStream(seed: seed).substream("augmentation").substream(epoch)
  }

  /// Steps in an epoch.
  public var stepsPerEpoch: Int {
    (examples.count + configuration.batchSize - 1) / configuration.batchSize
  }

  /// Goes on from `state` to the last epoch, or until `shouldStop` or a callback says to stop, which
  /// they are asked after each step.
  ///
  /// Throws `TrainingError.diverged` as soon as a loss is not finite, before it reaches the
  /// weights; `state` is then of no use, but what callbacks saved before is.
  public func run(
    _ state: inout TrainingState, callbacks: [any TrainingCallback] = [],
    shouldStop: () -> Bool = { false }
  ) throws -> TrainingOutcome {
    var work = begin(&state)
    while state.epoch < configuration.epochs {
      if hasStoppedEarly(state) { return .stoppedEarly }
      let clock = DispatchTime.now()
      let order = order(ofEpoch: state.epoch)
      let firstStep = state.step
      while state.step < stepsPerEpoch {
        let report = try takeStep(&state, &work, order: order, scheduledStep(state))
        for callback in callbacks { try callback.stepDidEnd(state, report) }
        if isOver(state, callbacks, shouldStop), state.step < stepsPerEpoch {
          for callback in callbacks { try callback.runWillPause(state) }
          return .paused
        }
      }
      try finishEpoch(&state, since: clock, steps: stepsPerEpoch - firstStep)
      for callback in callbacks { try callback.epochDidEnd(state) }
      let isLast = state.epoch == configuration.epochs || hasStoppedEarly(state)
      if isOver(state, callbacks, shouldStop), !isLast { return .paused }
    }
    return .completed
  }

  /// Whether somebody wants the run to stop here. Everybody is asked, each time.
  private func isOver(
    _ state: TrainingState, _ callbacks: [any TrainingCallback], _ shouldStop: () -> Bool
  ) -> Bool {
    callbacks.reduce(shouldStop()) { $1.shouldStop(state) || $0 }
  }

  /// Whether the run is over although epochs are left. It depends on the epochs' records alone.
  public func hasStoppedEarly(_ state: TrainingState) -> Bool {
    state.epoch < configuration.epochs
      && configuration.earlyStopping.isDue(after: state.history, by: state.selectBy)
  }

  /// What steps need beside the state: memory to work in.
  struct Work {
    fileprivate var plans: StepPlans
    fileprivate var descent: Descent
  }

  /// Readies a state, and memory, for its steps.
  func begin(_ state: inout TrainingState) -> Work {
    state.model.freezeStatistics(where: configuration.optimiser.rules.isFrozen)
    return Work(
      plans: StepPlans(input: examples.exampleShape),
      descent: Descent(configuration.optimiser, for: state.model))
  }

  /// The examples of an epoch, from 0, in the order in which they are learnt from.
  func order(ofEpoch epoch: Int) -> [Int] {
    configuration.sampling.order(
      labels: examples.labels,
      random: RandomStream(seed: configuration.seed).substream("order").substream(epoch))
  }

  /// What the schedule has for the next step.
  private func scheduledStep(_ state: TrainingState) -> OptimiserStep {
    OptimiserStep(
      learningRate: rate(state, step: state.step),
      momentum: configuration.schedule.momentum(
        step: state.epoch * stepsPerEpoch + state.step, stepsPerEpoch: stepsPerEpoch,
        epochs: configuration.epochs))
  }

  /// Takes the next step of the epoch under way. Throws `TrainingError.diverged` before a loss that
  /// is not finite reaches the weights.
  func takeStep(
    _ state: inout TrainingState, _ work: inout Work, order: [Int], _ step: OptimiserStep
  ) throws -> StepReport {
    let start = state.step * configuration.batchSize
    let indices = Array(order[start..<min(start + configuration.batchSize, order.count)])
    var changes = Self.augmentation(seed: configuration.seed, epoch: state.epoch)
    // An example that comes again in the epoch shall not look the same again.
    if configuration.sampling == .balanced { changes = changes.substream(state.step) }
    let batch = try examples.augmentedBatch(indices, random: changes)
    let dropout = RandomStream(seed: configuration.seed).substream("dropout")
      .substream(state.epoch).substream(state.step)
    let plan = try work.plans.plan(for: state.model, batchSize: indices.count)
    let crossEntropy = CrossEntropy(
      labelSmoothing: configuration.labelSmoothing, classWeights: configuration.classWeights)
    let distillation = teacher?(batch.inputs)
    var (mean, correct) = (0.0, 0)
    do {
      try work.descent.step(&state.model, &state.optimiser, plan, step) { model in
        plan.step(
          &model, batch, loss: crossEntropy, distillation: distillation, random: dropout)
      } didEvaluate: { loss in
        mean = loss
        correct = zip(plan.logits.argmax(), batch.labels).count { $0 == $1 }
      }
    } catch let divergence as Descent.Divergence {
      throw TrainingError.diverged(
        epoch: state.epoch + 1, batch: state.step + 1, quantity: divergence.quantity,
        value: divergence.value, learningRate: step.learningRate)
    }

    state.average?.take(&state.model, step: state.epoch * stepsPerEpoch + state.step)

    state.step += 1
    state.running.examples += indices.count
    state.running.lossSum += mean * Double(indices.count)
    state.running.correct += correct
    return StepReport(stepsPerEpoch: stepsPerEpoch, loss: mean, learningRate: step.learningRate)
  }

  private func finishEpoch(
    _ state: inout TrainingState, since clock: DispatchTime, steps: Int
  ) throws {
    let trained = seconds(since: clock)
    let lastRate = rate(state, step: stepsPerEpoch - 1)
    let logits = try logits(
      of: state.judgedModel, on: selection, batchSize: configuration.batchSize)
    guard logits.isFinite else {
      throw TrainingError.diverged(
        epoch: state.epoch + 1, batch: stepsPerEpoch, value: .nan, learningRate: lastRate)
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
        seconds: seconds(since: clock), imagesPerSecond: Double(images) / max(trained, 1e-9),
        selectBalancedAccuracy: judgement.metrics.balancedAccuracy))
    state.epoch += 1
    state.step = 0
    state.running = RunningLoss()
  }

  /// The learning rate of a step of the epoch under way.
  private func rate(_ state: TrainingState, step: Int) -> Double {
    Double(configuration.optimiser.learningRate)
      * configuration.schedule.factor(
        step: state.epoch * stepsPerEpoch + step, stepsPerEpoch: stepsPerEpoch,
        epochs: configuration.epochs, metrics: state.history.map(state.selectBy.value),
        lowerIsBetter: state.selectBy.lowerIsBetter)
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
