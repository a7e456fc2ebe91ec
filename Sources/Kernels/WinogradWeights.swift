// Between a kernel's weights, [3, 3, C, F], and their components, [components][C][F].

extension WinogradKernel {
  /// U = G g Gᵀ.
  func transformWeights(_ weight: UnsafePointer<Float>, _ u: UnsafeMutablePointer<Float>) {
    transformWeights(channels: shape.inputChannels, filters: shape.filters, weight, u)
  }

  /// The components with channels and filters exchanged, [components][F][C], as backward needs
  /// them: BLAS multiplies by a matrix that lies right almost twice as fast.
  func transformWeightsTransposed(
    _ weight: UnsafePointer<Float>, _ u: UnsafeMutablePointer<Float>
  ) {
    withScratch(shape.weightCount) { transposed in
      transposeTaps(shape, weight, transposed)
      transformWeights(channels: shape.filters, filters: shape.inputChannels, transposed, u)
    }
  }

  private func transformWeights(
    channels: Int, filters: Int, _ weight: UnsafePointer<Float>, _ u: UnsafeMutablePointer<Float>
  ) {
    let stride = channels * filters
    parallelFor(channels, grain: max(1, 1024 / filters)) { range in
      withScratch(Transform.temporaryCount) { temporary in
        for c in range {
          let (weight, u) = (weight + c * filters, u + c * filters)
          forEachLanes(filters) { f, count in
            transformTwice(
              Transform.Kernel.self, temporary,
              read: { weight.lanes(($0 * 3 + $1) * stride + f, count: count) },
              write: { u.setLanes(($0 * Transform.inputs + $1) * stride + f, $2, count: count) })
          }
        }
      }
    }
  }

  /// dWeight = Gᵀ (Σ dU) G, over `pieces` partial sums of dU in their order.
  func transformWeightGradient(
    _ du: UnsafePointer<Float>, pieces: Int, _ dWeight: UnsafeMutablePointer<Float>
  ) {
    let (filters, stride, size) = (shape.filters, shape.inputChannels * shape.filters, weightCount)
    parallelFor(shape.inputChannels, grain: max(1, 1024 / filters)) { range in
      withScratch(Transform.temporaryCount) { temporary in
        for c in range {
          let (du, dWeight) = (du + c * filters, dWeight + c * filters)
          forEachLanes(filters) { f, count in
            transformTwice(
              Transform.KernelAdjoint.self, temporary,
              read: {
                let index = ($0 * Transform.inputs + $1) * stride + f
                var sum = Lanes.zero
                for piece in 0..<pieces { sum += du.lanes(piece * size + index, count: count) }
                return sum
              },
              write: { dWeight.setLanes(($0 * 3 + $1) * stride + f, $2, count: count) })
          }
        }
      }
    }
  }
}
