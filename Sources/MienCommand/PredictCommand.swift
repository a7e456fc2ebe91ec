import Foundation
import Imaging
import Mien
import Reporting
import TensorCore

/// `mien predict PATH…`
struct PredictCommand: Subcommand {
  static let paths = Positional<[URL]>("PATH", "pictures, or folders of them")
  static let faces = Option<FaceSearch>(
    "--faces", "HOW",
    "detect looks for faces, whole takes each picture as a face; auto does so with pictures of at "
      + "most twice the network's size and looks for faces in others", default: .auto)
  static let maxFaces = Option<Int?>(
    "--max-faces", "N", "at most N faces a picture, the largest (default: all)", .atLeast(1))
  static let csv = Option<URL?>("--csv", "F.csv", "also write the answers as a table")
  static let annotate = Option<URL?>(
    "--annotate", "DIR", "also write each picture as a PNG with its faces framed and named")

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
      """,
    arguments: [
      paths, CheckpointOption.key, CheckpointOption.views, faces, maxFaces, csv, annotate,
    ],
    examples: [
      Example("one photo", "mien predict --checkpoint runs/a photo.jpg"),
      Example(
        "a folder, with marked pictures",
        "mien predict --checkpoint runs/a --annotate marked photos"),
      Example("for a program", "mien predict --checkpoint runs/a --json photos"),
    ])

  private let paths, checkpoints: [URL]
  private let views: TestTimeAugmentation
  private let search: FaceSearch
  private let maxFaces: Int?
  private let csv, annotate: URL?

  init(arguments: ParsedArguments) throws {
    paths = arguments[Self.paths]
    checkpoints = arguments[CheckpointOption.key]
    views = arguments[CheckpointOption.views]
    search = arguments[Self.faces]
    maxFaces = arguments[Self.maxFaces]
    csv = arguments[Self.csv]
    annotate = arguments[Self.annotate]
  }

  func run(_ console: Console) throws {
    let predictor = try PhotoPredictor(
      CheckpointOption.predictor(checkpoints, views: views), search: search, maxFaces: maxFaces)
    let classes = predictor.predictor.classes
    let files = PhotoFile.find(paths)
    guard !files.isEmpty else {
      throw FileError.missing(
        path: paths.map(\.relativePath).joined(separator: ", "),
        expected: "pictures", remedy: "name a file, or a folder that holds some")
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

extension FaceSearch: ArgumentValue {}

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
