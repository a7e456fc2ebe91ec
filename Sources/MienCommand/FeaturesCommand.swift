import AudioFeatures
import Foundation
import Mien
import TensorCore

/// `mien features PATH…`
struct FeaturesCommand: Subcommand {
  static let paths = Positional<[URL]>("PATH", "sound files, or folders of them")
  static let set = Option<String>(
    "--set", "NAME", "the features: \(names.joined(separator: ", "))",
    Constraint("one of \(names.joined(separator: ", "))", choices: names) {
      FeatureSetRegistry.named($0) != nil
    })
  static let out = Option<URL>(
    "--out", "F", "a table F.csv, or an array F.npy with F.json beside it")
  static let classes = Option<FeatureClasses>(
    "--class", "HOW",
    "where a sound's class is written: folder, the folder it lies in; the name of a corpus, whose "
      + "names say it; field:N, the Nth field of its name between -, _ and .; none",
    default: .folder)
  static let trim = Option<Double?>(
    "--trim", "DB", "cut away what is DB below the loudest frame at both ends (default: keep it)",
    .between(1, 200))
  static let loudness = Option<Double?>(
    "--loudness", "DB",
    "bring every sound to this level, the root of its mean square below full scale (default: keep "
      + "its own)", .between(-100, 0))
  static let plot = Option<URL?>(
    "--plot", "DIR",
    "also draw the distributions by class, and the first sound of each class, as PNG and SVG")

  private static let names = FeatureSetRegistry.all.map(\.name)

  static let declaration = CommandDeclaration(
    name: "features", summary: "turn sounds into numbers",
    discussion: """
      Reads WAV, FLAC, OGG, MP3, AIFF and AU, known by their content, takes the mean of their \
      channels, and writes a row a file. The definitions are librosa's. Sets: \
      \(FeatureSetRegistry.all.map { "\($0.name) (\($0.summary))" }.joined(separator: "; ")). \
      A file that cannot be read is listed in errors.csv beside F and does not stop the rest; only \
      if no file could be read the command fails. In a table the first column is the file and the \
      last one its class.
      """,
    arguments: [paths, set, out, classes, trim, loudness, plot],
    examples: [
      Example("a table of speech", "mien features --set ser15 --out speech.csv recordings"),
      Example(
        "a table of music, with figures",
        "mien features --set gtzan58 --out music.csv --plot figures music"),
      Example(
        "images, classes by RAVDESS's names",
        "mien features --set logmel --out mel.npy --class ravdess ravdess"),
    ])

  private let paths: [URL]
  private let extraction: FeatureExtraction
  private let out: URL
  private let classes: FeatureClasses
  private let plot: URL?

  init(arguments: ParsedArguments) throws {
    paths = arguments[Self.paths]
    out = arguments[Self.out]
    classes = arguments[Self.classes]
    plot = arguments[Self.plot]
    let name = arguments[Self.set]
    guard let set = FeatureSetRegistry.named(name) else {
      preconditionFailure("the set \(name) passed its constraint")
    }
    let endings = set.columns == nil ? ["npy"] : ["csv", "npy"]
    guard endings.contains(out.pathExtension.lowercased()) else {
      throw UsageError(
        Self.declaration.name,
        .badValue(
          name: "--out", found: out.relativePath,
          expected: "for \(name) a name that ends in "
            + endings.map { ".\($0)" }.joined(separator: " or ")))
    }
    extraction = FeatureExtraction(
      set, trim: arguments[Self.trim],
      loudness: arguments[Self.loudness].map { Loudness.rms(decibels: $0) })
  }

  /// The command's JSON.
  private struct Outcome: Encodable {
    struct Counts: Encodable {
      var files, rows, errors: Int
      var classes: [String: Int]
    }
    struct Failure: Encodable {
      var path, error: String
    }
    var set: String
    var shape: [Int]
    var counts: Counts
    var errors: [Failure]
    var files: [String]
  }

  func run(_ console: Console) throws {
    let files = FoundFile.find(paths, extensions: AudioFile.extensions)
    guard !files.isEmpty else {
      throw FileError.missing(
        path: paths.map(\.relativePath).joined(separator: ", "), expected: "sounds",
        remedy: "name a file, or a folder that holds some")
    }
    var writer = try FeatureWriter(
      out, extraction.set, classes: classes, keepsRows: plot != nil)
    var classCounts: [String: Int] = [:]
    var firstFailure: (any Error)?
    let bar = ProgressBar("features", total: files.count, unit: "files", console: console)
    defer { bar.finish() }
    try extraction.extract(files, check: { try Interruption.check() }) { file, features in
      try writer.add(file, features)
      switch features {
      case .success: if let name = classes.name(of: file) { classCounts[name, default: 0] += 1 }
      case .failure(let error): firstFailure = firstFailure ?? error
      }
      bar.advance()
    }
    bar.finish()
    if writer.count == 0, let firstFailure {
      if files.count > 1 { _ = try writer.writeErrors() }
      throw NoSoundRead(count: files.count, first: firstFailure)
    }
    var written = try writer.finish()
    if let plot {
      written += try FeaturePlots(folder: plot, set: extraction.set).draw(
        writer.rows, check: { try Interruption.check() })
    }
    let outcome = Outcome(
      set: extraction.set.name, shape: [writer.count] + extraction.set.shape.dimensions,
      counts: .init(
        files: files.count, rows: writer.count, errors: writer.failures.count,
        classes: classCounts),
      errors: writer.failures.map { .init(path: $0.path, error: $0.text) },
      files: written.map(\.relativePath))
    try console.report(outcome) { page(outcome) }
  }

  private func page(_ outcome: Outcome) -> String {
    var table = Table([("class", .left), ("sounds", .right)])
    for (name, count) in outcome.counts.classes.sorted(by: { $0.key < $1.key }) {
      table.add([name, "\(count)"])
    }
    let shape = extraction.set.shape.description
    return
      (outcome.counts.classes.isEmpty ? [] : [table.description])
      .appending(
        outcome.errors.prefix(10).map(\.error.printable)
          + (outcome.errors.count > 10 ? ["… and \(outcome.errors.count - 10) more"] : [])
      )
      .appending([
        "\(counted(outcome.counts.rows, "sound")), \(shape) \(extraction.set.name) each"
          + (outcome.errors.isEmpty
            ? "" : "; \(counted(outcome.errors.count, "file")) could not be read: errors.csv"),
        "written: " + outcome.files.joined(separator: ", "),
      ])
      .joined(separator: "\n\n")
  }
}

extension [String] {
  /// With one more paragraph of these lines, if there are any.
  fileprivate func appending(_ lines: [String]) -> [String] {
    lines.isEmpty ? self : self + [lines.joined(separator: "\n")]
  }
}

/// Not one of the files was a sound.
private struct NoSoundRead: MienError {
  let count: Int
  let first: any Error

  var kind: FailureKind { (first as? any MienError)?.kind ?? .badData }
  var description: String {
    count == 1 ? "\(first)" : "none of the \(count) files could be read; the first: \(first)"
  }
}
