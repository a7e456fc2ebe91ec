import Explainers
import Foundation
import Mien
import TensorCore
import Training

/// `mien report --run DIR`
struct ReportCommand: Subcommand {
  static let run = Option<URL?>("--run", "DIR", "the run, on the rows that chose its best epoch")
  static let checkpoint = Option<[URL]>(
    "--checkpoint", "PATH",
    "in place of --run: a run folder, a checkpoint folder or a .safetensors file, on --split of "
      + "--data; several are an ensemble")
  static let data = Option<URL?>("--data", "DIR", "the folder that mien prepare made")
  static let split = Option<String?>("--split", "SPLIT", "the rows to report on", .splitName)
  static let index = Option<URL?>(
    "--index", "DIR", "in place of --run: one page over all runs in a folder and below it")
  static let out = Option<URL?>(
    "--out", "FILE.html",
    "the page (default: report.html in the run folder or in its evaluation-SPLIT, index.html in "
      + "that of --index)")
  static let notebook = Option<URL?>(
    "--notebook", "F.ipynb", "also as a Jupyter notebook that runs without mien")
  static let markdown = Option<URL?>(
    "--markdown", "F.md",
    "also in short for a pull request, with figures as PNG files beside it")
  static let robustness = Option<Robustness.Extent>(
    "--robustness", "EXTENT",
    "ask about pictures made worse, too: none of the rows, \(Robustness.quickCount) of them "
      + "(quick) or all (full)", default: .quick)
  static let noSamples = Flag("--no-samples", "leave all examples out")

  static let declaration = CommandDeclaration(
    name: "report", summary: "tell what became of a run, as a page and a notebook",
    discussion: "Writes one HTML page that needs no network: what was trained, chosen and reported "
      + "on, learning curves, metrics, confusion, calibration, how right the network is on worse "
      + "pictures and by their quality, what is doubtful in the data, and right and wrong answers, each "
      + "explained by LIME (orange spoke for the answer, blue against it). docs/reports.md says how to "
      + "read each part. With --notebook the "
      + "same as a Jupyter notebook that can be read as it is, runs with NumPy, pandas and Matplotlib and "
      + "measures everything anew; the files that it reads (predictions.csv, metrics.json, robustness.csv, "
      + "quality.csv, audit.json, calibration.json, samples.png, explanations) are written to the run "
      + "folder, or with --checkpoint beside the page. Where the "
      + "data of a run are gone, the page shows what the run folder holds, and says so. With --index the "
      + "page is a table of many runs, which can be sorted, with a small curve and links to the "
      + "pages of each; damaged runs are named with the reason.",
    arguments: [
      run, checkpoint, data, split, index, out, notebook, markdown, robustness, noSamples,
    ],
    examples: [
      Example("a run", "mien report --run runs/a"),
      Example(
        "also as a notebook", "mien report --run runs/a --notebook notebooks-export/a.ipynb"),
      Example(
        "on a split that nothing was chosen on",
        "mien report --checkpoint runs/a --data prepared --split PrivateTest"),
      Example(
        "all rows made worse in every way, and in short for a pull request",
        "mien report --run runs/a --robustness full --markdown report.md"),
      Example("all runs in a folder, as a table", "mien report --index runs"),
    ])

  /// How many wrong answers are explained, and how many right ones at least.
  private static let sampleCount = 6

  private enum Subject {
    case run(RunFolder)
    case checkpoints([URL], data: URL, split: String)
    case index(URL)
  }
  private let subject: Subject
  private let out: URL?
  private let notebook: URL?
  private let markdown: URL?
  private let robustness: Robustness.Extent
  private let showsSamples: Bool
  private let seed: UInt64

  init(arguments: ParsedArguments) throws {
    subject = try Self.subject(arguments)
    notebook = try Self.file(Self.notebook, "ipynb", arguments)
    markdown = try Self.file(Self.markdown, "md", arguments)
    robustness = arguments[Self.robustness]
    showsSamples = !arguments[Self.noSamples]
    seed = arguments[SharedOptions.seed] ?? 1
    out = try Self.file(Self.out, "html", arguments)
  }

  /// A file whose name has to end so, for other tools go by it.
  private static func file(
    _ key: Option<URL?>, _ ending: String, _ arguments: ParsedArguments
  ) throws -> URL? {
    guard let file = arguments[key] else { return nil }
    guard file.pathExtension == ending else {
      throw UsageError(
        "report",
        .badValue(
          name: key.synopsis.name, found: file.relativePath,
          expected: "a name that ends in .\(ending)"))
    }
    return file
  }

  private static func subject(_ arguments: ParsedArguments) throws -> Subject {
    let (data, split) = (arguments[Self.data], arguments[Self.split])
    if let folder = arguments[index] {
      guard arguments[run] == nil, arguments[checkpoint].isEmpty, data == nil, split == nil,
        arguments[notebook] == nil, arguments[markdown] == nil, !arguments[noSamples]
      else {
        throw UsageError(
          "report", .conflict("--index goes with --out only: it shows no single run"))
      }
      return .index(folder)
    }
    switch (arguments[run], arguments[checkpoint]) {
    case (let run?, let checkpoints) where checkpoints.isEmpty:
      guard data == nil, split == nil else {
        throw UsageError(
          "report",
          .conflict(
            "--run knows its data and rows; for others give --checkpoint \(run.relativePath) "
              + "--data DIR --split SPLIT"))
      }
      return .run(RunFolder(run))
    case (nil, let checkpoints) where !checkpoints.isEmpty:
      guard let data, let split else {
        throw UsageError(
          "report",
          .missing(
            name: data == nil ? "--data" : "--split",
            expected: "--checkpoint is judged on --split SPLIT of --data DIR"))
      }
      return .checkpoints(checkpoints, data: data, split: split)
    case (nil, _):
      throw UsageError(
        "report", .missing(name: "--run", expected: "a run folder, or --checkpoint or --index"))
    case (_?, _):
      throw UsageError("report", .conflict("--run and --checkpoint exclude each other"))
    }
  }

  /// `--out`, or a page in the run folder; a released checkpoint is not written to.
  private var page: URL? {
    if let out { return out }
    switch subject {
    case .run(let folder):
      return folder.hasBest ? folder.file("report.html") : nil
    case .index(let folder): return folder.appendingPathComponent("index.html")
    case .checkpoints(let urls, _, let split):
      return urls.count > 1
        ? nil
        : RunFolder(urls[0]).evaluation(of: split)?.appendingPathComponent("report.html")
    }
  }

  func run(_ console: Console) throws {
    let source: ReportSource
    switch subject {
    case .index(let folder): return try writeIndex(of: folder, console)
    case .run(let folder): source = try ReportSource(run: folder)
    case .checkpoints(let urls, let data, let split):
      source = try ReportSource(checkpoints: urls, data: data, split: split)
    }
    guard let page else {
      throw UsageError(
        "report",
        .missing(
          name: "--out",
          expected: "the page to write, for what is reported on is not one run folder"))
    }
    let report = try report(on: source, console)
    if !source.hasData {
      console.note(
        "the prepared data are not there any more: the page has what the run folder holds, and no examples"
      )
    }
    try report.writePage(to: page)
    var files = [page]
    if let notebook {
      files += try report.writeNotebook(to: notebook, filesIn: folder(beside: page))
    }
    if let markdown { files += try report.writeMarkdown(to: markdown) }
    if !showsSamples { warnOfOldFaces(in: folder(beside: page), console) }
    try console.report(Summary(files: files.map(\.relativePath))) {
      let others = [notebook, markdown].compactMap { $0?.relativePath }
      return "look at " + ([page.relativePath] + others).joined(separator: " and ")
    }
  }

  private func warnOfOldFaces(in folder: URL, _ console: Console) {
    let left = ["samples.png", "explanations"].filter {
      FileManager.default.fileExists(atPath: folder.appendingPathComponent($0).path)
    }
    guard !left.isEmpty else { return }
    console.note(
      "\(folder.relativePath) still holds examples of an earlier report: "
        + left.joined(separator: ", "))
  }

  /// Where the files go that the notebook reads.
  private func folder(beside page: URL) -> URL {
    if case .run(let folder) = subject { return folder.url }
    return page.deletingLastPathComponent()
  }

  private func report(on source: ReportSource, _ console: Console) throws -> Report {
    let judging = WorkBar("judge", unit: "rows", console)
    let disturbing = WorkBar("disturb", unit: "%", console)
    let explaining = WorkBar("explain", unit: "examples", console)
    defer { [judging, disturbing, explaining].forEach { $0.finish() } }
    var explain: ReportSource.Explainer?
    if showsSamples {
      explain = try InputExplainer(Ensemble(source.checkpoints)).samples(
        random: RandomStream(seed: seed)
      ) { done, total in
        judging.finish()
        disturbing.finish()
        try explaining.update(done, of: total)
      }
    }
    return try source.report(
      samples: showsSamples ? Self.sampleCount : 0, robustness: robustness,
      random: RandomStream(seed: seed), explain: explain,
      disturbing: {
        judging.finish()
        try disturbing.update(share: $0, of: 100)
      },
      progress: { try judging.update(share: $0, of: source.rowCount) })
  }

  private func writeIndex(of folder: URL, _ console: Console) throws {
    let bar = WorkBar("read", unit: "runs", console)
    defer { bar.finish() }
    let index = try RunIndex(folder) { try bar.update($0, of: $1) }
    bar.finish()
    let page = out ?? folder.appendingPathComponent("index.html")
    try index.write(to: page)
    for damaged in index.damaged { console.note("\(damaged.path): \(damaged.reason)") }
    try console.report(IndexSummary(files: [page.relativePath], index: index)) {
      "\(counted(index.runs.count, "run"))"
        + (index.damaged.isEmpty
          ? "" : ", \(counted(index.damaged.count, "folder")) that cannot be read")
        + "; look at \(page.relativePath)"
    }
  }

  /// What `--json` says of an index: the runs, what could not be read, and the file written.
  private struct IndexSummary: Encodable {
    let files: [String]
    let index: RunIndex

    func encode(to encoder: any Encoder) throws {
      try index.encode(to: encoder)
      var container = encoder.container(keyedBy: Keys.self)
      try container.encode(files, forKey: .files)
    }

    private enum Keys: String, CodingKey { case files }
  }

  /// What `--json` says.
  private struct Summary: Encodable {
    let files: [String]
  }
}

extension Robustness.Extent: ArgumentValue {}
