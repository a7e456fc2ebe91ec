internal import Datasets
internal import Foundation
internal import Imaging
internal import NeuralNetwork
internal import TensorCore
internal import Training

/// Asks, before anything runs, whether the configuration takes what is to be tried.
struct SearchCheck {
  /// The settings that all trials share, with what the data filled in.
  let base: RunConfiguration
  let space: SearchSpace
  /// The classes of the rows that are learnt from.
  let labels: [Int]
  /// How many trials are asked at most for one that takes a value.
  private static let asked = 50

  init(_ base: RunConfiguration, _ space: SearchSpace, labels: [Int]) {
    (self.base, self.space, self.labels) = (base, space, labels)
  }

  /// Throws `SearchError.badSpace` for the first key with a value that no trial could have: neither
  /// alone, over the settings that all share, nor together with any trial's other values, for a key
  /// may make sense only beside another (`model.units` beside a `model.name`). A combination that is
  /// refused although each of its values is not fails when its turn comes. Throws what is
  /// wrong with the shared settings, where that is what it is.
  func check(_ trials: [[String: JSONValue]]) throws {
    guard base.selectBy != .epoch else {
      throw RunError.badConfiguration(
        origin: "select_by",
        problem: "epoch says nothing of which trial is better; choose accuracy, macro_f1, "
          + "balanced_accuracy or loss")
    }
    if let problem = problem(with: [:]), !trials.prefix(Self.asked).contains(where: isTaken) {
      throw problem
    }
    for dimension in space.dimensions {
      for value in dimension.representatives {
        guard let problem = problem(with: [dimension.key: value]) else { continue }
        let isTakenBeside = trials.prefix(Self.asked).contains { settings in
          isTaken(settings.merging([dimension.key: value]) { $1 })
        }
        if !isTakenBeside {
          throw SearchError.badSpace(
            file: space.file, key: dimension.key,
            problem: "\(value.words) is refused (\(Self.words(problem)))",
            remedy: "see docs/configuration.md for every key and its values")
        }
      }
    }
  }

  private func isTaken(_ settings: [String: JSONValue]) -> Bool { problem(with: settings) == nil }

  /// Why a run with such settings cannot begin, as far as it can be known without beginning it.
  private func problem(with settings: [String: JSONValue]) -> (any Error)? {
    do {
      let configuration = try SearchPlan.configuration(base, with: settings, origin: space.file)
      let training = try configuration.training()
      guard let input = base.input, let classes = base.classes else { return nil }
      let model = try configuration.model.build(
        input: input.shape, classes: classes.count, random: RandomStream(seed: configuration.seed))
      _ = try training.initialState(for: model)
      _ = try configuration.loss.classWeights.values(classes: classes, labels: labels)
      var own = input
      own.preprocessing = configuration.preprocessing.isOff ? nil : configuration.preprocessing
      try own.validate()
      return nil
    } catch {
      return error
    }
  }

  /// What is wrong, without the remedies of another command.
  private static func words(_ error: any Error) -> String {
    switch error {
    case RunError.badConfiguration(_, let problem): problem
    case let error as SettingError: "\(error.key) is \(error.found), expected \(error.expected)"
    default: "\(error)"
    }
  }
}
