import Foundation
import Imaging
import Mien
import MienVideo
import Reporting
import TensorCore

/// What `mien predict` does with a video or a camera.
struct VideoPrediction {
  let source: VideoSource
  let predictor: VideoPredictor
  /// Where rows, the marked video and the plot go.
  let csv, annotate, plot: URL?

  private var classes: [String] { predictor.predictor.classes }

  func run(_ console: Console) throws {
    let reader = try VideoReader(source)
    let rate = (reader.framesPerSecond ?? 25) / Double(predictor.settings.every)
    let rowsFile = try csv.map { try AtomicFile($0) }
    // Here, not after minutes of work.
    let plotFile = try plot.map { try AtomicFile($0) }
    try rowsFile?.write(VideoRow.csvHeader(classes))
    var marked: MarkedVideo?
    if let annotate {
      marked = try MarkedVideo(
        annotate, framesPerSecond: rate, width: reader.width, height: reader.height,
        classes: classes)
    }
    let total = expectedFrames(of: reader)
    let length = reader.frameCount.map { Double($0) / (reader.framesPerSecond ?? 25) }
    let bar = ProgressBar("predict", total: total ?? 0, unit: "frames", console: console)
    defer { bar.finish() }
    var timeline = Timeline(classes: classes)
    var (frames, withoutFace, damaged) = (0, 0, 0)
    var end: any Error
    // However it ends, what was answered up to there is kept.
    do {
      try predictor.predict(reader, check: Interruption.check) { answer in
        for row in VideoRow.rows(of: answer, path: source.name, classes: classes) {
          if console.isJSON { try console.printJSON(row) }
          try rowsFile?.write(row.csvLine)
        }
        timeline.add(answer)
        try marked?.add(answer)
        frames += 1
        if answer.problem != nil {
          damaged += 1
        } else if answer.faces.isEmpty {
          withoutFace += 1
        }
        bar.advance(suffix: answer.position.spelled)
      }
      end = Ended()
    } catch {
      end = error
    }
    bar.finish()
    if end is Interrupted, source.isCamera { end = Ended() }
    guard end is Ended || end is VideoError || end is Interrupted else { throw end }
    if frames == 0, end is Ended {
      throw VideoError.cannotOpen(
        path: source.name,
        problem: "no frame lies in the part asked for"
          + (length.map { String(format: "; it is %.1f s long", $0) } ?? ""))
    }
    try rowsFile?.commit()
    if !console.isJSON {
      try console.print(page(timeline, frames, withoutFace: withoutFace, damaged: damaged))
    }
    if frames > 0 {
      try marked?.commit()
      if let plot, let plotFile {
        try write(timeline, to: plotFile, asSVG: plot.pathExtension == "svg")
      }
    }
    if end is Interrupted {
      throw Interrupted(
        remedy: "what was answered up to there is whole"
          + (csv.map { ", also in \($0.relativePath)" } ?? ""))
    }
    if !(end is Ended) { throw end }
  }

  /// The video is over.
  private struct Ended: Error {}

  private func expectedFrames(of reader: VideoReader) -> Int? {
    guard let count = reader.frameCount else { return nil }
    let rate = reader.framesPerSecond ?? 25
    let (settings, length) = (predictor.settings, Double(count) / rate)
    let span = max(0, min(length, settings.to ?? length) - settings.from)
    return Int((span * rate / Double(settings.every)).rounded())
  }

  private func write(_ timeline: Timeline, to file: AtomicFile, asSVG: Bool) throws {
    let faces = timeline.faces.sorted {
      ($1.frameCount, $0.number) < ($0.frameCount, $1.number)
    }.prefix(6).sorted { $0.number < $1.number }
    let all = timeline.faces
    let (first, last) = (all.map(\.first).min() ?? 0, all.map(\.last).max() ?? 1)
    let rest = all.count + timeline.forgotten - faces.count
    let name = source.name.split(separator: "/").last.map(String.init) ?? source.name
    let figure = TimelineFigure(
      title: "\(name): what faces show over time"
        + (rest > 0 ? " (\(counted(rest, "face")) seen less are left out)" : ""),
      panels: faces.map {
        TimelineFigure.Panel(title: "face \($0.number)", points: timeline.means(of: $0))
      }, classNames: classes, range: first...max(last, first + 0.1),
      gap: max(1.5 * timeline.stretch, 2.5 * Double(predictor.settings.every) / 25))
    if asSVG { try file.write(figure.svg()) } else { try file.write(figure.png()) }
    try file.commit()
  }

  private func page(
    _ timeline: Timeline, _ frames: Int, withoutFace: Int, damaged: Int
  ) -> String {
    var table = Table([
      ("face", .right), ("from", .right), ("to", .right), ("frames", .right), ("shows", .left),
      ("", .right), ("or", .left), ("", .right),
    ])
    for face in timeline.faces {
      let best = classes.indices.sorted {
        (face.labelCounts[$1], $0) < (face.labelCounts[$0], $1)
      }.prefix(2).filter { face.labelCounts[$0] > 0 }.flatMap {
        [classes[$0], percent(Double(face.labelCounts[$0]) / Double(face.frameCount))]
      }
      table.add(
        [
          "\(face.number)", String(format: "%.1f s", face.first),
          String(format: "%.1f s", face.last), "\(face.frameCount)",
        ] + best + Array(repeating: "", count: 4 - best.count))
    }
    let count = timeline.faces.count + timeline.forgotten
    let summary = [
      counted(frames, "frame"), count == 0 ? "no face found" : counted(count, "face"),
      withoutFace > 0 && count > 0 ? "\(counted(withoutFace, "frame")) without a face" : nil,
      damaged > 0 ? "\(counted(damaged, "frame")) that could not be decoded" : nil,
      csv.map { "rows in \($0.relativePath)" }, annotate.map { "marked video \($0.relativePath)" },
      plot.map { "timeline \($0.relativePath)" },
    ].compactMap { $0 }
    return (count > 0 ? ["\(table)"] : []).joined() + (count > 0 ? "\n\n" : "")
      + summary.joined(separator: ", ")
  }
}

/// Writes the frames with their faces framed and named.
private struct MarkedVideo {
  private let writer: VideoWriter
  private let classes: [String]

  init(
    _ file: URL, framesPerSecond: Double, width: Int, height: Int, classes: [String]
  ) throws {
    writer = try VideoWriter(
      file, framesPerSecond: framesPerSecond, width: width, height: height)
    self.classes = classes
  }

  func add(_ answer: VideoAnswer) throws {
    guard let image = answer.image else { return }
    let faces = answer.faces.map { face in
      let box = face.tracked.face.box
      return MarkedFrame.Face(
        number: face.tracked.number,
        box: Rectangle(
          x: Double(box.x), y: Double(box.y), width: Double(box.width),
          height: Double(box.height)),
        name: classes[face.label], probability: Double(face.probabilities[face.label]))
    }
    try writer.add(MarkedFrame(image: image, faces: faces).drawn())
  }

  func commit() throws { try writer.commit() }
}
