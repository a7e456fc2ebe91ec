import Datasets
import Foundation
import Kernels
import MienVideo
import TensorCore

/// `mien synthesize`
struct SynthesizeCommand: Subcommand {
  /// What is made up.
  enum Kind: String, CaseIterable, ArgumentValue {
    case faces, speech, music
  }

  static let kind = Option<Kind>("--kind", "WHAT", "what is made up", default: .faces)
  static let rows = Option<Int?>(
    "--rows", "N", "how many faces (default: 7000) or sounds (default: 320)", .atLeast(1))
  static let out = Option<URL?>(
    "--out", "F.csv",
    "write 48x48 faces in FER-2013's CSV format; of sounds the folder of their WAV files")
  static let corpus = Option<String?>(
    "--corpus", "NAME", "whose names sounds have (default: ravdess, of music genres)",
    Constraint(
      "one of \(SyntheticCorpus.names.joined(separator: ", "))", choices: SyntheticCorpus.names
    ) { SyntheticCorpus.names.contains($0) })
  static let groups = Option<Int?>(
    "--groups", "N", "how many speakers or artists (default: 8, or as many as a corpus has)",
    .atLeast(1))
  static let seconds = Option<Double?>(
    "--seconds", "S", "how long a piece of music is (default: 4)", .between(0.5, 600))
  static let images = Option<URL?>("--images", "DIR", "write PNG files as DIR/<class>/NNNNN.png")
  static let size = Option<Int>(
    "--size", "PIXELS", "width and height of --images", default: 256,
    .between(SyntheticFaces.sizes.lowerBound, SyntheticFaces.sizes.upperBound))
  static let sheet = Option<URL?>("--sheet", "F.png", "write a labelled sheet of clear examples")
  static let video = Option<URL?>(
    "--video", "F.mp4",
    "write a video of faces that move and change their expression, and beside it F.truth.csv, which says where "
      + "each is and what it shows (also .mkv, .webm, .avi)")
  static let frames = Option<Int>(
    "--frames", "N", "how many frames the --video has, 30 a second", default: 300, .atLeast(1))
  static let people = Option<Int>(
    "--people", "N", "how many faces the --video shows", default: 1, .between(1, 8))
  static let noise = Option<Double>(
    "--noise", "LEVELS", "the deviation of the --video camera's noise, in grey levels",
    default: SyntheticVideo(seed: 0).noise, .between(0, 100))
  static let declaration = CommandDeclaration(
    name: "synthesize",
    summary: "make up faces, speech or music to try things out without a download",
    discussion:
      "Draws faces that show the seven expressions of FER-2013. The same seed gives the same bytes; "
      + "face number i is the same however many are drawn. So is frame number i of a video. Speech has "
      + "emotions, by voices of its own for each speaker, under the file names of RAVDESS, TESS, SAVEE or "
      + "CREMA-D; music has genres, by artists, as GTZAN or a folder of genres.",
    arguments: [
      kind, rows, out, images, size, sheet, video, frames, people, noise, corpus, groups,
      seconds,
    ],
    examples: [
      Example("a data set to train on", "mien synthesize --rows 7000 --out faces.csv"),
      Example("pictures to predict", "mien synthesize --rows 70 --images faces --size 256"),
      Example("what they look like", "mien synthesize --sheet sheet.png"),
      Example("a video of two faces, ten seconds", "mien synthesize --video talk.mp4 --people 2"),
      Example(
        "speech as RAVDESS names it, and as TESS",
        "mien synthesize --kind speech --rows 384 --out ravdess"),
      Example(
        "music of ten genres by twenty artists",
        "mien synthesize --kind music --groups 20 --out music"),
    ])

  let rows, size, frames, people: Int
  let noise: Double
  private let sounds: SyntheticCorpus?
  /// How many speakers or artists were asked for.
  private let wantedGroups: Int?
  let out, images, sheet, video: URL?
  let seed: UInt64

  init(arguments: ParsedArguments) throws {
    let kind = arguments[Self.kind]
    rows = arguments[Self.rows] ?? (kind == .faces ? 7000 : 320)
    out = arguments[Self.out]
    images = arguments[Self.images]
    size = arguments[Self.size]
    sheet = arguments[Self.sheet]
    video = arguments[Self.video]
    frames = arguments[Self.frames]
    people = arguments[Self.people]
    noise = arguments[Self.noise]
    seed = arguments[SharedOptions.seed] ?? 1
    sounds = try Self.sounds(kind, arguments)
    wantedGroups = arguments[Self.groups]
    guard kind == .faces || out != nil else {
      throw UsageError(
        Self.declaration.name,
        .missing(name: "--out", expected: "the folder where the sounds go"))
    }
    guard out != nil || images != nil || sheet != nil || video != nil else {
      throw UsageError(
        Self.declaration.name,
        .missing(name: "--out, --images, --sheet or --video", expected: "where the faces go"))
    }
  }

  /// The corpus of sounds that is asked for; nil for faces. Throws `UsageError`.
  private static func sounds(
    _ kind: Kind, _ arguments: ParsedArguments
  ) throws -> SyntheticCorpus? {
    func conflict(_ text: String) -> UsageError { UsageError(declaration.name, .conflict(text)) }
    func refuse(_ keys: [any ArgumentKey], _ whatFor: String) throws {
      if let given = keys.first(where: { arguments.isGiven($0) }) {
        throw conflict("\(given.synopsis.name) is for \(whatFor); leave it out")
      }
    }
    guard kind != .faces else {
      try refuse([corpus, groups, seconds], "--kind speech or music")
      return nil
    }
    try refuse([images, size, sheet, video, frames, people, noise], "--kind faces")
    if kind == .speech { try refuse([seconds], "--kind music") }
    let name = arguments[corpus] ?? (kind == .speech ? "ravdess" : "genres")
    guard let own = CorpusRegistry.corpus(named: name) else {
      preconditionFailure("\(name) is in no registry")
    }
    guard (own.labels == .emotions) == (kind == .speech) else {
      throw conflict("--corpus \(name) has \(own.labels.rawValue), and --kind is \(kind.rawValue)")
    }
    var made = SyntheticCorpus(
      own, seed: arguments[SharedOptions.seed] ?? 1, groups: arguments[groups])
    made.seconds = arguments[seconds] ?? made.seconds
    let count = arguments[rows] ?? 0
    guard count <= made.mostSounds else {
      throw conflict(
        "\(own.title) has names for \(made.mostSounds) sounds of \(made.groupCount) speakers, not "
          + "for \(count); ask for fewer, or for more --groups")
    }
    return made
  }

  /// The command's JSON.
  struct Outcome: Encodable {
    var rows: Int
    var perClass: [String: Int]
    var files: [String]
    /// How many speakers or artists are heard; nil of faces.
    var groups: Int?

    enum CodingKeys: String, CodingKey {
      case rows, files, groups
      case perClass = "per_class"
    }
  }

  func run(_ console: Console) throws {
    if let sounds, let out { return try write(sounds, to: out, console) }
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

  private func write(_ corpus: SyntheticCorpus, to folder: URL, _ console: Console) throws {
    let bar = ProgressBar("making sounds", total: rows, unit: "sounds", console: console)
    defer { bar.finish() }
    let remedy = "every file in \(folder.relativePath) is whole, the rest is not made"
    let perClass = try corpus.write(rows, to: folder) { done in
      bar.advance(by: done)
      if Interruption.isRequested { throw Interrupted(remedy: remedy) }
    }
    bar.finish()
    let groups = corpus.groups(in: rows)
    let outcome = Outcome(rows: rows, perClass: perClass, files: [folder.path], groups: groups)
    try console.report(outcome) {
      let kind = corpus.corpus.labels.groupKind
      let classes = perClass.count == 1 ? "1 class" : "\(perClass.count) classes"
      return
        "\(counted(rows, "sound")) of \(classes) by \(counted(groups, kind)) under the names of "
        + "\(corpus.corpus.title); wrote \(folder.relativePath)" + shortage(of: corpus, groups)
    }
  }

  /// Why there are fewer speakers or artists than were asked for; empty where there are not.
  private func shortage(of corpus: SyntheticCorpus, _ made: Int) -> String {
    guard let wantedGroups, made < wantedGroups else { return "" }
    let reason =
      made == corpus.groupCount
      ? "\(corpus.corpus.title) has no more"
      : "each has a sound of all \(corpus.classes.count) classes before the next begins, give more --rows"
    return
      "\nwarning: \(made) of \(counted(wantedGroups, corpus.corpus.labels.groupKind)): \(reason)"
  }

  private func drawVideo(to file: URL, _ console: Console) throws -> [String] {
    var drawing = SyntheticVideo(seed: seed)
    drawing.faceCount = people
    drawing.noise = noise
    let truth = file.deletingPathExtension().appendingPathExtension("truth.csv")
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
