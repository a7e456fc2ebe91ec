internal import Dispatch
internal import Kernels
public import TensorCore

/// A training step of one model and one batch size: forward, cross-entropy and backward as fused
/// kernels on memory that is planned beforehand.
///
/// It computes what `Sequential.forward` and `backward` compute, to rounding. The parameters stay in
/// the model. A plan remembers nothing from one step to the next; after the first step, one
/// allocates nothing of a size that depends on the batch.
public final class TrainingPlan {
  /// The examples of a step.
  public let batchSize: Int
  /// The last step's gradients of the loss by the model's parameters, in the order of
  /// `forEachParameter`.
  public private(set) var gradients: [Tensor]
  /// The last step's outputs, [N, C].
  public private(set) var logits: Tensor
  /// Milliseconds spent in each op since `isProfiling` was set.
  public private(set) var profile: [(name: String, milliseconds: Double)] = []
  /// Whether the time of each op is taken.
  public var isProfiling = false

  private let input: Shape
  private let ops: [any TrainingOp]
  private let commits: [TrainingLowering.Commit]
  private let inputBuffer, logitsBuffer, logitsGradient, targets: PlanBuffer
  private let offsets: [Int]
  private let memory: PlannedMemory
  private let arenaCount: Int
  private var losses: [Double]
  private var parameters: [Tensor] = []
  private var buffers: [Tensor] = []
  private var gradientBases: [UnsafeMutablePointer<Float>] = []

  /// The bytes of a plan's memory: activations, their gradients and what lies between, shared where
  /// their lifetimes allow, and the gradients of the parameters. Throws as `init` does; takes none
  /// of that memory but the last.
  public static func plannedBytes(
    _ model: Sequential, input: Shape, batchSize: Int
  ) throws -> Int {
    let plan = try TrainingPlan(model, input: input, batchSize: batchSize)
    return 4 * (plan.arenaCount + plan.gradients.reduce(0) { $0 + $1.count })
  }

  /// Plans steps of `batchSize` examples of a shape, for a network whose outputs are [N, C] logits.
  ///
  /// Throws `ModelError` where the model does not fit the input.
  ///
  /// - Parameters:
  ///   - model: the network; its weights are not kept.
  ///   - input: the shape of one example.
  ///   - batchSize: how many examples a step takes.
  ///   - memory: what the steps work in; plans that don't run at the same time may share it.
  public init(
    _ model: Sequential, input: Shape, batchSize: Int, memory: PlannedMemory = PlannedMemory()
  ) throws {
    precondition(batchSize > 0, "a batch of \(batchSize)")
    var lowering = TrainingLowering(batch: batchSize)
    inputBuffer = lowering.buffer(batchSize * input.count)
    let output = try lowering.lower(model, Activation(shape: input, buffer: inputBuffer))
    precondition(output.shape.rank == 1, "outputs of shape \(output.shape), expected logits")
    let count = batchSize * output.shape.count
    logitsBuffer = output.buffer
    logitsGradient = output.gradient ?? lowering.buffer(count)
    targets = lowering.buffer(count)

    self.batchSize = batchSize
    self.input = input
    self.memory = memory
    ops = lowering.ops
    commits = lowering.commits
    logits = Tensor([batchSize, output.shape.count])
    losses = [Double](repeating: 0, count: batchSize)
    var (copy, gradients) = (model, [Tensor]())
    copy.forEachParameter { gradients.append(Tensor($1.shape)) }
    self.gradients = gradients

    var uses = [ClosedRange<Int>?](repeating: nil, count: lowering.counts.count)
    func use(_ buffer: PlanBuffer, at moment: Int) {
      let index = lowering.resolved(buffer).index
      let known = uses[index] ?? moment...moment
      uses[index] = min(known.lowerBound, moment)...max(known.upperBound, moment)
    }
    // Op i runs forward at i + 1 and backward at last - 1 - i; the loss stands between.
    let last = 2 * ops.count + 2
    use(inputBuffer, at: 0)
    for (index, op) in ops.enumerated() {
      for buffer in op.forwardBuffers { use(buffer, at: index + 1) }
      for buffer in op.backwardBuffers { use(buffer, at: last - 1 - index) }
    }
    for buffer in [logitsBuffer, logitsGradient, targets] { use(buffer, at: ops.count + 1) }
    for case .statistic(let buffer, _, _) in commits { use(buffer, at: last) }
    let plan = MemoryPlan(
      lowering.counts.indices.map {
        MemoryPlan.Buffer(
          count: uses[$0] == nil ? 0 : lowering.counts[$0], lifetime: uses[$0] ?? 0...0)
      })
    offsets = lowering.counts.indices.map {
      plan.offsets[lowering.resolved(PlanBuffer(index: $0)).index]
    }
    arenaCount = plan.count
  }

  /// Forward and backward of one batch: the mean loss, and `logits` and `gradients`. The model is
  /// only read.
  ///
  /// - Parameters:
  ///   - model: of the layers that the plan was made for.
  ///   - inputs: [N, …].
  ///   - labels: N class indices.
  ///   - loss: what is to become small.
  ///   - random: what `Phase.training` would carry.
  public func step(
    _ model: inout Sequential, inputs: Tensor, labels: [Int],
    loss: CrossEntropy = CrossEntropy(), random: RandomStream
  ) -> Double {
    step(&model, Batch(inputs: inputs, labels: labels), loss: loss, random: random)
  }

  /// As `step(_:inputs:labels:loss:random:)`, towards the batch's targets where it has some and
  /// else towards its labels; with a teacher, towards what that says of the batch too.
  public func step(
    _ model: inout Sequential, _ batch: Batch, loss: CrossEntropy = CrossEntropy(),
    distillation: Distillation? = nil, random: RandomStream
  ) -> Double {
    let inputs = batch.inputs
    precondition(
      inputs.shape == input.prepending(batchSize),
      "inputs \(inputs.shape), planned \(input.prepending(batchSize))")
    model.forEachParameter { parameters.append($1) }
    model.forEachBuffer { buffers.append($1) }
    precondition(
      parameters.count == gradients.count && buffers.count == commits.count,
      "a model of other layers than the plan's")
    for index in gradients.indices {
      precondition(gradients[index].count == parameters[index].count, "\(parameters[index].shape)")
      // The tensors live as long as the plan.
      gradientBases.append(gradients[index].write { $0 })
    }
    defer {
      // Whoever holds on to a tensor makes its next writer copy it.
      parameters.removeAll(keepingCapacity: true)
      buffers.removeAll(keepingCapacity: true)
      gradientBases.removeAll(keepingCapacity: true)
    }
    return memory.lend(arenaCount) { arena in
      let step = TrainingStep(
        arena: arena, offsets: offsets, parameters: parameters, buffers: buffers,
        gradients: gradientBases, random: random)
      inputs.read { step[inputBuffer].update(from: $0, count: inputs.count) }
      for (index, op) in ops.enumerated() { timed(index) { op.forward(step) } }
      let mean = evaluate(loss, batch, distillation, step)
      for (index, op) in ops.enumerated().reversed() {
        timed(ops.count + index) { op.backward(step) }
      }
      return mean
    }
  }

  private func evaluate(
    _ loss: CrossEntropy, _ batch: Batch, _ distillation: Distillation?, _ step: TrainingStep
  ) -> Double {
    let classes = logits.shape[1]
    logits.write { $0.update(from: step[logitsBuffer], count: batchSize * classes) }
    if let given = batch.targets {
      precondition(given.shape == logits.shape, "targets \(given.shape), logits \(logits.shape)")
      loss.fillTargets(given, step[targets])
    } else {
      loss.fillTargets(batch.labels, classes: classes, step[targets])
    }
    losses.withUnsafeMutableBufferPointer {
      guard let losses = $0.baseAddress else { return }
      softmaxCrossEntropy(
        rows: batchSize, classes: classes, step[logitsBuffer], step[targets], losses: losses,
        dz: step[logitsGradient])
      guard let distillation else { return }
      let teacher = distillation.teacher
      precondition(teacher.shape == logits.shape, "a teacher's \(teacher.shape), \(logits.shape)")
      teacher.read {
        blendDistillation(
          rows: batchSize, classes: classes, weight: distillation.weight,
          temperature: distillation.temperature, step[logitsBuffer], $0, losses: losses,
          dz: step[logitsGradient])
      }
    }
    return losses.reduce(0, +) / Double(batchSize)
  }

  /// Lets the model take over what the last step has learnt about the data: batch norm's running
  /// statistics.
  ///
  /// - Parameters:
  ///   - model: the one that the step was taken with.
  ///   - isWanted: whether the buffer at a path takes it over; a frozen one does not.
  public func commit(
    to model: inout Sequential, where isWanted: (_ path: String) -> Bool = { _ in true }
  ) {
    memory.lend(arenaCount) { arena in
      var place = 0
      model.forEachBuffer { path, running in
        defer { place += 1 }
        guard isWanted(path) else { return }
        switch commits[place] {
        case .statistic(let buffer, let momentum, let factor):
          BatchNorm.move(
            &running, towards: arena + offsets[buffer.index], momentum: momentum, times: factor)
        case .layer(let op):
          if let committed = op.committed(place) { running = committed }
        }
      }
    }
  }

  private func timed(_ index: Int, _ body: () -> Void) {
    guard isProfiling else { return body() }
    if profile.isEmpty {
      profile =
        ops.map { ("\($0.name) forward", 0) } + ops.map { ("\($0.name) backward", 0) }
    }
    let start = DispatchTime.now().uptimeNanoseconds
    body()
    profile[index].milliseconds += Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-6
  }
}

/// The memory that plans work in: one block, as large as the largest of them needs. Nothing in it
/// outlives a step and the commit after it.
public final class PlannedMemory {
  private var block = Tensor([0])

  /// No memory yet.
  public init() {}

  func lend<Result>(
    _ count: Int, _ body: (UnsafeMutablePointer<Float>) -> Result
  ) -> Result {
    if block.count < count {
      block = Tensor([0])  // Let go of the old one first.
      block = Tensor(uninitialized: [count]) { _ in }
    }
    return block.write(body)
  }
}
