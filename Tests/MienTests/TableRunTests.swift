import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Mien

@Suite("Runs on tables") struct TableRunTests {
  /// Sixty songs of three genres, each its own group, with two columns that tell them apart. Rows of
  /// `absurd` have values a million times as large.
  private func prepare(in folder: URL, absurd: Set<Int> = []) throws -> PreparedDataset {
    var (text, random) = ("filename,tempo,energy,label\n", RandomStream(seed: 4))
    for row in 0..<60 {
      let genre = ["blues", "jazz", "pop"][row % 3]
      let factor: Float = absurd.contains(row) ? 1e6 : 1
      let tempo = factor * (100 + Float(row % 3) * 20 + random.normal())
      let energy = factor * (Float(row % 3) * 0.1 + random.normal() * 0.01)
      text += "\(genre).000\(row).wav,\(tempo),\(energy),\(genre)\n"
    }
    let source = folder.appendingPathComponent("features-\(absurd.count).csv")
    try text.write(to: source, atomically: true, encoding: .utf8)
    let out = folder.appendingPathComponent("data-\(absurd.count)")
    var options = SoundOptions()
    options.split = .none
    _ = try SoundPreparation.prepare([source], to: out, options)
    return try PreparedDataset(at: out)
  }

  private func configuration(
    _ folder: URL, absurd: Int = 0, folds: Int? = nil
  ) -> RunConfiguration {
    var configuration = RunConfiguration()
    configuration.data.path = folder.appendingPathComponent("data-\(absurd)").path
    configuration.data.folds = folds
    configuration.data.fold = folds.map { _ in 2 }
    return configuration
  }

  private func normalisation(_ configuration: RunConfiguration) throws -> Normalisation? {
    try TrainingRun.completed(configuration).0.input?.normalisation
  }

  @Test("rows that are held out or choose have no part in the mean and the deviation")
  func heldOut() throws {
    try withTemporaryFolder { folder in
      let data = try prepare(in: folder)
      for folds in [5, nil] {
        let own = configuration(folder, folds: folds)
        let rows = try TrainingRows(data, own)
        let apart = rows.heldOut + rows.selection
        #expect(!apart.isEmpty && (folds == nil) == rows.heldOut.isEmpty)
        let statistics = try #require(try normalisation(own))
        #expect(statistics != data.manifest.normalisation)
        // Of the rows that are learnt from, by column.
        for column in 0..<2 {
          let values = rows.training.map { row in
            var values = [Float](repeating: 0, count: 2)
            data.read(row, into: &values)
            return Double(values[column])
          }
          let mean = values.reduce(0, +) / Double(values.count)
          let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
          expectClose(
            [statistics.mean[column], statistics.standardDeviation[column]],
            [mean, square.squareRoot()], relative: 1e-9)
        }

        let absurd = try prepare(in: folder, absurd: Set(apart.map(data.sourceRow)))
        let other = configuration(folder, absurd: apart.count, folds: folds)
        #expect(try TrainingRows(absurd, other).training == rows.training)
        #expect(absurd.manifest.normalisation != data.manifest.normalisation)
        #expect(try normalisation(other) == statistics)
      }
    }
  }

  @Test("rows of the whole split have the manifest's, and so have images whatever is held out")
  func whole() throws {
    try withTemporaryFolder { folder in
      let data = try prepare(in: folder)
      let rows = try data.rows(inSplit: "train")
      #expect(try data.normalisation(ofRows: rows.reversed()) == data.manifest.normalisation)

      let csv = folder.appendingPathComponent("faces.csv")
      try SyntheticFaces(seed: 2).writeCSV(rows: 60, to: csv)
      let images = folder.appendingPathComponent("data-7")
      _ = try Preparation.prepare(csv, to: images, PreparationOptions())
      let known = try PreparedDataset(at: images).manifest.normalisation
      #expect(try normalisation(configuration(folder, absurd: 7, folds: 3)) == known)
    }
  }

  @Test("the usual network is chosen by the data, and written down; one that was chosen stays")
  func usualNetwork() throws {
    try withTemporaryFolder { folder in
      _ = try prepare(in: folder)
      let own = configuration(folder)
      #expect(own.model == .named("vgg10"))
      #expect(try TrainingRun.completed(own).0.model == .named("mlp"))
      var chosen = own
      chosen.model = .named("mlp", settings: ["units": [8]])
      #expect(try TrainingRun.completed(chosen).0.model == chosen.model)

      // What a configuration says without a name is meant of the network for pictures.
      let widths = try RunConfiguration(overlays: [
        ("test", .object(["model": .object(["widths": [8, 8]])]))
      ])
      #expect(widths.model == .named("vgg10", settings: ["widths": [8, 8]]))

      let run = RunFolder(folder.appendingPathComponent("run"))
      _ = try TrainingRun.start(own, in: run)
      let written = try RunConfiguration(contentsOf: run.configuration)
      #expect(written.model == .named("mlp") && written.input?.shape == [2])
    }
  }

  @Test("a network for pictures does not learn from a table; the error says which does")
  func pictures() throws {
    try withTemporaryFolder { folder in
      _ = try prepare(in: folder)
      var own = configuration(folder)
      own.model = .named("vgg10")
      let error = #expect(throws: ModelError.self) {
        try TrainingRun.start(own, in: RunFolder(folder.appendingPathComponent("run")))
      }
      let text = error?.description ?? "none"
      #expect(text.contains("model vgg10: an example is 2, expected pictures"), "\(text)")
      #expect(text.contains("--model mlp"), "\(text)")
    }
  }
}
