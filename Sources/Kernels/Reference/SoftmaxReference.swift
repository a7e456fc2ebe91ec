internal import Foundation

extension Reference {
  /// p = e^z / Σ e^z, row by row of z: [rows, classes].
  public static func softmax<T: BinaryFloatingPoint>(classes: Int, _ z: [T]) -> [T] {
    let powers = z.map { T(exp(Double($0))) }
    return powers.indices.map { i in
      let row = i / classes * classes
      return powers[i] / powers[row..<row + classes].reduce(0, +)
    }
  }

  /// The mean over the rows of -Σ_c t ln softmax(z).
  public static func softmaxCrossEntropy<T: BinaryFloatingPoint>(
    classes: Int, _ z: [T], _ t: [T]
  ) -> T {
    let p = softmax(classes: classes, z)
    let sum = p.indices.reduce(T(0)) { $0 - t[$1] * T(log(Double(p[$1]))) }
    return sum / T(z.count / classes)
  }

  /// The gradient of `softmaxCrossEntropy` by z, for targets that need not sum to 1.
  public static func softmaxCrossEntropyGradient<T: BinaryFloatingPoint>(
    classes: Int, _ z: [T], _ t: [T]
  ) -> [T] {
    let p = softmax(classes: classes, z)
    return p.indices.map { i in
      let row = i / classes * classes
      return (p[i] * t[row..<row + classes].reduce(0, +) - t[i]) / T(z.count / classes)
    }
  }
}
