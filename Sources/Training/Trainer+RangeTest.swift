extension Trainer {
  /// A range test of the learning rate (Smith, "Cyclical Learning Rates for Training Neural
  /// Networks", WACV 2017, DOI 10.1109/WACV.2017.58): learns as `run` would, but with a rate that
  /// rises with every step until the loss explodes. The schedule, its warm-up and its momentum are
  /// left out, nothing is judged or saved, and more steps than an epoch has go on with the next one.
  ///
  /// - Parameters:
  ///   - start: a run's beginning, which stays as it is.
  ///   - curve: how the loss is smoothed and when it has exploded; without points.
  ///   - didStep: called with each point; what it throws ends the test.
  public func rangeTest(
    from start: TrainingState, _ ramp: LearningRateRamp, into curve: LearningRateCurve,
    didStep: (LearningRateCurve.Point) throws -> Void = { _ in }
  ) throws -> LearningRateCurve {
    var (state, curve) = (start, curve)
    // Nobody asks for it, and it takes time.
    state.average = nil
    var work = begin(&state)
    var order = order(ofEpoch: state.epoch)
    for step in 0..<ramp.steps {
      if state.step == stepsPerEpoch {
        (state.epoch, state.step) = (state.epoch + 1, 0)
        order = self.order(ofEpoch: state.epoch)
      }
      let rate = ramp.rate(ofStep: step)
      do {
        let report = try takeStep(&state, &work, order: order, OptimiserStep(learningRate: rate))
        let goesOn = curve.add(learningRate: rate, loss: report.loss)
        if let point = curve.points.last { try didStep(point) }
        if !goesOn { break }
      } catch TrainingError.diverged {
        curve.end = .notFinite
        break
      }
    }
    return curve
  }
}
