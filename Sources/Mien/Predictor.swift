internal import Foundation
public import Imaging
public import Kernels
public import TensorCore

extension Checkpoint {
  /// Whether its inputs are pictures of one channel, as faces are.
  public var takesGrayPictures: Bool {
    input.kind == "image" && input.shape.rank == 3 && input.shape[2] == 1
  }
}

/// Says what faces show, one or many at a time. Asking changes nothing, so one predictor serves
/// several threads at once, and what it says of a face does not depend on the faces beside it.
public struct Predictor: Sendable {
  /// What is asked.
  public let ensemble: Ensemble
  /// The views of a face over which probabilities are averaged.
  public let views: TestTimeAugmentation

  /// The networks that are asked.
  public var checkpoints: [Checkpoint] { ensemble.checkpoints }
  /// The classes in the order of the probabilities.
  public var classes: [String] { ensemble.classes }
  /// What a face is to the networks: [H, W, 1].
  public var shape: Shape { ensemble.shape }

  /// Checks that the checkpoints take grey pictures and go together. Throws `RunError`, and `ModelError`
  /// for a network that does not take them.
  ///
  /// - Parameters:
  ///   - checkpoints: the networks that answer together.
  ///   - views: the views of a face over which probabilities are averaged.
  ///   - precision: the numbers that the networks multiply; `bfloat16` answers faster, and its
  ///     probabilities of faces differ by a thousandth on average.
  public init(
    _ checkpoints: [Checkpoint], views: TestTimeAugmentation = .none,
    precision: InferencePrecision = .float32
  ) throws {
    for checkpoint in checkpoints where !checkpoint.takesGrayPictures {
      throw RunError.unsuited(
        checkpoint: checkpoint.weights.path,
        problem: "it takes inputs of kind \(checkpoint.input.kind) and shape "
          + "\(checkpoint.input.shape), expected grey pictures",
        remedy: "choose a checkpoint that was trained on faces")
    }
    ensemble = try Ensemble(checkpoints, precision: precision)
    self.views = views
  }

  /// One checkpoint's predictor. Throws as `Checkpoint(at:)` and `init(_:)`.
  public init(
    _ checkpoint: Checkpoint, views: TestTimeAugmentation = .none,
    precision: InferencePrecision = .float32
  ) throws {
    try self.init([checkpoint], views: views, precision: precision)
  }

  /// The class probabilities [N, K] of faces as they are in a file: grey levels from 0 (black) to
  /// 255 (white), [N, H, W, 1].
  public func probabilities(ofLevels levels: Tensor) -> Tensor {
    ensemble.probabilities(ofLevels: levels, views: views)
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
