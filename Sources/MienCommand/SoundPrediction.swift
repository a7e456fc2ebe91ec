import Foundation
import Mien
import Reporting
import TensorCore

/// What `mien predict` does with sounds.
struct SoundPrediction {
  static let windows = Option<Double?>(
    "--windows", "SECONDS", "of sounds: ask about windows of this length, one after the other",
    .between(0.1, 3600))
  static let hop = Option<Double?>(
    "--hop", "SECONDS",
    "of sounds: each window begins so much later than the one before (default: its length)",
    .between(0.01, 3600))

  /// Those that mean nothing to a network of pictures.
  static let all: [any ArgumentKey] = [windows, hop]

  /// The windows that were asked for; nil for whole sounds. Throws `UsageError`.
  static func windows(_ arguments: ParsedArguments) throws -> SoundPredictor.Windows? {
    guard let length = arguments[windows] else {
      guard arguments[hop] == nil else {
        throw UsageError(
          "predict", .conflict("--hop is between windows; say how long they are with --windows"))
      }
      return nil
    }
    return SoundPredictor.Windows(length: length, hop: arguments[hop])
  }

  let paths: [URL]
  let predictor: SoundPredictor
  /// Where rows and the plot go.
  let csv, plot: URL?

  private static let mostPanels = 6
  private static let mostLines = 40

  private var classes: [String] { predictor.classes }

  func run(_ console: Console) throws {
    if plot != nil, predictor.windows == nil {
      throw UsageError(
        "predict", .conflict("--plot draws windows over time; say how long they are with --windows")
      )
    }
    let files = FoundFile.find(paths, extensions: AudioFile.extensions)
    guard !files.isEmpty else {
      throw FileError.missing(
        path: paths.map(\.relativePath).joined(separator: ", "), expected: "sounds",
        remedy: "name a file, or a folder that holds some")
    }
    let rowsFile = try csv.map { try AtomicFile($0) }
    // Here, not after minutes of work.
    let plotFile = try plot.map { try AtomicFile($0) }
    try rowsFile?.write(SoundRow.csvHeader(classes))
    let bar = WorkBar("predict", unit: files.count > 1 ? "files" : "steps", console)
    defer { bar.finish() }
    var (rows, panels): ([SoundRow], [SoundAnswer]) = ([], [])
    var failures: [any Error] = []
    try predictor.predict(files) { share in
      do {
        try bar.update(share: share, of: files.count > 1 ? files.count : 1000)
      } catch is Interrupted {
        throw Interrupted(
          remedy: "what was printed is whole, the rest was not asked about"
            + (csv == nil ? "" : ", and no CSV was written"))
      }
    } emit: { answer in
      let row = SoundRow(answer, predictor)
      if console.isJSON { try console.printJSON(row) } else { rows.append(row) }
      try rowsFile?.write(row.csvLines)
      if let error = answer.error {
        failures.append(error)
      } else if panels.count < Self.mostPanels {
        panels.append(answer)
      }
    }
    bar.finish()
    try rowsFile?.commit()
    let saysAll = failures.count == files.count && files.count == 1
    if !console.isJSON, !saysAll { try console.print(page(rows, failures: failures.count)) }
    if failures.count == files.count {
      throw NothingAnswered(count: files.count, first: failures[0])
    }
    if let plot, let plotFile {
      let figure = figure(panels, of: files.count - failures.count)
      let isSVG = plot.pathExtension.lowercased() == "svg"
      if isSVG { try plotFile.write(figure.svg()) } else { try plotFile.write(figure.png()) }
      try plotFile.commit()
    }
  }

  /// Probabilities over time, a panel a sound.
  private func figure(_ answers: [SoundAnswer], of count: Int) -> TimelineFigure {
    let rest = count - answers.count
    let longest = answers.compactMap(\.duration).max() ?? 1
    let windows = predictor.windows ?? SoundPredictor.Windows(length: longest)
    return TimelineFigure(
      title: "what the network hears over time"
        + (rest > 0 ? " (\(counted(rest, "more sound")) left out)" : ""),
      panels: answers.map { answer in
        TimelineFigure.Panel(
          title: answer.file.place,
          points: answer.stretches.filter { !$0.isSilent }.map {
            (
              ($0.seconds.lowerBound + $0.seconds.upperBound) / 2,
              $0.probabilities.map(Double.init)
            )
          }, end: answer.duration)
      }, classNames: classes, range: 0...max(longest, 0.1),
      gap: 1.5 * windows.hop, absence: "silent", edge: windows.length / 2)
  }

  private func page(_ rows: [SoundRow], failures: Int) -> String {
    var table = Table([
      ("sound", .left), ("length", .right), ("shows", .left), ("", .right), ("or", .left),
      ("", .right),
    ])
    for row in rows { table.add(row.cells) }
    var parts = ["\(table)"]
    if predictor.windows != nil {
      if rows.count == 1, let only = rows.first, only.error == nil {
        parts.append(windowTable(only))
      }
      parts.append(
        rows.compactMap { row in
          row.majorityInWords.map { rows.count == 1 ? $0 : "\(row.path): \($0)" }
        }.joined(separator: "\n"))
    }
    parts.append(
      rows.flatMap { [$0.silenceInWords, $0.shortnessInWords].compactMap(\.self) }
        .joined(separator: "\n"))
    let errors = rows.compactMap(\.error)
    if !errors.isEmpty { parts.append(errors.map(\.printable).joined(separator: "\n")) }
    parts.append(
      [
        counted(rows.count - failures, "sound"),
        failures > 0 ? counted(failures, "file") + " that could not be read" : nil,
        csv.map { "rows in \($0.relativePath)" }, plot.map { "timeline \($0.relativePath)" },
      ].compactMap { $0 }.joined(separator: ", "))
    return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
  }

  /// One sound window by window.
  private func windowTable(_ row: SoundRow) -> String {
    var table = Table([
      ("from", .right), ("to", .right), ("shows", .left), ("", .right), ("or", .left),
      ("", .right),
    ])
    for stretch in row.stretches.prefix(Self.mostLines) {
      table.add(
        [stretch.seconds.lowerBound, stretch.seconds.upperBound].map {
          String(format: "%.1f s", $0)
        }
          + (stretch.isSilent
            ? ["silent", "", "", ""] : SoundRow.twoMostProbable(stretch.probabilities, classes)))
    }
    let more = row.stretches.count - Self.mostLines
    return "\(table)"
      + (more > 0 ? "\n… and \(counted(more, "window")) more: --csv F.csv has all" : "")
  }
}
