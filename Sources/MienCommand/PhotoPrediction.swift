import Foundation
import Imaging
import Mien
import Reporting
import TensorCore

/// What `mien predict` does with pictures.
struct PhotoPrediction {
  let paths: [URL]
  let predictor: PhotoPredictor
  /// Where rows and marked pictures go.
  let csv, annotate: URL?

  func run(_ console: Console) throws {
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
    if failures.count == files.count {
      throw NothingAnswered(count: files.count, first: failures[0])
    }
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
