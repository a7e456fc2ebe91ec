import Testing
import TestSupport

@testable import Training

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
    #expect(throws: TrainingError.self) { try schedule.validate() }
  }
}
