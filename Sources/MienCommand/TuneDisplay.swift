import Foundation
import Mien
import Training

/// Shows a search as it goes: one bar over all that is left to be learnt.
///
/// Its unit is the example, for trials differ in their steps: an epoch of any trial counts as many as
/// the search's data have.
final class TuneDisplay {
  private let bar: ProgressBar
  private let examples: Int
  private let trials: Int
  /// The epochs left when the bar began, and how many examples of them were shown.
  private let total: Int
  private var shown = 0

  init(_ search: HyperparameterSearch, console: Console) {
    (examples, trials) = (search.exampleCount, search.trials.count)
    total = search.epochsLeft * search.exampleCount
    bar = ProgressBar("tune", total: total, unit: "examples", console: console)
  }

  /// What looks on while a trial learns, whose run is at `run`'s state.
  func callback(for step: TrialStep, _ run: TrainingRun, best: Double?) -> any TrainingCallback {
    Watcher(self, step, run, best: best)
  }

  /// Sets the bar to what is left of the search: a trial that failed or stopped early leaves more
  /// out than it learnt.
  func settle(epochsLeft: Int) { show(total - epochsLeft * examples) }

  /// Takes the bar away.
  func finish() { bar.finish() }

  private func show(_ done: Int, suffix: String? = nil) {
    bar.advance(by: max(0, done - shown), suffix: suffix)
    shown = max(shown, done)
  }

  private final class Watcher: TrainingCallback {
    private let display: TuneDisplay
    private let step: TrialStep
    private let stepsPerEpoch: Int
    private let best: String
    /// What was shown when the trial went on, and the epochs it had behind it.
    private let before: Int
    private let start: Double

    init(_ display: TuneDisplay, _ step: TrialStep, _ run: TrainingRun, best: Double?) {
      (self.display, self.step, stepsPerEpoch) = (display, step, run.stepsPerEpoch)
      (before, start) = (display.shown, Self.epochs(run.state, run.stepsPerEpoch))
      self.best = best.map { String(format: ", best so far %.4f", $0) } ?? ""
    }

    private static func epochs(_ state: TrainingState, _ stepsPerEpoch: Int) -> Double {
      Double(state.epoch) + Double(state.step) / Double(stepsPerEpoch)
    }

    func stepDidEnd(_ state: TrainingState, _ report: StepReport) {
      let gone = Self.epochs(state, stepsPerEpoch) - start
      display.show(
        before + Int(gone * Double(display.examples)),
        suffix: "trial \(step.trial)/\(display.trials), epoch \(state.epoch + 1)/\(step.epochs), "
          + String(format: "loss %.3f", state.running.meanLoss) + best)
    }
  }
}
