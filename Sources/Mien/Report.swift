internal import Datasets
internal import Evaluation
public import Foundation
internal import Imaging
internal import Reporting
internal import TensorCore

/// What became of a network, measured and ready to be written: as a page, as a notebook with the
/// files it reads, and as pictures. The same report always gives the same bytes.
public struct Report {
  let source: ReportSource
  /// Nil where the data are gone.
  let judged: ReportedRows?
  let sampleCount: Int
  let hits, errors: [ReportSample]

  /// Writes the page, one HTML file that needs nothing but itself. Throws
  /// `FileError.cannotWrite`.
  public func writePage(to file: URL) throws { try RunReport(content).write(to: file) }

  /// Writes `curves.png`, `confusion.png` and `samples.png` as far as there is something to draw;
  /// gives the files. `samples.png` also shows the training examples. Throws
  /// `FileError.cannotWrite`.
  func writePictures(
    to folder: URL, trainingExamples: [(name: String, images: [GrayImage])]
  ) throws -> [URL] {
    var samples = samples
    if !trainingExamples.isEmpty {
      samples = samples ?? SamplesFigure(samples: [])
      samples?.augmented = trainingExamples
    }
    let pictures: [(String, (any Figure)?)] = [
      ("curves.png", curves), ("confusion.png", confusion), ("samples.png", samples),
    ]
    return try pictures.compactMap { name, figure in
      guard let figure else { return nil }
      let file = folder.appendingPathComponent(name)
      try writeAtomically(figure.png(), to: file)
      return file
    }
  }

  /// Writes the report as a Jupyter notebook, and into `folder` what it reads beside the run's own
  /// files: `predictions.csv`, `metrics.json` and, unless faces are left out, `samples.png` and
  /// `explanations/row-N.png`. Gives all files written. Throws `FileError.cannotWrite`.
  public func writeNotebook(to file: URL, filesIn folder: URL) throws -> [URL] {
    let place = file.deletingLastPathComponent()
    // Relative paths need folders that exist: links on the way are followed.
    try createFolder(place)
    try createFolder(folder)
    var files: [URL] = []
    let run = source.checkpoints[0].weights.deletingLastPathComponent()
    var notebook = RunNotebook(
      title: source.title, protocolLine: source.words.line, run: relativePath(from: place, to: run))
    notebook.notes = source.words.notes
    notebook.hasHistory = !source.history.isEmpty
    if let judged {
      files += try writeMeasurements(judged, to: folder)
      files += try writeSamples(to: folder)
      notebook.report = relativePath(from: place, to: folder)
      if !(hits + errors).isEmpty {
        notebook.pictures = RunNotebook.Pictures(
          count: sampleCount, data: relativePath(from: place, to: judged.data),
          fingerprint: judged.dataset.fingerprint,
          areExplained: (hits + errors).contains { $0.explanation != nil })
      }
    }
    try notebook.write(to: file)
    return [file] + files
  }

  private var samples: SamplesFigure? {
    let samples = hits + errors
    return samples.isEmpty ? nil : SamplesFigure(samples: samples)
  }

  private func writeMeasurements(_ judged: ReportedRows, to folder: URL) throws -> [URL] {
    let (predictions, metrics) = (
      folder.appendingPathComponent("predictions.csv"),
      folder.appendingPathComponent("metrics.json")
    )
    try judged.predictions.write(to: predictions)
    try writeAtomically(prettyJSON(judged.metrics), to: metrics)
    return [predictions, metrics]
  }

  private func writeSamples(to folder: URL) throws -> [URL] {
    guard let samples else { return [] }
    var files = [folder.appendingPathComponent("samples.png")]
    try writeAtomically(samples.png(), to: files[0])
    for sample in hits + errors {
      guard let explanation = sample.explanation else { continue }
      let file = folder.appendingPathComponent("explanations/row-\(sample.row).png")
      try writeAtomically(explanation.image.png(), to: file)
      files.append(file)
    }
    return files
  }
}

/// The way from a folder to a place, both there: `../runs/a`.
func relativePath(from folder: URL, to place: URL) -> String {
  let start = folder.resolvingSymlinksInPath().standardizedFileURL.pathComponents
  let end = place.resolvingSymlinksInPath().standardizedFileURL.pathComponents
  let shared = zip(start, end).prefix { $0 == $1 }.count
  let steps = start.dropFirst(shared).map { _ in ".." } + end.dropFirst(shared)
  return steps.isEmpty ? "." : steps.joined(separator: "/")
}
