internal import Foundation

/// An activation, as the references know it.
public enum ActivationFunction: Sendable {
  case relu, gelu, tanh, sigmoid
  case leakyReLU(slope: Double)
}

extension Reference {
  /// y = f(x), element by element.
  public static func activationForward<T: BinaryFloatingPoint>(
    _ f: ActivationFunction, _ x: [T]
  ) -> [T] {
    x.map { x in
      let x = Double(x)
      switch f {
      case .relu: return T(max(x, 0))
      case .leakyReLU(let slope): return T(x > 0 ? x : slope * x)
      case .gelu: return T(x * erfc(-x / 2.0.squareRoot()) / 2)
      case .tanh: return T(Foundation.tanh(x))
      case .sigmoid: return T(1 / (1 + exp(-x)))
      }
    }
  }

  /// dx = dy f′(x), element by element.
  public static func activationBackward<T: BinaryFloatingPoint>(
    _ f: ActivationFunction, _ x: [T], _ dy: [T]
  ) -> [T] {
    zip(x, dy).map { x, dy in
      let x = Double(x)
      switch f {
      case .relu: return x > 0 ? dy : 0
      case .leakyReLU(let slope): return x > 0 ? dy : dy * T(slope)
      case .gelu:
        let density = exp(-x * x / 2) / (2 * Double.pi).squareRoot()
        return dy * T(erfc(-x / 2.0.squareRoot()) / 2 + x * density)
      case .tanh:
        let y = Foundation.tanh(x)
        return dy * T(1 - y * y)
      case .sigmoid:
        let y = 1 / (1 + exp(-x))
        return dy * T(y * (1 - y))
      }
    }
  }
}
