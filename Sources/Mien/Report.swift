internal import Datasets
internal import Evaluation
public import Foundation
internal import Reporting
internal import TensorCore

/// What became of a network, measured and ready to be written: as a page, as a notebook with the
/// files it reads, and as pictures. The same report always gives the same bytes.
public struct Report {
  let source: ReportSource
  /// Nil where the data are gone.
  let judged: ReportedRows?
  /// Nil where it was not asked for.
  let robustness: Robustness?
  /// How many right answers are shown at most, and how many wrong ones.
  let sampleCount: Int
  let hits, errors: [ReportSample]

  /// Writes the page, one HTML file that needs nothing but itself. Throws
  /// `FileError.cannotWrite`.
  public func writePage(to file: URL) throws { try RunReport(content).write(to: file) }

  /// Writes `curves.png`, `confusion.png` and `samples.png` as far as there is something to draw;
  /// gives the files. `samples.png` also shows the training examples. Throws
  /// `FileError.cannotWrite`.
  func writePictures(
    to folder: URL, trainingExamples: [(name: String, pictures: [ExamplePicture])]
  ) throws -> [URL] {
    var samples = samples
    if !trainingExamples.isEmpty {
      samples = SamplesFigure(samples: samples?.samples ?? [], augmented: trainingExamples)
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

  /// Writes the report as a Jupyter notebook with its figures in it, and into `folder` what it reads
  /// beside the run's own files: `predictions.csv`, `metrics.json`, `intervals.json`,
  /// `calibration.json`, `audit.json`, `quality.csv` and `robustness.csv` where they were measured,
  /// `groups.csv` and `rows.csv` where there are speakers, artists or corpora and, unless examples are left
  /// out, `samples.png`, and `explanations/row-N.png` with `explanations.csv`. Gives all files written. Throws
  /// `FileError.cannotWrite`, `ImagingError`.
  public func writeNotebook(to file: URL, filesIn folder: URL) throws -> [URL] {
    let place = file.deletingLastPathComponent()
    // Relative paths need folders that exist: links on the way are followed.
    try createFolder(place)
    try createFolder(folder)
    var files: [URL] = []
    let run = source.checkpoints[0].weights.deletingLastPathComponent()
    var notebook = RunNotebook(
      title: source.title, protocolLine: source.words.line, run: relativePath(from: place, to: run))
    let content = content
    notebook.subject = source.subject
    notebook.notes = content.notes
    notebook.hasHistory = !source.history.isEmpty
    notebook.outputs = try RunNotebook.Outputs(content, samples: samples)
    if let judged {
      files += try writeMeasurements(judged, to: folder)
      files += try writeSamples(to: folder)
      notebook.report = relativePath(from: place, to: folder)
      notebook.hasQuality = judged.source?.quality != nil
      notebook.hasAudit = judged.source != nil
      notebook.groupKinds = judged.source?.record.groups.map(\.kind) ?? []
      notebook.calibration = calibrationNote
      notebook.robustness = robustness?.words
      if let data = judged.source, !(hits + errors).isEmpty {
        notebook.pictures = RunNotebook.Pictures(
          hits: sampleCount, errors: sampleCount,
          data: relativePath(from: place, to: data.data),
          fingerprint: data.dataset.fingerprint,
          areExplained: (hits + errors).contains { $0.explanation != nil })
        if let example = (hits + errors).first {
          notebook.pictures?.drawing = ExamplePictures(data.dataset.manifest)
            .drawing(of: example.picture)
        }
      }
    }
    try notebook.write(to: file)
    return [file] + files
  }

  /// Writes the report in short as Markdown, for a pull request, and beside it its figures, which it
  /// shows: `NAME-confusion.png` and so on. Gives all files written. Throws `FileError.cannotWrite`,
  /// `ImagingError`.
  public func writeMarkdown(to file: URL) throws -> [URL] {
    let folder = file.deletingLastPathComponent()
    let stem = file.deletingPathExtension().lastPathComponent
    var markdown = ReportMarkdown(content)
    var files = [file]
    for (name, alternative, figure) in figures {
      let picture = folder.appendingPathComponent("\(stem)-\(name).png")
      try writeAtomically(figure.png(), to: picture)
      markdown.pictures.append((picture.lastPathComponent, alternative))
      files.append(picture)
    }
    try markdown.write(to: file)
    return files
  }

  private var figures: [(name: String, alternative: String, figure: any Figure)] {
    let all: [(String, String, (any Figure)?)] = [
      ("confusion", "how often each class was taken for each", confusion),
      ("calibration", "share that is right by probability", reliabilities.last),
      ("robustness", "accuracy on pictures made worse", robustness?.figure),
      ("curves", "learning curves", curves),
    ]
    return all.compactMap { name, alternative, figure in figure.map { (name, alternative, $0) } }
  }

  private var samples: SamplesFigure? {
    let samples = hits + errors
    return samples.isEmpty ? nil : SamplesFigure(samples: samples)
  }

  private func writeMeasurements(_ judged: ReportedRows, to folder: URL) throws -> [URL] {
    func file(_ name: String) -> URL { folder.appendingPathComponent(name) }
    try judged.predictions.write(to: file("predictions.csv"))
    try writeAtomically(
      judged.source.map { try prettyJSON($0.record) } ?? prettyJSON(judged.metrics),
      to: file("metrics.json"))
    try writeAtomically(prettyJSON(calibrationRecord(judged)), to: file("calibration.json"))
    var names = ["predictions.csv", "metrics.json", "calibration.json"]
    if let audit = judged.source?.audit {
      try writeAtomically(prettyJSON(audit.json), to: file("audit.json"))
      names.append("audit.json")
    }
    if let intervals = judged.intervals {
      try writeAtomically(prettyJSON(intervals), to: file("intervals.json"))
      names.append("intervals.json")
    }
    let groups = judged.source.flatMap { $0.record.groups.isEmpty ? nil : $0 }
    let tables = [
      ("quality.csv", judged.source?.quality?.csv), ("robustness.csv", robustness?.csv),
      ("groups.csv", groups.map { GroupResults.csv($0.record.groups) }),
      ("rows.csv", groups.map { $0.origins.csv(rows: judged.predictions.rows) }),
    ]
    for (name, text) in tables {
      guard let text else { continue }
      try writeAtomically(text.utf8, to: file(name))
      names.append(name)
    }
    return names.map(file)
  }

  private func writeSamples(to folder: URL) throws -> [URL] {
    guard let samples else { return [] }
    var files = [folder.appendingPathComponent("samples.png")]
    try writeAtomically(samples.png(), to: files[0])
    var table = CSVLine.of(["row", "caption", "doubts"])
    for sample in hits + errors {
      guard let explanation = sample.explanation else { continue }
      let file = folder.appendingPathComponent("explanations/row-\(sample.row).png")
      try writeAtomically(explanation.picture.png(), to: file)
      files.append(file)
      table += CSVLine.of([
        "\(sample.row)", explanation.caption, explanation.doubts.joined(separator: " "),
      ])
    }
    guard files.count > 1 else { return files }
    files.append(folder.appendingPathComponent("explanations/explanations.csv"))
    try writeAtomically(table.utf8, to: files[files.count - 1])
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
