internal import Foundation

/// Rows of logits that one thread takes at a time.
private let rowGrain = 64

/// p[r, c] = e^z[r, c] / Σ_k e^z[r, k]; p may be z.
///
/// z, p: [rows, classes]. In Double, and after subtracting the row's maximum, which changes nothing
/// but keeps every power at most 1.
public func softmax(
  rows: Int, classes: Int, _ z: UnsafePointer<Float>, _ p: UnsafeMutablePointer<Float>
) {
  parallelFor(rows, grain: rowGrain) { range in
    for row in range {
      let (z, p) = (z + row * classes, p + row * classes)
      let normaliser = logSumExp(classes, z)
      for c in 0..<classes { p[c] = Float(exp(Double(z[c]) - normaliser)) }
    }
  }
}

/// l[r, c] = z[r, c] - ln Σ_k e^z[r, k]; l may be z. Shapes as in `softmax`.
public func logSoftmax(
  rows: Int, classes: Int, _ z: UnsafePointer<Float>, _ l: UnsafeMutablePointer<Float>
) {
  parallelFor(rows, grain: rowGrain) { range in
    for row in range {
      let (z, l) = (z + row * classes, l + row * classes)
      let normaliser = logSumExp(classes, z)
      for c in 0..<classes { l[c] = Float(Double(z[c]) - normaliser) }
    }
  }
}

/// losses[r] = Σ_c t[r, c] (ln Σ_k e^z[r, k] - z[r, c]) and
/// dz[r, c] = (softmax(z)[r, c] Σ_k t[r, k] - t[r, c]) / rows, the gradient of the losses' mean.
///
/// z, t, dz: [rows, classes], losses: [rows]. The targets t are usually probabilities; a class with
/// t = 0 adds nothing, even where its logit is -∞.
public func softmaxCrossEntropy(
  rows: Int, classes: Int, _ z: UnsafePointer<Float>, _ t: UnsafePointer<Float>,
  losses: UnsafeMutablePointer<Double>, dz: UnsafeMutablePointer<Float>
) {
  parallelFor(rows, grain: rowGrain) { range in
    for row in range {
      let offset = row * classes
      let (z, t, dz) = (z + offset, t + offset, dz + offset)
      let normaliser = logSumExp(classes, z)
      var (loss, mass) = (0.0, 0.0)
      for c in 0..<classes where t[c] != 0 {
        loss += Double(t[c]) * (normaliser - Double(z[c]))
        mass += Double(t[c])
      }
      losses[row] = loss
      for c in 0..<classes {
        dz[c] = Float((exp(Double(z[c]) - normaliser) * mass - Double(t[c])) / Double(rows))
      }
    }
  }
}

/// ln Σ_c e^z[c]; NaN if a logit is NaN.
@inline(__always)
private func logSumExp(_ classes: Int, _ z: UnsafePointer<Float>) -> Double {
  var greatest = z[0]
  for c in 1..<max(1, classes) where z[c] > greatest { greatest = z[c] }
  var sum = 0.0
  for c in 0..<classes { sum += exp(Double(z[c]) - Double(greatest)) }
  return Double(greatest) + log(sum)
}
