import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Mien

@Suite("Ensemble") struct EnsembleTests {
  private let levels = SmallCheckpoint.levels(5)

  /// What one network says, by its layers: normalised, divided by the temperature, softmax in Double.
  private func alone(_ checkpoint: Checkpoint, _ levels: Tensor) -> [Double] {
    let logits = checkpoint.model.predict(checkpoint.input.normalisation.normalise(levels))
    return Self.softmax(logits, checkpoint.temperature ?? 1)
  }

  private static func softmax(_ logits: Tensor, _ temperature: Double) -> [Double] {
    let classes = logits.shape[1]
    let powers = logits.elements.map { exp(Double($0) / temperature) }
    return powers.indices.map { i in
      let row = i / classes * classes
      return powers[i] / powers[row..<row + classes].reduce(0, +)
    }
  }

  private func members(_ folder: URL) throws -> [Checkpoint] {
    try [
      SmallCheckpoint(), SmallCheckpoint(seed: 2, filters: 5, temperature: 2.5),
      SmallCheckpoint(
        seed: 3, normalisation: .init(mean: 0.2, standardDeviation: 0.7), temperature: 0.4),
    ].enumerated().map { try $1.made(in: folder.appendingPathComponent("\($0)")) }
  }

  @Test("one network is divided by its temperature, and its answers stay", arguments: [0.3, 1, 7])
  func temperature(temperature: Double) throws {
    try withTemporaryFolder { folder in
      let plain = try SmallCheckpoint().made(in: folder.appendingPathComponent("plain"))
      let warm = try SmallCheckpoint(temperature: temperature).made(
        in: folder.appendingPathComponent("warm"))
      let (before, after) = (
        try Ensemble([plain]).probabilities(ofLevels: levels),
        try Ensemble([warm]).probabilities(ofLevels: levels)
      )
      expectClose(after.elements, alone(warm, levels), absolute: 1e-5)
      #expect(after.argmax() == before.argmax())
      if temperature == 1 { #expect(after == before) }
    }
  }

  @Test("in bfloat16 they answer nearly the same") func halves() throws {
    try withTemporaryFolder { folder in
      let members = try members(folder)
      let answer = try Ensemble(members).probabilities(ofLevels: levels)
      let halves = try Ensemble(members, precision: .bfloat16).probabilities(ofLevels: levels)
      expectClose(halves.elements, answer.elements, absolute: 0.01)
      #expect(halves != answer)
      let predictor = try Predictor(members, precision: .bfloat16)
      #expect(predictor.probabilities(ofLevels: levels) == halves)
    }
  }

  @Test("several are the mean of what each says, prepared and tempered in its own way")
  func mean() throws {
    try withTemporaryFolder { folder in
      let members = try members(folder)
      var expected = [Double](repeating: 0, count: 15)
      for member in members {
        for (i, p) in alone(member, levels).enumerated() { expected[i] += p / 3 }
      }
      let answer = try Ensemble(members).probabilities(ofLevels: levels)
      #expect(answer.shape == [5, 3])
      expectClose(answer.elements, expected, absolute: 1e-5)
      #expect(try Predictor(members).probabilities(ofLevels: levels) == answer)
    }
  }

  @Test("views are averaged over all members", arguments: TestTimeAugmentation.allCases)
  func views(views: TestTimeAugmentation) throws {
    try withTemporaryFolder { folder in
      let members = try members(folder)
      let all = views.views(of: levels)
      #expect(all.count == views.count)
      var expected = [Double](repeating: 0, count: 15)
      for view in all {
        for member in members {
          for (i, p) in alone(member, view).enumerated() {
            expected[i] += p / Double(3 * all.count)
          }
        }
      }
      let answer = try Ensemble(members).probabilities(ofLevels: levels, views: views)
      expectClose(answer.elements, expected, absolute: 1e-5)
      #expect(try Predictor(members, views: views).probabilities(ofLevels: levels) == answer)
    }
  }

  @Test("views handed out one after the other may be kept") func kept() {
    var views: [Tensor] = []
    TestTimeAugmentation.tenCrop.forEachView(of: levels) { views.append($0) }
    #expect(views == TestTimeAugmentation.tenCrop.views(of: levels))
    #expect(Set(views.map { $0.elements.map { Int($0) } }).count == 10)
  }

  @Test("the number of workers changes nothing") func workers() throws {
    try withTemporaryFolder { folder in
      let ensemble = try Ensemble(members(folder))
      let levels = SmallCheckpoint.levels(70)
      expectSameOnAnyNumber { ensemble.probabilities(ofLevels: levels, views: .tenCrop).elements }
    }
  }

  @Test("networks for other classes or inputs are refused, with both named")
  func mismatch() throws {
    try withTemporaryFolder { folder in
      let first = try SmallCheckpoint().made(in: folder.appendingPathComponent("first"))
      for (name, other, words) in [
        ("classes", SmallCheckpoint(classes: ["glad", "calm", "sad"]), "glad, calm, sad"),
        ("more", SmallCheckpoint(classes: ["calm", "glad", "sad", "cross"]), "cross"),
        ("side", SmallCheckpoint(side: 10), "10"),
      ] {
        let checkpoint = try other.made(in: folder.appendingPathComponent(name))
        #expect {
          _ = try Ensemble([first, checkpoint])
        } throws: { error in
          "\(error)".contains(words) && "\(error)".contains("first/model")
            && "\(error)".contains("\(name)/model")
        }
      }
    }
  }

  @Test("a teacher sees the student's inputs in its own normalisation")
  func teacher() throws {
    try withTemporaryFolder { folder in
      let members = try members(folder)
      let student = InputConfiguration(
        kind: "image", shape: [8, 8, 1],
        normalisation: .init(mean: 0.4, standardDeviation: 0.3))
      var configuration = DistillationConfiguration()
      configuration.teachers = members.map { CheckpointReference(path: $0.weights.path) }
      configuration.weight = 0.75
      configuration.temperature = 3
      let teacher = try #require(
        try Teacher(configuration, input: student, classes: members[0].classes))
      let said = teacher.distillation(of: student.normalisation.normalise(levels))
      #expect(said.weight == 0.75 && said.temperature == 3)
      var expected = [Double](repeating: 0, count: 15)
      for member in members {
        let logits = member.model.predict(member.input.normalisation.normalise(levels))
        for (i, p) in Self.softmax(logits, 3).enumerated() { expected[i] += p / 3 }
      }
      expectClose(said.teacher.elements, expected, absolute: 1e-5)
      #expect {
        _ = try Teacher(configuration, input: student, classes: ["a", "b", "c"])
      } throws: {
        "\($0)".contains("calm, glad, sad") && "\($0)".contains("a, b, c")
      }
      configuration.temperature = 0
      #expect(throws: SettingError.self) {
        _ = try Teacher(configuration, input: student, classes: members[0].classes)
      }
      let none = try Teacher(DistillationConfiguration(), input: student, classes: ["a"])
      #expect(none == nil)
    }
  }

  @Test("a temperature is that of the weights the folder stands for, and a bad one is refused")
  func ownWeights() throws {
    try withTemporaryFolder { folder in
      _ = try SmallCheckpoint(temperature: 2).made(in: folder)
      let copy = folder.appendingPathComponent("last.safetensors")
      try FileManager.default.copyItem(
        at: folder.appendingPathComponent("model.safetensors"), to: copy)
      #expect(try Checkpoint(at: folder).temperature == 2)
      #expect(try Checkpoint(at: copy).temperature == nil)
      #expect(throws: RunError.self) { _ = try SmallCheckpoint(temperature: -1).made(in: folder) }
    }
  }
}
