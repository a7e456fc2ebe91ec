public import Kernels
internal import Synchronization
public import TensorCore

/// A trained network prepared for answering: the same numbers as `Sequential.predict` but for their
/// rounding, several times as fast.
///
/// Batch norm is folded into the layer before it, weights are transformed and packed once, bias,
/// ReLU and max pooling happen while a convolution's outputs are in registers, and dropout is gone.
/// A large batch is cut into pieces of a few images; a thread takes a piece through the whole
/// network, so that activations stay in its cache. A small one is cut within each layer.
///
/// A plan never changes, so several threads may ask it at once. Memory is borrowed from the
/// kernels' pool: asking again allocates nothing. The answer for an image is the same bytes in
/// every batch and with any number of workers, unless the model has a layer that the plan does not
/// know and runs as it is.
public struct InferencePlan: Sendable {
  /// The shape of one input.
  public let input: Shape
  /// The shape of one output.
  public let output: Shape

  private let steps: [PlannedStep]
  /// Floats of activations an image.
  private let activationCount: Int

  /// Prepares `model` for inputs of a shape (without the batch). Throws `ModelError` where they do
  /// not fit.
  ///
  /// - Parameters:
  ///   - model: the network.
  ///   - input: the shape of one input.
  ///   - precision: the numbers that are multiplied. What is said above of the same numbers holds for
  ///     `float32`; with `bfloat16` probabilities of faces move by a thousandth on average and by a
  ///     hundredth at most or little more.
  public init(
    _ model: Sequential, input: Shape, precision: InferencePrecision = .float32
  ) throws {
    var lowering = InferenceLowering(precision)
    let value = lowering.input(input)
    (_, output) = try lowering.lower(model.layers, value, input)
    self.input = input
    (steps, activationCount) = lowering.finish()
  }

  /// What `predict` may note down the steps' times in.
  public func makeTimes() -> InferenceTimes { InferenceTimes(names: steps.map(\.name)) }

  /// The outputs [N, …] of inputs [N, …].
  ///
  /// - Parameters:
  ///   - x: [N, …], N examples of `input`'s shape.
  ///   - times: where the steps' times are added, from `makeTimes()` of this plan.
  public func predict(_ x: Tensor, times: InferenceTimes? = nil) -> Tensor {
    let images = x.shape[0]
    precondition(x.shape == input.prepending(images), "inputs \(x.shape), expected Nx\(input)")
    return Tensor(uninitialized: output.prepending(images)) { y in
      x.read { run(images: images, $0, y, times: times) }
    }
  }

  /// The same from memory to memory.
  ///
  /// - Parameters:
  ///   - images: how many inputs there are.
  ///   - x: [images, input].
  ///   - y: [images, output], overwritten.
  ///   - times: where the steps' times are added, from `makeTimes()` of this plan.
  public func run(
    images: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>,
    times: InferenceTimes? = nil
  ) {
    let workers = Workers.count
    // Few images that do not share out evenly are shared within each layer.
    if images < 4 * workers && !images.isMultiple(of: workers) {
      // Steps end one after the other, each with one call.
      let last = Atomic<UInt64>(times == nil ? 0 : InferenceTimes.now())
      withMemory(images: images, threads: workers, x, y) { memory in
        parallelPasses(steps.count) {
          steps[$0].step.items(images: images, threads: workers)
        } finished: {
          guard let times else { return }
          let now = times.add($0, since: last.load(ordering: .relaxed))
          last.store(now, ordering: .relaxed)
        } _: {
          steps[$0].step.run($1, memory($0))
        }
      }
      return
    }
    let pieces = (images + Self.largestPiece - 1) / Self.largestPiece
    let evenly = (pieces + workers - 1) / workers * workers
    let grain = max(1, (images + evenly - 1) / evenly)
    parallelFor(images, grain: grain) { range in
      let (x, y) = (x + range.lowerBound * input.count, y + range.lowerBound * output.count)
      withMemory(images: range.count, threads: 1, x, y) { memory in
        var start = times == nil ? 0 : InferenceTimes.now()
        for (index, planned) in steps.enumerated() {
          let memory = memory(index)
          for item in 0..<planned.step.items(images: range.count, threads: 1) {
            planned.step.run(item, memory)
          }
          if let times {
            start = times.add(index, since: start, threads: min(workers, evenly))
          }
        }
      }
    }
  }

  /// The most images that go through the network together: enough for the last layers to use
  /// weights that come from the L3 cache several times, few enough for activations to stay near.
  private static let largestPiece = 8

  /// Lends the memory of a run; `body` is given what says where a step reads and writes.
  private func withMemory(
    images: Int, threads: Int, _ x: UnsafePointer<Float>, _ y: UnsafeMutablePointer<Float>,
    _ body: ((_ step: Int) -> StepMemory) -> Void
  ) {
    withScratch(images * activationCount) { base in
      func source(_ place: ActivationPlace) -> UnsafePointer<Float> {
        switch place {
        case .input: x
        case .output: UnsafePointer(y)
        case .planned(let offset): UnsafePointer(base + images * offset)
        }
      }
      body { index in
        let planned = steps[index]
        var target = y
        if case .planned(let offset) = planned.y { target = base + images * offset }
        return StepMemory(
          images: images, threads: threads, x: source(planned.x), other: source(planned.other),
          y: target)
      }
    }
  }
}
