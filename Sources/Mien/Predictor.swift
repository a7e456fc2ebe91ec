internal import Foundation
public import Imaging
internal import NeuralNetwork
public import TensorCore

extension Checkpoint {
  /// Whether its inputs are pictures of one channel, as faces are.
  public var takesGrayPictures: Bool {
    input.kind == "image" && input.shape.rank == 3 && input.shape[2] == 1
  }
}

/// Says what faces show, one or many at a time. Asking changes nothing, so one predictor serves
/// several threads at once, and what it says of a face does not depend on the faces beside it;
/// several checkpoints are an ensemble whose probabilities are averaged.
public struct Predictor: Sendable {
  /// The networks that are asked.
  public let checkpoints: [Checkpoint]
  /// The classes in the order of the probabilities.
  public let classes: [String]
  /// What a face is to the networks: [H, W, 1].
  public let shape: Shape
  /// The networks prepared for answering, in the checkpoints' order.
  private let plans: [InferencePlan]

  /// Checks that the checkpoints take grey pictures and go together. Throws `RunError`, and `ModelError`
  /// for a network that does not take them.
  public init(_ checkpoints: [Checkpoint]) throws {
    guard let first = checkpoints.first else {
      preconditionFailure("no checkpoint to predict with")
    }
    let (classes, shape) = (first.classes, first.input.shape)
    for checkpoint in checkpoints {
      let (input, path) = (checkpoint.input, checkpoint.weights.path)
      guard checkpoint.takesGrayPictures else {
        throw RunError.unsuited(
          checkpoint: path,
          problem: "it takes inputs of kind \(input.kind) and shape \(input.shape), "
            + "expected grey pictures", remedy: "choose a checkpoint that was trained on faces")
      }
      guard checkpoint.classes == classes, input.shape == shape else {
        throw RunError.unsuited(
          checkpoint: path,
          problem: "its classes (\(checkpoint.classes.joined(separator: ", "))) or its inputs "
            + "\(input.shape) are not those of \(first.weights.path) "
            + "(\(classes.joined(separator: ", ")); \(shape))",
          remedy: "an ensemble needs networks for the same task")
      }
    }
    (self.checkpoints, self.classes, self.shape) = (checkpoints, classes, shape)
    plans = try checkpoints.map { try InferencePlan($0.model, input: shape) }
  }

  /// One checkpoint's predictor. Throws as `Checkpoint(at:)` and `init(_:)`.
  public init(_ checkpoint: Checkpoint) throws { try self.init([checkpoint]) }

  /// The class probabilities [N, K] of faces as they are in a file: grey levels from 0 (black) to
  /// 255 (white), [N, H, W, 1].
  public func probabilities(ofLevels levels: Tensor) -> Tensor {
    precondition(
      levels.shape == shape.prepending(levels.shape[0]), "levels \(levels.shape), faces \(shape)")
    let count = levels.shape[0] * classes.count
    var mean = Tensor([levels.shape[0], classes.count])
    for (checkpoint, plan) in zip(checkpoints, plans) {
      let part = plan.predict(checkpoint.input.inputs(ofLevels: levels)).softmax()
      mean.write { mean in
        part.read { part in
          for i in 0..<count { mean[i] += part[i] / Float(checkpoints.count) }
        }
      }
    }
    return mean
  }

  /// The class probabilities [N, K] of faces cut out as the networks take them, `batchSize` at a
  /// time.
  public func probabilities(of faces: [GrayImage], batchSize: Int = 128) -> Tensor {
    var all: [Float] = []
    for start in stride(from: 0, to: faces.count, by: batchSize) {
      let batch = faces[start..<min(start + batchSize, faces.count)]
      all += probabilities(ofLevels: Self.levels(of: Array(batch))).elements
    }
    return Tensor([faces.count, classes.count], all)
  }

  /// Pictures of one size as grey levels, [N, H, W, 1].
  public static func levels(of faces: [GrayImage]) -> Tensor {
    let (height, width) = (faces.first?.height ?? 0, faces.first?.width ?? 0)
    precondition(
      faces.allSatisfy { $0.height == height && $0.width == width }, "faces of several sizes")
    return Tensor([faces.count, height, width, 1], faces.flatMap { $0.pixels.map { Float($0) } })
  }
}
