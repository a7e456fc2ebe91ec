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
  private let start = DispatchTime.now().uptimeNanoseconds
  private var stepsTaken = 0
  private var bar: ProgressBar?

  init(_ run: TrainingRun, console: Console) {
    self.console = console
    epochs = run.configuration.epochs
    stepsPerEpoch = run.stepsPerEpoch
  }

  func stepDidEnd(_ state: TrainingState, _ step: StepReport) throws {
    stepsTaken += 1
    let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
    let stepsLeft = (epochs - state.epoch) * stepsPerEpoch - state.step
    let bar =
      bar
      ?? ProgressBar(
        "epoch \(state.epoch + 1)/\(epochs)", total: stepsPerEpoch, unit: "steps",
        console: console)
    // A resumed epoch begins in the middle.
    bar.advance(
      by: self.bar == nil ? state.step : 1,
      suffix: String(format: "loss %.3f, run ", state.running.meanLoss)
        + humanDuration(seconds: seconds / Double(stepsTaken) * Double(stepsLeft)) + " left")
    self.bar = bar
  }

  func epochDidEnd(_ state: TrainingState) throws {
    finish()
    guard let record = state.history.last else { return }
    let mark = state.best?.epoch == record.epoch ? console.styled("  best so far", .green) : ""
    try console.print(
      String(
        format: "epoch %3d/%d  train loss %.4f, accuracy %@  select loss %.4f, accuracy %@  "
          + "%.0f images/s, ",
        record.epoch, epochs, record.trainLoss, percent(record.trainAccuracy), record.selectLoss,
        percent(record.selectAccuracy), record.imagesPerSecond)
        + humanDuration(seconds: record.seconds) + mark)
  }

  /// Takes the bar away.
  func finish() {
    bar?.finish()
    bar = nil
  }
}
