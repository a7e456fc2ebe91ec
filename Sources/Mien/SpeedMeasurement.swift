internal import Dispatch
internal import Foundation
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

  enum CodingKeys: String, CodingKey {
    case milliseconds, spread
    case imagesPerSecond = "images_per_second"
    case peakResidentMegabytes = "peak_rss_mb"
  }

  /// Measures `runs` batches after two that do not count. Throws `ModelError`.
  ///
  /// - Parameter progress: called with the batches done.
  public init(
    _ work: Work, model configuration: ModelConfiguration, input: Shape, classes: Int,
    batchSize: Int, runs: Int, progress: (Int) throws -> Void = { _ in }
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
    let plan = try InferencePlan(model, input: input)
    let labels = (0..<batchSize).map { _ in pixels.integer(below: classes) }

    let warmUp = 2
    var times: [Double] = []
    for run in 0..<runs + warmUp {
      let start = DispatchTime.now().uptimeNanoseconds
      switch work {
      case .infer: _ = plan.predict(x)
      case .step:
        let (logits, cache) = model.forward(x, .training(random.substream(run)))
        let dLogits = CrossEntropy().evaluate(logits, labels: labels).gradient
        optimiser.update(
          &model, gradients: model.backward(dLogits, cache).parameters, learningRate: 1e-3)
        model.commit(cache)
      }
      if run >= warmUp {
        times.append(Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-6)
      }
      try progress(run + 1)
    }
    times.sort()
    let median = times[times.count / 2]
    milliseconds = median
    imagesPerSecond = Double(batchSize) * 1000 / median
    spread = (times[times.count - 1] - times[0]) / median
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    peakResidentMegabytes = Double(usage.ru_maxrss) * 1024e-6  // Linux counts kibibytes
  }
}
