internal import Foundation
public import Reporting
internal import TensorCore
public import Training

/// A range test of the learning rate for a run that does not begin: network, data, augmentation and
/// training plan are the run's, and nothing is written.
public struct LearningRateTest {
  /// What is learnt from and in what state it begins.
  private let run: TrainingRun

  /// The test of a configuration's run. Throws as `TrainingRun.start`.
  public init(_ configuration: RunConfiguration) throws {
    // The folder is where a run would be; a test has none.
    run = try TrainingRun.planned(
      configuration, in: RunFolder(FileManager.default.temporaryDirectory))
  }

  /// The configuration, with what the data filled in.
  public var configuration: RunConfiguration { run.configuration }

  /// What is learnt from, in words.
  public var protocolLine: String { run.protocolLine }

  /// Numbers that are trained.
  public var parameterCount: Int { run.parameterCount }

  /// Learns while the rate rises. Throws as `Trainer.rangeTest`.
  public func measure(
    _ ramp: LearningRateRamp, into curve: LearningRateCurve,
    didStep: (LearningRateCurve.Point) throws -> Void = { _ in }
  ) throws -> LearningRateCurve {
    try run.trainer.rangeTest(from: run.state, ramp, into: curve, didStep: didStep)
  }
}

extension LearningRateCurve {
  /// The curve as a figure. Nil where there is no point.
  public func figure(title: String) -> LearningRateFigure? {
    guard !points.isEmpty else { return nil }
    var figure = LearningRateFigure(
      title: title, rates: points.map(\.learningRate), losses: points.map(\.loss),
      smoothed: points.map(\.smoothed))
    figure.suggestion = suggestion
    if suggestion != nil {
      figure.steepest = steepest?.learningRate
      figure.minimum = minimum?.learningRate
    }
    return figure
  }
}
