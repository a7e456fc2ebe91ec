public import Imaging
internal import Kernels
internal import TensorCore

/// The pixels of some rows after preprocessing: worked out once and kept where they fit, else each
/// time anew.
final class PreprocessedRows: Sendable {
  /// Bytes that are kept at most.
  static let limit = 1 << 30

  private let dataset: PreparedDataset
  private let rows: [Int]
  private let preprocessing: Preprocessing
  private let kept: KeptBytes?

  init(
    _ dataset: PreparedDataset, rows: [Int], _ preprocessing: Preprocessing, limit: Int = limit
  ) {
    (self.dataset, self.rows, self.preprocessing) = (dataset, rows, preprocessing)
    let size = dataset.manifest.shape.count
    guard rows.count * size <= limit else {
      kept = nil
      return
    }
    let kept = KeptBytes(count: rows.count * size)
    self.kept = kept
    parallelFor(rows.count, grain: 64) { range in
      for index in range { work(out: kept.base + index * size, index) }
    }
  }

  /// Lends the pixels of the row at an index.
  func withPixels<Result>(
    _ index: Int, _ body: (UnsafeRawBufferPointer) -> Result
  ) -> Result {
    let size = dataset.manifest.shape.count
    if let kept {
      return body(UnsafeRawBufferPointer(start: kept.base + index * size, count: size))
    }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: size) { bytes in
      if let base = bytes.baseAddress { work(out: base, index) }
      return body(UnsafeRawBufferPointer(bytes))
    }
  }

  private func work(out: UnsafeMutablePointer<UInt8>, _ index: Int) {
    let shape = dataset.manifest.shape
    dataset.pixels(of: rows[index]).withMemoryRebound(to: UInt8.self) { pixels in
      guard let pixels = pixels.baseAddress else { return }
      preprocessing.apply(pixels, to: out, width: shape[1], height: shape[0])
    }
  }
}

/// Memory that is written once, before anyone else sees it.
private final class KeptBytes: @unchecked Sendable {
  let base: UnsafeMutablePointer<UInt8>
  init(count: Int) { base = .allocate(capacity: max(1, count)) }
  deinit { base.deallocate() }
}

extension PreparedDataset {
  /// The normalisation that brings `rows`, after preprocessing, to mean 0 and deviation 1.
  public func normalisation(ofRows rows: [Int], _ preprocessing: Preprocessing) -> Normalisation {
    let source = PreprocessedRows(self, rows: rows, preprocessing, limit: 0)
    let grain = 256
    let pieces = (rows.count + grain - 1) / grain
    var histograms = [[Int]](repeating: [], count: pieces)
    histograms.withUnsafeMutableBufferPointer { histograms in
      // Whole numbers, so neither order nor workers matter.
      parallelFor(pieces) { piece in
        var counts = [Int](repeating: 0, count: 256)
        for index in piece * grain..<min(rows.count, (piece + 1) * grain) {
          source.withPixels(index) { for level in $0 { counts[Int(level)] += 1 } }
        }
        histograms[piece] = counts
      }
    }
    let counts = (0..<256).map { level in histograms.reduce(0) { $0 + $1[level] } }
    let total = Double(max(1, counts.reduce(0, +)))
    func mean(_ value: (Double) -> Double) -> Double {
      counts.enumerated().reduce(0.0) { $0 + Double($1.element) * value(Double($1.offset) / 255) }
        / total
    }
    let average = mean { $0 }
    let variance = mean { ($0 - average) * ($0 - average) }
    return Normalisation(mean: average, standardDeviation: variance.squareRoot())
  }
}
