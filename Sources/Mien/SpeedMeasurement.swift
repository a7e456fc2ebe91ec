internal import Dispatch
internal import Foundation
public import Kernels
public import NeuralNetwork
public import TensorCore
internal import Training

/// How fast a network learns or answers on this machine, measured on random data.
public struct SpeedMeasurement: Encodable, Sendable {
  /// What is timed.
  public enum Work: String, CaseIterable, Sendable {
    /// Forward, cross-entropy, backward and SGD with momentum 0.9, Nesterov and weight decay.
    case step
    /// Forward alone, as `Predictor` does it.
    case infer
  }

  /// Batch size over the median time.
  public let imagesPerSecond: Double
  /// The median time of a batch.
  public let milliseconds: Double
  /// Slowest less fastest over the median.
  public let spread: Double
  /// The most memory the process ever had, in 10⁶ bytes.
  public let peakResidentMegabytes: Double
  /// Pages that a batch took fresh from the system, on average over the timed ones: 0 where all
  /// memory was there before.
  public let pageFaults: Double
  /// The least time of a batch: what the machine can do when nobody else uses it.
  public let leastMilliseconds: Double
  /// Milliseconds of each op of a step (their mean) or of answering (their median), if they were
  /// asked for.
  public let profile: [Op]?

  /// One op of a step or of answering.
  public struct Op: Encodable, Sendable {
    /// What it does; of a step the layer's path and kind, and the direction.
    public let name: String
    /// Its mean or median time.
    public let milliseconds: Double
    /// Its least time, of answering.
    public let leastMilliseconds: Double?

    enum CodingKeys: String, CodingKey {
      case name, milliseconds
      case leastMilliseconds = "least_milliseconds"
    }
  }

  enum CodingKeys: String, CodingKey {
    case milliseconds, spread, profile
    case imagesPerSecond = "images_per_second"
    case pageFaults = "page_faults"
    case peakResidentMegabytes = "peak_rss_mb"
  }

  /// Measures `runs` batches after two that do not count. Throws `ModelError`.
  ///
  /// - Parameters:
  ///   - work: what is timed.
  ///   - configuration: the network.
  ///   - input: the shape of one input.
  ///   - classes: how many logits it ends in.
  ///   - batchSize: inputs at a time.
  ///   - runs: how many batches are timed.
  ///   - isProfiling: whether the ops are timed one by one.
  ///   - precision: the numbers that answering multiplies.
  ///   - progress: called with the batches done.
  public init(
    _ work: Work, model configuration: ModelConfiguration, input: Shape, classes: Int,
    batchSize: Int, runs: Int, isProfiling: Bool = false,
    precision: InferencePrecision = .float32, progress: (Int) throws -> Void = { _ in }
  ) throws {
    let random = RandomStream(seed: 1)
    var model = try configuration.build(
      input: input, classes: classes, random: random.substream("weights"))
    var optimiser = try OptimiserConfiguration().make(for: model)
    var pixels = random.substream("pixels")
    let x = Tensor(
      input.prepending(batchSize),
      (0..<input.count * batchSize).map { _ in
        pixels.normal()
      })
    let labels = (0..<batchSize).map { _ in pixels.integer(below: classes) }

    // What is not timed is not planned: its weights would count as memory.
    let inference =
      work == .infer ? try InferencePlan(model, input: input, precision: precision) : nil
    let training =
      work == .step ? try TrainingPlan(model, input: input, batchSize: batchSize) : nil
    let opTimes = isProfiling ? inference?.makeTimes() : nil
    var opRuns: [[Double]] = []
    let warmUp = 2
    var times: [Double] = []
    var faultsBefore = 0
    for run in 0..<runs + warmUp {
      if run == warmUp { faultsBefore = Self.usage().ru_minflt }
      let start = DispatchTime.now().uptimeNanoseconds
      switch work {
      case .infer: _ = inference?.predict(x, times: opTimes)
      case .step:
        guard let training else { break }
        training.isProfiling = run >= warmUp && isProfiling
        _ = training.step(&model, inputs: x, labels: labels, random: random.substream(run))
        optimiser.update(&model, gradients: training.gradients, learningRate: 1e-3)
        training.commit(to: &model)
      }
      if run >= warmUp {
        times.append(Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-6)
        if let opTimes { opRuns.append(opTimes.milliseconds.map(\.milliseconds)) }
      }
      opTimes?.reset()
      try progress(run + 1)
    }
    times.sort()
    let median = times[times.count / 2]
    milliseconds = median
    imagesPerSecond = Double(batchSize) * 1000 / median
    spread = (times[times.count - 1] - times[0]) / median
    leastMilliseconds = times[0]
    if let opTimes {
      profile = opTimes.milliseconds.enumerated().map { op, step in
        let sorted = opRuns.map { $0[op] }.sorted()
        return Op(
          name: step.name, milliseconds: sorted[sorted.count / 2], leastMilliseconds: sorted[0])
      }
    } else {
      profile =
        isProfiling
        ? training?.profile.map {
          Op(
            name: $0.name, milliseconds: $0.milliseconds / Double(runs), leastMilliseconds: nil)
        } : nil
    }
    let usage = Self.usage()
    pageFaults = Double(usage.ru_minflt - faultsBefore) / Double(runs)
    peakResidentMegabytes = Double(usage.ru_maxrss) * 1024e-6  // Linux counts kibibytes
  }

  private static func usage() -> rusage {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage
  }
}
