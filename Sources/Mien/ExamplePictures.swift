internal import Datasets
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

/// Makes pictures of what is stored of inputs.
struct ExamplePictures {
  private let input: InputConfiguration

  /// Pictures of what a network takes.
  init(_ input: InputConfiguration) { self.input = input }

  /// Pictures of rows as a manifest describes them.
  init(_ manifest: Manifest) { self.init(InputConfiguration(of: manifest)) }

  /// What the stored numbers of a row look like, in row-major order of the input's shape; nil where
  /// nothing is known of drawing such rows, as of coloured pictures.
  func picture(of numbers: [Float]) -> ExamplePicture? {
    let shape = input.shape
    precondition(numbers.count == shape.count, "\(numbers.count) numbers of \(shape)")
    let isOfOneChannel = shape.rank == 3 && shape[2] == 1
    switch input.explainedKind {
    case .picture where isOfOneChannel:
      return .image(GrayImage(width: shape[1], height: shape[0], levels: numbers))
    case .spectrogram where isOfOneChannel:
      return .grid(spectrogram(numbers, bands: shape[0], frames: shape[1]))
    case .series: return .grid(series(Tensor(shape, numbers), frames: shape[0], count: shape[1]))
    case .table:
      return .bars(
        ExampleBars(
          columns: zip(input.columnNames, input.deviations(of: Tensor(shape, numbers))).map {
            ExampleBars.Bar(name: $0, deviations: Double($1))
          }))
    case .picture, .spectrogram: return nil
    }
  }

  /// How a notebook draws such a row.
  func drawing(of picture: ExamplePicture) -> RunNotebook.Drawing {
    switch picture {
    case .image: .image
    case .grid(let grid): input.explainedKind == .series ? .series(grid) : .spectrogram(grid)
    case .bars: .table
    }
  }

  private func spectrogram(_ numbers: [Float], bands: Int, frames: Int) -> ExampleGrid {
    ExampleGrid(
      rows: (0..<bands).map { Array(numbers[$0 * frames..<($0 + 1) * frames]) },
      axes: input.axes(), low: input.shownRange.lowerBound, high: input.shownRange.upperBound,
      valueLabel: "dB",
      words:
        "Shown is the spectrogram that the network sees: low frequencies are below, darker is louder, "
        + "in decibels below the loudest place.")
  }

  private func series(_ values: Tensor, frames: Int, count: Int) -> ExampleGrid {
    let deviations = input.deviations(of: values)
    // The first column is on top, as in a table.
    return ExampleGrid(
      rows: (0..<count).reversed().map { column in
        (0..<frames).map { deviations[$0 * count + column] }
      },
      axes: input.axes(), low: input.shownRange.lowerBound, high: input.shownRange.upperBound,
      valueLabel: "σ",
      words:
        "Shown are the numbers that the network sees, frame by frame, each in standard deviations (σ) "
        + "from its mean in the training rows: darker is more than usual.")
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
