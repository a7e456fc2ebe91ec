internal import Datasets
internal import Foundation
internal import Imaging
internal import NeuralNetwork
internal import TensorCore
internal import Training

/// Learning from other networks what they say of each training image, beside the truth (Hinton,
/// Vinyals and Dean 2015, arXiv 1503.02531).
public struct DistillationConfiguration: Codable, Hashable, Sendable {
  /// The networks, several being an ensemble; none is no distillation.
  public var teachers: [CheckpointReference] = []
  /// The share of the teachers in the loss; the truth has the rest.
  public var weight: Double = 0.5
  /// What the logits of both are divided by: the greater, the more small probabilities count.
  public var temperature: Double = 4

  /// No teachers.
  public init() {}

  func validate() throws {
    func expect(_ isGood: Bool, _ key: String, _ value: Double, _ range: String) throws {
      guard isGood else {
        throw SettingError(
          key: "distillation.\(key)", found: "\(value)", expected: "a number \(range)")
      }
    }
    try expect((0...1).contains(weight), "weight", weight, "from 0 to 1")
    try expect(temperature > 0 && temperature.isFinite, "temperature", temperature, "above 0")
  }
}

/// Trained networks that say of a batch what a student is to learn. They see the very inputs that the
/// student sees, augmented, each normalised anew by its own constants, so a step stays a function of
/// seed, epoch and index.
struct Teacher: Sendable {
  private let configuration: DistillationConfiguration
  private let ensemble: Ensemble
  /// By which the student's inputs are normalised.
  private let normalisation: Normalisation

  /// The teachers of a student with these inputs and classes; nil where the configuration has none.
  /// Throws `RunError` where one is gone, has changed, or is for another task.
  init?(
    _ configuration: DistillationConfiguration, input: InputConfiguration, classes: [String]
  ) throws {
    try configuration.validate()
    if configuration.teachers.isEmpty { return nil }
    let checkpoints = try configuration.teachers.map { reference in
      let checkpoint = try Checkpoint(at: URL(fileURLWithPath: reference.pinned().path))
      func expect(_ isGood: Bool, _ problem: String) throws {
        guard isGood else {
          throw RunError.unsuited(
            checkpoint: checkpoint.weights.path, problem: problem,
            remedy: "a teacher must know the same classes from the same kind of inputs")
        }
      }
      try expect(
        checkpoint.classes == classes,
        "its classes are \(checkpoint.classes.joined(separator: ", ")), those of the data are "
          + classes.joined(separator: ", "))
      try expect(
        checkpoint.input.kind == input.kind && checkpoint.input.shape == input.shape,
        "it takes inputs of kind \(checkpoint.input.kind) and shape \(checkpoint.input.shape), the "
          + "data are \(input.kind) of shape \(input.shape)")
      // Normalisation can be undone, preprocessing cannot.
      let (own, students) = (checkpoint.input.preprocessing, input.preprocessing)
      try expect(
        (own ?? Preprocessing()) == (students ?? Preprocessing()),
        "its inputs are preprocessed otherwise than the student's, whose inputs it is to see")
      return checkpoint
    }
    self.configuration = configuration
    ensemble = try Ensemble(checkpoints)
    normalisation = input.normalisation
  }

  /// Throws `RunError.unsuited` for a teacher that has learnt from rows that the student is to be examined on:
  /// what it knows of them would go through it into the student.
  func expectNothingLearnt(from heldOut: [Int], of dataset: PreparedDataset) throws {
    let examined = Set(heldOut)
    for teacher in ensemble.checkpoints
    where !examined.isEmpty && teacher.configuration.data.fingerprint == dataset.fingerprint {
      let rows = try TrainingRows(dataset, teacher.configuration)
      let known = examined.intersection(rows.training + rows.selection).count
      guard known == 0 else {
        throw RunError.unsuited(
          checkpoint: teacher.weights.path,
          problem:
            "it has seen \(known) of the \(examined.count) rows that the fold is examined on",
          remedy:
            "name a folder of as many folds with the same data.seed: fold by fold its runs teach")
      }
    }
  }

  /// What is to be learnt of a batch of the student's inputs [N, …]: the mean of the teachers'
  /// softened probabilities. Their calibration plays no part, for the temperature here is another.
  func distillation(of inputs: Tensor) -> Distillation {
    Distillation(
      weight: configuration.weight, temperature: configuration.temperature,
      teacher: ensemble.softened(
        inputs, normalisedBy: normalisation, temperature: configuration.temperature))
  }
}
