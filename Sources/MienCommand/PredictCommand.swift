import Foundation
import Imaging
import Mien
import MienVideo
import Reporting
import TensorCore

/// `mien predict PATH…`
struct PredictCommand: Subcommand {
  static let paths = Positional<[URL]>(
    "PATH", "pictures, or folders of them; or one video, or camera:0")
  static let maxFaces = Option<Int?>(
    "--max-faces", "N",
    "at most N faces a picture, the largest, or of those in a frame that came first (default: all)",
    .atLeast(1))
  static let csv = Option<URL?>("--csv", "F.csv", "also write the answers as a table")
  static let annotate = Option<URL?>(
    "--annotate", "DIR",
    "also write each picture as a PNG with its faces framed and named; of a video: the file out.mp4, "
      + ".mkv, .webm or .avi")
  static let every = Option<Int?>(
    "--every", "N", "of a video: answer every Nth frame (default: each)", .atLeast(1))
  static let from = Option<Double?>(
    "--from", "SECONDS", "of a video: begin there (default: at its start)", .atLeast(0))
  static let to = Option<Double?>(
    "--to", "SECONDS", "of a video: end there (default: at its end)", .atLeast(0))
  static let smooth = Option<Double?>(
    "--smooth", "SECONDS",
    "of a video: mean probabilities over time, in which what was seen so long before or after counts "
      + "half; 0 takes each frame as it is (default: \(VideoPredictor.Settings().smoothing))",
    .between(0, 3600))
  static let detectEvery = Option<Int?>(
    "--detect-every", "N",
    "of a video: look for faces every N frames and follow them between (default: "
      + "\(VideoPredictor.Settings().detectEvery))", .atLeast(1))
  static let plot = Option<URL?>(
    "--plot", "F.png", "of a video: also draw what faces show over time, as PNG or SVG")

  static let declaration = CommandDeclaration(
    name: "predict", summary: "say what the faces in pictures show",
    discussion: """
      Finds the faces of each picture, the largest first, and says what they show. A picture \
      without a face has a row that says so, one that cannot be read a row with the error; neither \
      stops the rest, and only if no picture could be read the command fails. With --json each face \
      is an object on a line of its own; its box is in pixels of the upright picture, and in a row \
      without a face, label, box and face are null. \
      There and in CSV faces count from 0. Faces smaller than a sixteenth of the picture's longer \
      side are not looked for. PNG, JPEG, BMP, WebP, TIFF, JPEG 2000 and PNM \
      files are read. A label is what the network reads in a picture, not what the person feels.

      A video, alone, is known by its name's ending (mp4, mov, mkv, webm, avi, mpg and others) and is \
      answered frame by frame: faces are looked for every few frames and followed \
      between, so that each keeps its number, and probabilities are smoothed over time. A row has \
      the frame, from 0, and its time in seconds. Memory does not grow with the video. One that breaks off \
      has the rows up to there and an error. camera:0 is /dev/video0, until Ctrl-C.
      """,
    arguments: [
      paths, CheckpointOption.key, CheckpointOption.views, FaceOptions.search, maxFaces,
      FaceOptions.detector, csv, annotate, every, from, to, smooth, detectEvery, plot,
    ],
    examples: [
      Example("one photo", "mien predict --checkpoint runs/a photo.jpg"),
      Example(
        "a folder, with marked pictures",
        "mien predict --checkpoint runs/a --annotate marked photos"),
      Example("for a program", "mien predict --checkpoint runs/a --json photos"),
      Example(
        "a video, with what was seen and when",
        "mien predict --csv rows.csv --plot time.png --annotate out.mp4 talk.mp4"
      ),
      Example("a camera", "mien predict --checkpoint runs/a --json camera:0"),
    ])

  private let paths, checkpoints: [URL]
  private let views: TestTimeAugmentation
  private let search: FaceSearch
  private let maxFaces: Int?
  private let detector: DetectorModel
  private let csv, annotate: URL?
  /// What is to be done with a video, where one was named.
  private let video: (source: VideoSource, settings: VideoPredictor.Settings, plot: URL?)?

  init(arguments: ParsedArguments) throws {
    paths = arguments[Self.paths]
    checkpoints = arguments[CheckpointOption.key]
    views = arguments[CheckpointOption.views]
    search = arguments[FaceOptions.search]
    maxFaces = arguments[Self.maxFaces]
    detector = FaceOptions.model(arguments)
    csv = arguments[Self.csv]
    annotate = arguments[Self.annotate]
    video = try Self.video(arguments)
  }

  /// Endings of names by which a video is told from a picture.
  private static let videoEndings: Set<String> = [
    "mp4", "m4v", "mov", "mkv", "webm", "avi", "mpg", "mpeg", "ts", "mts", "m2ts", "wmv", "flv",
    "ogv", "3gp", "mjpeg", "mjpg", "y4m",
  ]

  private static func video(
    _ arguments: ParsedArguments
  ) throws -> (source: VideoSource, settings: VideoPredictor.Settings, plot: URL?)? {
    func bad(_ problem: String) -> UsageError { UsageError("predict", .conflict(problem)) }
    let paths = arguments[Self.paths]
    let sources = paths.compactMap { url in
      VideoSource(camera: url.relativePath)
        ?? (videoEndings.contains(url.pathExtension.lowercased()) && !url.isFolder
          ? .file(url) : nil)
    }
    guard let source = sources.first else {
      if paths.contains(where: { $0.relativePath.hasPrefix("camera:") }) {
        throw bad("a camera is named by its number or its device: camera:0, camera:/dev/video2")
      }
      let given =
        [(every.synopsis, arguments[every] != nil), (from.synopsis, arguments[from] != nil)]
        + [(to.synopsis, arguments[to] != nil), (smooth.synopsis, arguments[smooth] != nil)]
        + [(detectEvery.synopsis, arguments[detectEvery] != nil)]
        + [(plot.synopsis, arguments[plot] != nil)]
      if let option = given.first(where: \.1)?.0 {
        throw bad("\(option.name) is for videos, and none was named")
      }
      return nil
    }
    guard paths.count == 1 else {
      throw bad("a video or a camera is answered alone, name one path")
    }
    guard arguments[FaceOptions.search] != .whole else {
      throw bad("--faces whole is for pictures: in a video faces are looked for")
    }
    if let file = arguments[annotate], VideoWriter.codecs[file.pathExtension.lowercased()] == nil {
      throw UsageError(
        "predict",
        .badValue(
          name: "--annotate", found: file.relativePath,
          expected: "of a video a name that ends in "
            + VideoWriter.codecs.keys.sorted().map { ".\($0)" }.joined(separator: ", ")))
    }
    if let file = arguments[plot], !["png", "svg"].contains(file.pathExtension.lowercased()) {
      throw UsageError(
        "predict",
        .badValue(
          name: "--plot", found: file.relativePath, expected: "a name that ends in .png or .svg"))
    }
    try checkOutputs(arguments, source)
    var settings = VideoPredictor.Settings()
    settings.every = arguments[every] ?? settings.every
    settings.from = arguments[from] ?? settings.from
    settings.to = arguments[to]
    if let end = settings.to, end < settings.from {
      throw bad("--to \(end) lies before --from \(settings.from)")
    }
    settings.smoothing = arguments[smooth] ?? settings.smoothing
    settings.detectEvery = arguments[detectEvery] ?? settings.detectEvery
    settings.maxFaces = arguments[maxFaces]
    settings.wantsImages = arguments[annotate] != nil
    settings.detector = FaceOptions.model(arguments)
    return (source, settings, arguments[plot])
  }

  /// Refuses outputs that are the video itself or each other, and folders.
  private static func checkOutputs(_ arguments: ParsedArguments, _ source: VideoSource) throws {
    var taken: [(name: String, path: String)] = []
    if case .file(let file) = source { taken.append(("the video", file.resolvedPath)) }
    let outputs = [("--csv", arguments[csv]), ("--annotate", arguments[annotate])]
    for (name, file) in outputs + [("--plot", arguments[plot])] {
      guard let file else { continue }
      if let other = taken.first(where: { $0.path == file.resolvedPath }) {
        throw UsageError(
          "predict", .conflict("\(name) \(file.relativePath) is \(other.name), choose another file")
        )
      }
      if file.isFolder {
        throw FileError.cannotWrite(path: file.relativePath, reason: "it is a folder; name a file")
      }
      taken.append((name, file.resolvedPath))
    }
  }

  func run(_ console: Console) throws {
    if let video {
      let predictor = try CheckpointOption.predictor(checkpoints, views: views)
      return try VideoPrediction(
        source: video.source,
        predictor: VideoPredictor(predictor, settings: video.settings), csv: csv,
        annotate: annotate, plot: video.plot
      ).run(console)
    }
    let predictor = try PhotoPredictor(
      CheckpointOption.predictor(checkpoints, views: views), search: search, maxFaces: maxFaces,
      detector: detector)
    let classes = predictor.predictor.classes
    let files = PhotoFile.find(paths)
    guard !files.isEmpty else {
      throw FileError.missing(
        path: paths.map(\.relativePath).joined(separator: ", "),
        expected: "pictures",
        remedy: "name a file, a folder that holds some, or one video by its name")
    }
    let rowsFile = try csv.map { try AtomicFile($0) }
    try rowsFile?.write(FaceRow.csvHeader(classes))
    var annotator = annotate.map { Annotator(folder: $0, classes: classes) }
    let bar = ProgressBar("predict", total: files.count, unit: "files", console: console)
    defer { bar.finish() }
    var rows: [FaceRow] = []
    var failures: [any Error] = []
    func check() throws {
      guard Interruption.isRequested else { return }
      throw Interrupted(
        remedy: "what was printed"
          + (annotate.map { " and the pictures in \($0.relativePath) are" } ?? " is")
          + " whole, the rest was not asked about" + (csv == nil ? "" : ", and no CSV was written"))
    }
    try predictor.predict(files, check: check) { answer in
      try check()
      for row in FaceRow.rows(of: answer, classes: classes) {
        if console.isJSON { try console.printJSON(row) } else { rows.append(row) }
        try rowsFile?.write(row.csvLine(classes))
      }
      if let error = answer.error {
        failures.append(error)
      } else {
        try annotator?.write(answer)
      }
      bar.advance()
    }
    bar.finish()
    try rowsFile?.commit()
    if !console.isJSON { try console.print(page(rows, failures: failures.count)) }
    if failures.count == files.count { throw NothingRead(count: files.count, first: failures[0]) }
  }

  private func page(_ rows: [FaceRow], failures: Int) -> String {
    var table = Table([
      ("picture", .left), ("face", .right), ("shows", .left), ("", .right), ("or", .left),
      ("", .right),
    ])
    for row in rows { table.add(row.cells) }
    let errors = rows.compactMap(\.error)
    let faces = rows.count { $0.face != nil }
    let without = rows.count { $0.face == nil && $0.error == nil }
    let summary = [
      counted(faces, "face"),
      without > 0 ? counted(without, "picture") + " without a face" : nil,
      failures > 0 ? counted(failures, "file") + " that could not be read" : nil,
      annotate.map { "marked pictures in \($0.relativePath)" },
    ].compactMap { $0 }
    return
      ([table.description]
      + (errors.isEmpty ? [] : [errors.map(\.printable).joined(separator: "\n")])
      + [summary.joined(separator: ", ")]).joined(separator: "\n\n")
  }
}

extension URL {
  /// The same for all names of a file.
  fileprivate var resolvedPath: String { standardizedFileURL.resolvingSymlinksInPath().path }

  fileprivate var isFolder: Bool {
    (try? resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true
  }
}

/// Not one of the files was a picture.
private struct NothingRead: MienError {
  let count: Int
  let first: any Error

  var kind: FailureKind { (first as? any MienError)?.kind ?? .badData }
  var description: String {
    count == 1 ? "\(first)" : "none of the \(count) files could be read; the first: \(first)"
  }
}

/// Writes the marked pictures.
private struct Annotator {
  let folder: URL
  let classes: [String]
  private var names = UniqueNames()

  init(folder: URL, classes: [String]) { (self.folder, self.classes) = (folder, classes) }

  mutating func write(_ answer: PhotoAnswer) throws {
    let faces = answer.faces.map { answer in
      let box = answer.face.box
      return AnnotatedPhoto.Face(
        box: Rectangle(
          x: Double(box.x), y: Double(box.y), width: Double(box.width), height: Double(box.height)),
        label: answer.label, probabilities: answer.probabilities.map { Double($0) })
    }
    // Read again, for only one photo at a time should be kept.
    let photo = try ImageFile.decode(contentsOf: answer.file.url).rgb()
    let figure = AnnotatedPhoto(photo: photo, faces: faces, classNames: classes)
    let name = names.take(answer.file.place) + ".png"
    try writeAtomically(figure.png(scale: 1), to: folder.appendingPathComponent(name))
  }
}
