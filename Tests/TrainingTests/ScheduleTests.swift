import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Training

/// Courses of PyTorch's schedulers; `Golden/make_optimisers.py` made them.
private struct Golden: Decodable {
  struct Case: Decodable {
    let schedule: JSONValue
    let steps_per_epoch: Int
    let metrics: [Double]?
    let lower_is_better: Bool?
    let factors: [Double]
    let momenta: [Double]?
  }
  let cases: [Case]
}

@Suite("Schedules") struct ScheduleTests {
  private func factors(_ schedule: ScheduleConfiguration) -> [Double] {
    (0..<40).map { schedule.factor(step: $0, stepsPerEpoch: 10, epochs: 4) }
  }

  @Test("constant is 1 after the warm-up, which climbs in a straight line") func constant() {
    var schedule = ScheduleConfiguration()
    schedule.name = .constant
    let factors = factors(schedule)
    expectClose(Array(factors[0..<10]), (1...10).map { Double($0) / 11 }, absolute: 1e-12)
    #expect(factors[10...].allSatisfy { $0 == 1 })
  }

  @Test("step falls by its factor every so many epochs") func step() {
    var schedule = ScheduleConfiguration()
    schedule.name = .step
    schedule.warmupEpochs = 0
    schedule.stepEpochs = 2
    schedule.factor = 0.5
    #expect(factors(schedule)[0..<20].allSatisfy { $0 == 1 })
    #expect(factors(schedule)[20..<40].allSatisfy { $0 == 0.5 })
  }

  @Test("cosine goes from 1 to its end, half way at half time") func cosine() {
    var schedule = ScheduleConfiguration()
    schedule.warmupEpochs = 0
    schedule.finalFactor = 0.2
    let factors = factors(schedule)
    expectClose([factors[0], factors[20]], [1, 0.6], absolute: 1e-12)
    #expect(zip(factors, factors.dropFirst()).allSatisfy(>))
    #expect(factors[39] > 0.2 && factors[39] < 0.21)
  }

  @Test("a warm-up as long as the run still leaves half of it") func shortRun() {
    var schedule = ScheduleConfiguration()
    schedule.warmupEpochs = 9
    #expect(factors(schedule)[20] == 1)
  }

  @Test("impossible settings are refused") func refused() {
    var schedule = ScheduleConfiguration()
    schedule.factor = 0
    #expect(throws: SettingError.self) { try schedule.validate() }
  }

  @Test("every course over 100 steps is PyTorch's, with and without a warm-up") func golden() throws
  {
    let cases = try JSONDecoder().decode(
      Golden.self, from: Data(contentsOf: GoldenNetwork.url("schedules.json"))
    ).cases
    #expect(cases.count == 8)
    for golden in cases {
      let defaults = try JSONDecoder().decode(
        JSONValue.self, from: JSONEncoder().encode(ScheduleConfiguration()))
      let schedule = try JSONDecoder().decode(
        ScheduleConfiguration.self,
        from: JSONEncoder().encode(defaults.overlaid(with: golden.schedule)))
      try schedule.validate()
      let perEpoch = golden.steps_per_epoch
      let factors = (0..<100).map { step in
        schedule.factor(
          step: step, stepsPerEpoch: perEpoch, epochs: 100 / perEpoch,
          metrics: Array((golden.metrics ?? []).prefix(step / perEpoch)),
          lowerIsBetter: golden.lower_is_better ?? false)
      }
      expectClose(factors, golden.factors, absolute: 1e-8, "\(golden.schedule)")
      let momenta = (0..<100).map {
        schedule.momentum(step: $0, stepsPerEpoch: perEpoch, epochs: 100 / perEpoch)
      }
      if let expected = golden.momenta {
        expectClose(momenta.compactMap { $0 }, expected, absolute: 1e-8, "momentum")
      } else {
        #expect(momenta.allSatisfy { $0 == nil })
      }
    }
    // Not all of them the same straight line.
    #expect(Set(cases.map { $0.factors[99] }).count >= 6)
  }

  @Test("one cycle after a warm-up begins where the warm-up ends, and never leaves its bounds")
  func warmedCycle() {
    for epochs in 1...6 {
      var schedule = ScheduleConfiguration()
      schedule.name = .oneCycle
      let factors = (0..<epochs * 3).map {
        schedule.factor(step: $0, stepsPerEpoch: 3, epochs: epochs)
      }
      #expect(factors.allSatisfy { $0 > 0 && $0 <= 1 }, "\(epochs): \(factors)")
      #expect(factors[factors.count - 1] < 1e-5)
      // Of a few steps none is left for the rise.
      if epochs > 2 { #expect(factors[0] < 1.0 / 25 && factors.contains { $0 > 0.9 }) }
    }
  }
}
