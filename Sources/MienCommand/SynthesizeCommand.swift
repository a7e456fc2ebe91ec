import Datasets
import Foundation
import Kernels
import MienVideo
import TensorCore

/// `mien synthesize`
struct SynthesizeCommand: Subcommand {
  static let rows = Option<Int>("--rows", "N", "how many faces", default: 7000, .atLeast(1))
  static let out = Option<URL?>("--out", "F.csv", "write 48x48 faces in FER-2013's CSV format")
  static let images = Option<URL?>("--images", "DIR", "write PNG files as DIR/<class>/NNNNN.png")
  static let size = Option<Int>(
    "--size", "PIXELS", "width and height of --images", default: 256,
    .between(SyntheticFaces.sizes.lowerBound, SyntheticFaces.sizes.upperBound))
  static let sheet = Option<URL?>("--sheet", "F.png", "write a labelled sheet of clear examples")
  static let video = Option<URL?>(
    "--video", "F.mp4",
    "write a video of faces that move and change their expression, and beside it F.csv, which says where "
      + "each is and what it shows (also .mkv, .webm, .avi)")
  static let frames = Option<Int>(
    "--frames", "N", "how many frames the --video has, 30 a second", default: 300, .atLeast(1))
  static let people = Option<Int>(
    "--people", "N", "how many faces the --video shows", default: 1, .between(1, 8))
  static let noise = Option<Double>(
    "--noise", "LEVELS", "the deviation of the --video camera's noise, in grey levels",
    default: SyntheticVideo(seed: 0).noise, .between(0, 100))
  static let declaration = CommandDeclaration(
    name: "synthesize", summary: "draw expressive faces to try things out without a download",
    discussion:
      "Draws faces that show the seven expressions of FER-2013. The same seed gives the same bytes; "
      + "face number i is the same however many are drawn. So is frame number i of a video.",
    arguments: [rows, out, images, size, sheet, video, frames, people, noise],
    examples: [
      Example("a data set to train on", "mien synthesize --rows 7000 --out faces.csv"),
      Example("pictures to predict", "mien synthesize --rows 70 --images faces --size 256"),
      Example("what they look like", "mien synthesize --sheet sheet.png"),
      Example("a video of two faces, ten seconds", "mien synthesize --video talk.mp4 --people 2"),
    ])

  let rows, size, frames, people: Int
  let noise: Double
  let out, images, sheet, video: URL?
  let seed: UInt64

  init(arguments: ParsedArguments) throws {
    rows = arguments[Self.rows]
    out = arguments[Self.out]
    images = arguments[Self.images]
    size = arguments[Self.size]
    sheet = arguments[Self.sheet]
    video = arguments[Self.video]
    frames = arguments[Self.frames]
    people = arguments[Self.people]
    noise = arguments[Self.noise]
    seed = arguments[SharedOptions.seed] ?? 1
    guard out != nil || images != nil || sheet != nil || video != nil else {
      throw UsageError(
        Self.declaration.name,
        .missing(name: "--out, --images, --sheet or --video", expected: "where the faces go"))
    }
  }

  /// The command's JSON.
  struct Outcome: Encodable {
    var rows: Int
    var perClass: [String: Int]
    var files: [String]

    enum CodingKeys: String, CodingKey {
      case rows, files
      case perClass = "per_class"
    }
  }

  func run(_ console: Console) throws {
    let faces = SyntheticFaces(seed: seed)
    var files = [String]()
    if let out {
      try show("drawing rows", console) { try faces.writeCSV(rows: rows, to: out, progress: $0) }
      files.append(out.path)
    }
    if let images {
      let remedy = "every image in \(images.relativePath) is whole, the rest is not drawn"
      try show("drawing images", console, ifInterrupted: remedy) {
        try faces.writeImages(count: rows, size: size, to: images, progress: $0)
      }
      files.append(images.path)
    }
    if let sheet {
      try writeAtomically(try faces.sheet(), to: sheet)
      files.append(sheet.path)
    }
    if let video { files += try drawVideo(to: video, console) }
    let drawn = out == nil && images == nil ? 0 : rows
    var perClass = [String: Int]()
    for index in 0..<drawn { perClass[faces.emotion(of: index).name, default: 0] += 1 }
    let outcome = Outcome(rows: drawn, perClass: perClass, files: files)
    try console.report(outcome) {
      (drawn > 0 ? "\(drawn) faces, about \(drawn / 7) of each class; " : "")
        + "wrote " + files.joined(separator: ", ")
    }
  }

  private func drawVideo(to file: URL, _ console: Console) throws -> [String] {
    var drawing = SyntheticVideo(seed: seed)
    drawing.faceCount = people
    drawing.noise = noise
    let truth = file.deletingPathExtension().appendingPathExtension("csv")
    let bar = WorkBar("drawing frames", unit: "frames", console)
    defer { bar.finish() }
    try DrawnVideo(drawing, frameCount: frames).write(to: file, truth: truth) {
      try bar.update($0, of: frames)
    }
    return [file.path, truth.path]
  }

  private func show(
    _ label: String, _ console: Console, ifInterrupted remedy: String? = nil,
    _ work: ((Int) throws -> Void) throws -> Void
  ) throws {
    let bar = ProgressBar(label, total: rows, unit: "faces", console: console)
    defer { bar.finish() }
    try work { done in
      bar.advance(by: done)
      if Interruption.isRequested { throw remedy.map { Interrupted(remedy: $0) } ?? Interrupted() }
    }
  }
}
