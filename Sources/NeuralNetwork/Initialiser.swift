public import TensorCore

/// How weights begin.
public enum Initialiser: Sendable {
  /// Uniform in ±√(6 / (fanIn + fanOut)), for tanh and sigmoid (Glorot and Bengio, AISTATS 2010,
  /// https://proceedings.mlr.press/v9/glorot10a.html).
  case glorot(fanIn: Int, fanOut: Int)
  /// Normal with variance 2 / fanIn, for the ReLU family (He et al., ICCV 2015,
  /// DOI 10.1109/ICCV.2015.123).
  case he(fanIn: Int)

  /// A tensor of fresh weights.
  public func tensor(_ shape: Shape, random: RandomStream) -> Tensor {
    var random = random
    return Tensor(uninitialized: shape) { weight in
      switch self {
      case .glorot(let fanIn, let fanOut):
        let bound = (6 / Float(fanIn + fanOut)).squareRoot()
        for i in 0..<shape.count { weight[i] = random.uniform(-bound, bound) }
      case .he(let fanIn):
        let deviation = (2 / Float(fanIn)).squareRoot()
        for i in 0..<shape.count { weight[i] = deviation * random.normal() }
      }
    }
  }
}
