import Datasets
import Dispatch
import Foundation
import Mien
import Training

/// Shows a run as it goes: a bar for the epoch with the time left for epoch and run, and one line
/// an epoch.
final class TrainingDisplay: TrainingCallback {
  private let console: Console
  private let epochs: Int
  private let stepsPerEpoch: Int
  private let speedUnit: String
  private let start = DispatchTime.now().uptimeNanoseconds
  private var stepsTaken = 0
  private var bar: ProgressBar

  init(_ run: TrainingRun, console: Console) {
    self.console = console
    epochs = run.configuration.epochs
    stepsPerEpoch = run.stepsPerEpoch
    speedUnit = run.configuration.input?.kind == Manifest.imageKind ? "images/s" : "examples/s"
    bar = Self.bar(run.state.epoch, of: epochs, steps: stepsPerEpoch, console)
    // A resumed epoch begins in the middle.
    bar.advance(by: run.state.step)
  }

  private static func bar(
    _ epoch: Int, of epochs: Int, steps: Int, _ console: Console
  ) -> ProgressBar {
    ProgressBar("epoch \(epoch + 1)/\(epochs)", total: steps, unit: "steps", console: console)
  }

  func stepDidEnd(_ state: TrainingState, _ step: StepReport) throws {
    stepsTaken += 1
    let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
    let stepsLeft = (epochs - state.epoch) * stepsPerEpoch - state.step
    bar.advance(
      suffix: String(format: "loss %.3f, run ", state.running.meanLoss)
        + humanDuration(seconds: seconds / Double(stepsTaken) * Double(stepsLeft)) + " left")
  }

  func epochDidEnd(_ state: TrainingState) throws {
    finish()
    bar = Self.bar(state.epoch, of: epochs, steps: stepsPerEpoch, console)
    guard let record = state.history.last else { return }
    let mark = state.best?.epoch == record.epoch ? console.styled("  best so far", .green) : ""
    try console.print(
      String(
        format: "epoch %3d/%d  train loss %.4f, accuracy %@  select loss %.4f, accuracy %@  "
          + "%.0f %@, ",
        record.epoch, epochs, record.trainLoss, percent(record.trainAccuracy), record.selectLoss,
        percent(record.selectAccuracy), record.imagesPerSecond, speedUnit)
        + humanDuration(seconds: record.seconds) + mark)
  }

  /// Takes the bar away.
  func finish() { bar.finish() }
}
