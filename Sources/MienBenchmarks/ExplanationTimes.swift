internal import Datasets
internal import Explainers
internal import Foundation
internal import Kernels
internal import Mien
internal import TensorCore

/// How long LIME takes within a process that has begun: one face alone, and several together.
///
/// `peers/lime_peer.py` measures the Python package on the same faces and weights.
struct ExplanationTimes: Encodable {
  /// Milliseconds of a face alone: the median, and the interquartile range over it.
  let milliseconds, spread: Double
  /// Milliseconds a face where `faces` are explained together.
  let together: Double
  let faces, samples, parts, runs: Int
  /// What the network says of the first face, and the weights of what it says most.
  let probabilities, weights: [Double]

  private enum CodingKeys: String, CodingKey {
    case milliseconds, spread, faces, samples, parts, runs, probabilities, weights
    case together = "milliseconds_together"
  }

  /// Explains the first rows of the first split of prepared data, as `mien explain` does.
  init(
    checkpoint: String, data: String, faces count: Int, samples: Int,
    precision: InferencePrecision, effort: Effort
  ) throws {
    let dataset = try PreparedDataset(at: URL(fileURLWithPath: data))
    var lime = LIME()
    lime.samples = samples
    let explainer = FaceExplainer(
      try Predictor(Checkpoint(at: URL(fileURLWithPath: checkpoint)), precision: precision),
      method: lime, parts: 50)
    let faces = (0..<min(count, dataset.count)).map { dataset.image(of: $0) }
    let random = RandomStream(seed: 1)
    let clock = ContinuousClock()
    func time(_ body: () throws -> Void) throws -> Double {
      try clock.measure(body) / .milliseconds(1)
    }
    let found = try explainer.explain(faces[0], random: random)
    var (alone, together): ([Double], [Double]) = ([], [])
    for _ in 0..<effort.runs {
      alone.append(try time { _ = try explainer.explain(faces[0], random: random) })
      together.append(try time { _ = try explainer.explain(faces, random: random) })
    }
    let median = Measurement(milliseconds: alone)
    (milliseconds, spread) = (median.milliseconds, median.spread)
    self.together = Measurement(milliseconds: together).milliseconds / Double(faces.count)
    (self.faces, self.samples, runs) = (faces.count, samples, effort.runs)
    parts = found.segmentation.count
    (probabilities, weights) = (found.probabilities, found.classes[found.mostProbable].weights)
  }
}
