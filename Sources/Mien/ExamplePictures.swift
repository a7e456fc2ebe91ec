internal import AudioFeatures
internal import Datasets
internal import Foundation
internal import Imaging
internal import Reporting
internal import TensorCore

extension ReportSubject {
  /// What the rows of prepared data are.
  init(_ manifest: Manifest) { self.init(kind: manifest.kind, groupKind: manifest.groupKind) }

  /// What rows of a kind are, whose groups are speakers or artists where that is known.
  init(kind: String, groupKind: String? = nil) {
    switch (kind, groupKind) {
    case (Manifest.imageKind, _): self = .faces
    case (_, "speaker"): self = .speech
    case (_, "artist"): self = .music
    case (Manifest.tableKind, _): self = .rows
    default: self = .sounds
    }
  }
}

/// Makes pictures of what is stored of the rows of prepared data.
struct ExamplePictures {
  private let manifest: Manifest
  private let features: FeatureSet?

  /// Pictures of rows as a manifest describes them.
  init(_ manifest: Manifest) {
    self.manifest = manifest
    features = manifest.preparation.sound.flatMap { FeatureSetRegistry.named($0.features) }
  }

  /// What the stored numbers of a row look like, in row-major order of the manifest's shape; nil where
  /// nothing is known of drawing such rows, as of coloured pictures.
  func picture(of values: [Float]) -> ExamplePicture? {
    let shape = manifest.shape
    precondition(values.count == shape.count, "\(values.count) numbers of \(shape)")
    switch manifest.kind {
    case Manifest.imageKind where manifest.holdsGrayPictures:
      return .image(GrayImage(width: shape[1], height: shape[0], levels: values))
    case Manifest.spectrogramKind where shape.rank == 3 && shape[2] == 1:
      return .grid(spectrogram(values, bands: shape[0], frames: shape[1]))
    case Manifest.seriesKind where shape.rank == 2:
      return .grid(series(values, frames: shape[0], numbers: shape[1]))
    case Manifest.tableKind:
      let deviations = standardised(values)
      return .bars(
        ExampleBars(
          columns: deviations.indices.map { column in
            ExampleBars.Bar(name: name(ofColumn: column), deviations: Double(deviations[column]))
          }))
    default: return nil
    }
  }

  /// How a notebook draws such a row.
  func drawing(of picture: ExamplePicture) -> RunNotebook.Drawing {
    switch picture {
    case .image: .image
    case .grid(let grid): manifest.kind == Manifest.seriesKind ? .series(grid) : .spectrogram(grid)
    case .bars: .table
    }
  }

  private func name(ofColumn column: Int) -> String {
    manifest.columns?[column] ?? "column \(column + 1)"
  }

  /// How many deviations from the mean of the training rows each number lies, by column; 0 where
  /// all training rows have the same.
  private func standardised(_ values: [Float]) -> [Float] {
    let (mean, deviation) = (manifest.mean, manifest.standardDeviation)
    return values.enumerated().map { index, value in
      deviation[index] > 0 ? Float((Double(value) - mean[index]) / deviation[index]) : 0
    }
  }

  private static let decibels = 80.0

  private func spectrogram(_ values: [Float], bands: Int, frames: Int) -> ExampleGrid {
    let scale = features?.spectrogramScale
    let marks = [250, 1000, 4000].compactMap { hertz -> ExampleGrid.Tick? in
      // Rows count from their middles.
      guard let row = scale.map({ $0.band(atHertz: Double(hertz)) - 0.5 }),
        (0...Double(bands - 1)).contains(row)
      else { return nil }
      return ExampleGrid.Tick(row: row, label: "\(hertz)")
    }
    let plain = [0, bands - 1].map { ExampleGrid.Tick(row: Double($0), label: "\($0 + 1)") }
    let time = time(of: frames)
    return ExampleGrid(
      rows: (0..<bands).map { Array(values[$0 * frames..<($0 + 1) * frames]) },
      ticks: marks.isEmpty ? plain : marks, yLabel: marks.isEmpty ? "band" : "Hz",
      extent: time.extent, xLabel: time.label, low: -Self.decibels, high: 0, valueLabel: "dB",
      words:
        "Shown is the spectrogram that the network sees: low frequencies are below, darker is louder, "
        + "in decibels below the loudest place.")
  }

  private func series(_ values: [Float], frames: Int, numbers: Int) -> ExampleGrid {
    let deviations = standardised(values)
    let names = features?.frameColumns ?? (1...numbers).map { "number \($0)" }
    let time = time(of: frames)
    // The first column is on top, as in a table.
    return ExampleGrid(
      rows: (0..<numbers).reversed().map { column in
        (0..<frames).map { deviations[$0 * numbers + column] }
      },
      ticks: names.reversed().enumerated().map { ExampleGrid.Tick(row: Double($0), label: $1) },
      yLabel: "", extent: time.extent, xLabel: time.label, low: -3, high: 3, valueLabel: "σ",
      words:
        "Shown are the numbers that the network sees, frame by frame, each in standard deviations (σ) "
        + "from its mean in the training rows: darker is more than usual.")
  }

  private func time(of frames: Int) -> (extent: Double, label: String) {
    features?.secondsPerFrame.map { (Double(frames) * $0, "seconds") } ?? (Double(frames), "frames")
  }
}

extension GrayImage {
  /// Stored or changed grey levels, rounded.
  init(width: Int, height: Int, levels: some Collection<Float>) {
    self.init(
      width: width, height: height,
      pixels: levels.map { UInt8(min(max($0.rounded(), 0), 255)) })
  }
}
