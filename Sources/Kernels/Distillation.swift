internal import Foundation

/// Rows of logits that one thread takes at a time.
private let rowGrain = 64

/// Blends what a teacher says of the same examples into a loss and its gradient (Hinton, Vinyals and
/// Dean 2015, arXiv 1503.02531):
///
/// losses[r] ← (1 - w) losses[r] + w T² Σ_c q[r, c] (ln Σ_k e^(z[r, k] / T) - z[r, c] / T) and
/// dz[r, c] ← (1 - w) dz[r, c] + w T (softmax(z / T)[r, c] Σ_k q[r, k] - q[r, c]) / rows.
///
/// T² makes up for the gradients of softened logits being smaller by about as much, so that the
/// temperature does not change what the weight means.
///
/// - Parameters:
///   - weight: w, in 0...1.
///   - temperature: T, above 0.
///   - z: the student's logits, [rows, classes].
///   - q: the teacher's probabilities at the same temperature, [rows, classes].
///   - losses: [rows], as `softmaxCrossEntropy` leaves them.
///   - dz: [rows, classes], likewise.
public func blendDistillation(
  rows: Int, classes: Int, weight: Double, temperature: Double, _ z: UnsafePointer<Float>,
  _ q: UnsafePointer<Float>, losses: UnsafeMutablePointer<Double>, dz: UnsafeMutablePointer<Float>
) {
  parallelFor(rows, grain: rowGrain) { range in
    withUnsafeTemporaryAllocation(of: Double.self, capacity: classes) { soft in
      for row in range {
        let offset = row * classes
        let (z, q, dz) = (z + offset, q + offset, dz + offset)
        var greatest = -Double.infinity
        for c in 0..<classes {
          soft[c] = Double(z[c]) / temperature
          // Unlike max, this keeps a NaN out of the maximum and in the sum.
          if soft[c] > greatest { greatest = soft[c] }
        }
        var sum = 0.0
        for c in 0..<classes { sum += exp(soft[c] - greatest) }
        let normaliser = greatest + log(sum)
        var (loss, mass) = (0.0, 0.0)
        for c in 0..<classes where q[c] != 0 {
          loss += Double(q[c]) * (normaliser - soft[c])
          mass += Double(q[c])
        }
        losses[row] = (1 - weight) * losses[row] + weight * temperature * temperature * loss
        for c in 0..<classes {
          let gradient = (exp(soft[c] - normaliser) * mass - Double(q[c])) / Double(rows)
          dz[c] = Float((1 - weight) * Double(dz[c]) + weight * temperature * gradient)
        }
      }
    }
  }
}
