/// Lowers the rate when the choosing metric gets no better, as PyTorch's ReduceLROnPlateau does.
///
/// Its memory is worked out anew from the metrics of the epochs so far: those are saved with a run
/// in any case, and so nothing else has to be.
struct Plateau {
  /// What the learning rate is multiplied by.
  private(set) var factor = 1.0
  private var best: Double?
  private var idleEpochs = 0
  private var cooldown = 0

  /// What is so after epochs of these metrics.
  init(_ settings: ScheduleConfiguration, after metrics: [Double], lowerIsBetter: Bool) {
    for metric in metrics { observe(metric, settings, lowerIsBetter) }
  }

  private mutating func observe(
    _ metric: Double, _ settings: ScheduleConfiguration, _ lowerIsBetter: Bool
  ) {
    let isProgress =
      best.map {
        lowerIsBetter
          ? metric < $0 * (1 - settings.threshold) : metric > $0 * (1 + settings.threshold)
      } ?? !metric.isNaN
    if isProgress {
      (best, idleEpochs) = (metric, 0)
    } else {
      idleEpochs += 1
    }
    if cooldown > 0 {
      cooldown -= 1
      idleEpochs = 0
    }
    guard idleEpochs > settings.patience else { return }
    factor = max(factor * settings.factor, settings.finalFactor)
    (idleEpochs, cooldown) = (0, settings.cooldown)
  }
}
