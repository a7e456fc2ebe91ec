import Foundation
import Imaging
import TensorCore
import TestSupport
import Testing

@testable import Datasets

@Suite("Preprocessed rows") struct PreprocessedRowsTests {
  private static var settings: Preprocessing {
    var settings = Preprocessing()
    settings.equalisation = .clahe
    settings.denoising = .median
    return settings
  }

  private func preprocessed(_ levels: [UInt8]) -> [UInt8] {
    var result = [UInt8](repeating: 0, count: levels.count)
    Self.settings.apply(levels, to: &result, width: 48, height: 48)
    return result
  }

  @Test("batches, plain and augmented, are of preprocessed rows") func batches() throws {
    try PreparedDatasetTests.withData { data, _ in
      let rows = [7, 3, 30]
      let source = data.source(
        rows: rows, normalisation: Normalisation(mean: 0, standardDeviation: 1 / 255.0),
        preprocessing: Self.settings, augmentation: Augmentation(flip: 1))
      let expected = rows.map { preprocessed(Fixtures.levels($0)) }
      expectClose(
        source.batch([2, 0]).inputs.elements, (expected[2] + expected[0]).map(Double.init),
        absolute: 1e-3)
      let mirrored = source.augmentedBatch([1], random: RandomStream(seed: 1)).inputs.elements
      expectClose(
        mirrored, (0..<2304).map { Double(expected[1][$0 / 48 * 48 + 47 - $0 % 48]) },
        absolute: 1e-3)
    }
  }

  @Test("rows that are kept and rows that are worked out anew are the same") func limit() throws {
    try PreparedDatasetTests.withData { data, _ in
      let rows = Array(0..<40)
      let (kept, anew) = (
        PreprocessedRows(data, rows: rows, Self.settings),
        PreprocessedRows(data, rows: rows, Self.settings, limit: 40 * 2304 - 1)
      )
      for index in rows {
        let expected = preprocessed(Fixtures.levels(index))
        #expect(kept.withPixels(index) { Array($0) } == expected)
        #expect(anew.withPixels(index) { Array($0) } == expected)
      }
    }
  }

  @Test("mean and deviation are those of the rows after preprocessing") func normalisation() throws
  {
    try PreparedDatasetTests.withData(400) { data, _ in
      let rows = Array(0..<300)
      let levels = rows.flatMap { preprocessed(Fixtures.levels($0)) }.map { Double($0) / 255 }
      let mean = levels.reduce(0, +) / Double(levels.count)
      let variance =
        levels.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(levels.count)
      let found = data.normalisation(ofRows: rows, Self.settings)
      expectClose([found.mean[0]], [mean], absolute: 1e-9)
      expectClose([found.standardDeviation[0]], [variance.squareRoot()], absolute: 1e-9)
      #expect(abs(found.mean[0] - data.manifest.mean[0]) > 0.01)
    }
  }
}
