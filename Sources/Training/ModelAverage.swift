internal import Kernels
public import NeuralNetwork
internal import TensorCore

/// A network whose weights are the running mean of those that training goes through (Polyak and
/// Juditsky 1992, DOI 10.1137/0330046; with exponential weights as in Tarvainen and Valpola, NeurIPS
/// 2017, DOI 10.48550/arXiv.1703.01780). After step t, from 0,
///
///     average ← d · average + (1 − d) · weights,  d = min(decay, (1 + t) / (10 + t))
///
/// where the second term lets it forget the first weights quickly. Batch norm's running statistics
/// are averaged like weights, since they are of the weights they came with.
public struct ModelAverage: Sendable {
  /// The averaged network.
  public internal(set) var model: Sequential
  /// The greatest share of the old average that is kept.
  public let decay: Double

  /// An average that begins at `model`'s weights. `decay` is in 0..<1.
  public init(of model: Sequential, decay: Double) {
    precondition((0..<1).contains(decay), "a decay of \(decay)")
    self.model = model
    self.decay = decay
  }

  /// Takes the weights after step `step` in; `model` is only read.
  public mutating func take(_ model: inout Sequential, step: Int) {
    let kept = min(decay, Double(1 + step) / Double(10 + step))
    var tensors: [Tensor] = []
    model.forEachParameter { tensors.append($1) }
    model.forEachBuffer { tensors.append($1) }
    var index = 0
    func move(_ path: String, _ average: inout Tensor) {
      let count = average.count
      precondition(tensors[index].count == count, "\(path): \(tensors[index].shape)")
      tensors[index].read { value in
        average.write {
          moveAverage(count: count, factor: Float(1 - kept), towards: value, $0)
        }
      }
      index += 1
    }
    self.model.forEachParameter(move)
    self.model.forEachBuffer(move)
  }
}

/// Whether weights are averaged.
public struct AveragingConfiguration: Codable, Hashable, Sendable {
  /// The share of the average that a step keeps, such as 0.999; 0 does not average.
  public var emaDecay = 0.0

  enum CodingKeys: String, CodingKey { case emaDecay = "ema_decay" }

  /// The default: no average.
  public init() {}

  /// The average for a run that begins at `model`'s weights, nil where none is wanted.
  public func make(for model: Sequential) -> ModelAverage? {
    emaDecay > 0 ? ModelAverage(of: model, decay: emaDecay) : nil
  }

  /// Throws `SettingError`.
  public func validate() throws {
    guard (0..<1).contains(emaDecay) else {
      throw SettingError(
        key: "averaging.ema_decay", found: "\(emaDecay)",
        expected: "a number of at least 0 and below 1")
    }
  }
}
