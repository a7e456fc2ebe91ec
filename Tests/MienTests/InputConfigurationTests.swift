import Datasets
import Foundation
import Imaging
import TensorCore
import TestSupport
import Testing

@testable import Mien

@Suite("Input configuration") struct InputConfigurationTests {
  private static var preprocessing: Preprocessing {
    var preprocessing = Preprocessing()
    preprocessing.equalisation = .clahe
    preprocessing.denoising = .gaussian
    return preprocessing
  }

  @Test("levels become the inputs that rows of prepared data become", arguments: [true, false])
  func sameAsRows(_ isPreprocessed: Bool) throws {
    try withTemporaryFolder { folder in
      let csv = folder.appendingPathComponent("faces.csv")
      try SyntheticFaces(seed: 2).writeCSV(rows: 30, to: csv)
      let prepared = folder.appendingPathComponent("data")
      _ = try Preparation.prepare(csv, to: prepared, PreparationOptions())
      let dataset = try PreparedDataset(at: prepared)
      let rows = Array(0..<12)
      var input = InputConfiguration(
        kind: "image", shape: [48, 48, 1], normalisation: dataset.manifest.normalisation)
      if isPreprocessed {
        input.preprocessing = Self.preprocessing
        input.normalisation = dataset.normalisation(ofRows: rows, Self.preprocessing)
      }
      let batch = dataset.source(
        rows: rows, normalisation: input.normalisation, preprocessing: input.preprocessing
      ).batch(rows).inputs
      let levels = Predictor.levels(of: rows.map { dataset.image(of: $0) })
      #expect(input.inputs(ofLevels: levels) == batch)
      let elements = batch.elements
      let mean = elements.reduce(0) { $0 + Double($1) } / Double(elements.count)
      if isPreprocessed { #expect(abs(mean) < 1e-4) }
    }
  }

  @Test("a checkpoint made before there was preprocessing is read, and written as before")
  func older() throws {
    let json =
      #"{"kind":"image","normalisation":{"mean":0.5,"standard_deviation":0.25},"shape":[48,48,1]}"#
    let input = try JSONDecoder().decode(InputConfiguration.self, from: Data(json.utf8))
    #expect(input.preprocessing == nil)
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(try String(decoding: encoder.encode(input), as: UTF8.self) == json)
  }

  @Test("preprocessing of other things than grey pictures is refused") func colours() throws {
    var input = InputConfiguration(
      kind: "image", shape: [48, 48, 3],
      normalisation: Normalisation(mean: 0.5, standardDeviation: 0.25))
    try input.validate()
    input.preprocessing = Self.preprocessing
    let error = try #require(throws: RunError.self) { try input.validate() }
    #expect(error.description.contains("grey pictures") && error.kind == .usage)
    input.shape = [48, 48, 1]
    input.preprocessing?.size = 4
    #expect(throws: SettingError.self) { try input.validate() }
  }
}
