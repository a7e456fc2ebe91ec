import Foundation
import Imaging
import Mien
import MienVideo
import TensorCore

/// `mien predict PATH…`
struct PredictCommand: Subcommand {
  static let paths = Positional<[URL]>(
    "PATH",
    "pictures or sounds, or folders of them; or one video, or camera:0; or tables of rows (.csv)")
  static let maxFaces = Option<Int?>(
    "--max-faces", "N",
    "at most N faces a picture, the largest, or of those in a frame that came first (default: all)",
    .atLeast(1))
  static let csv = Option<URL?>("--csv", "F.csv", "also write the answers as a table")
  static let annotate = Option<URL?>(
    "--annotate", "DIR",
    "also write each picture as a PNG with its faces framed and named; of a video: the file out.mp4, "
      + ".mkv, .webm or .avi")
  static let plot = Option<URL?>(
    "--plot", "F.png",
    "of a video or a long sound: also draw what was found over time, as PNG or SVG")

  /// Those that mean nothing to a network of sounds.
  private static let ofPictures: [any ArgumentKey] = [
    CheckpointOption.views, FaceOptions.search, maxFaces, FaceOptions.detector, annotate,
  ]

  static let declaration = CommandDeclaration(
    name: "predict", summary: "say what faces show, or what sounds are",
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

      A network of sounds says of each WAV, FLAC, OGG, MP3, AIFF or AU file what it is. The checkpoint \
      knows how a sound becomes an input. Without --windows a file is heard as those were that the \
      network learnt from, of pictures of sound the middle 2.95 s. With --windows it is asked about every \
      window, and the file's answer is the mean of theirs; what most of them say stands beside it. Windows \
      without a sound above -60 dB are marked as silent and left out of both. \
      With --json each file is an object on a line of its own.

      A network of a table also says what the rows of a CSV file are, whose columns are found by their names.
      """,
    arguments: [
      paths, CheckpointOption.key, CheckpointOption.views, FaceOptions.search, maxFaces,
      FaceOptions.detector, csv, annotate, plot,
    ] + VideoArguments.all + SoundPrediction.all,
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
      Example("a song, or a folder of them", "mien predict --checkpoint runs/music song.flac"),
      Example(
        "a long recording, three seconds at a time",
        "mien predict --checkpoint runs/b talk.wav --windows 3 --hop 1 --plot time.png"
      ),
      Example("the rows of a table", "mien predict --checkpoint runs/table features.csv"),
      Example("a camera", "mien predict --checkpoint runs/a --json camera:0"),
    ])

  private let paths, checkpoints: [URL]
  private let views: TestTimeAugmentation
  private let search: FaceSearch
  private let maxFaces: Int?
  private let detector: DetectorModel
  private let csv, annotate, plot: URL?
  /// What is to be done with a video, where one was named.
  private let video: VideoArguments.Work?
  private let windows: SoundPredictor.Windows?
  /// What was given, to refuse what means nothing to the networks named.
  private let arguments: ParsedArguments

  init(arguments: ParsedArguments) throws {
    paths = arguments[Self.paths]
    checkpoints = arguments[CheckpointOption.key]
    views = arguments[CheckpointOption.views]
    search = arguments[FaceOptions.search]
    maxFaces = arguments[Self.maxFaces]
    detector = FaceOptions.model(arguments)
    csv = arguments[Self.csv]
    annotate = arguments[Self.annotate]
    plot = arguments[Self.plot]
    video = try VideoArguments.work(arguments)
    windows = try SoundPrediction.windows(arguments)
    self.arguments = arguments
    if let plot, !["png", "svg"].contains(plot.pathExtension.lowercased()) {
      throw UsageError(
        "predict",
        .badValue(
          name: "--plot", found: plot.relativePath, expected: "a name that ends in .png or .svg"))
    }
  }

  func run(_ console: Console) throws {
    let networks = try CheckpointOption.checkpoints(checkpoints)
    if networks[0].takesSounds {
      try refuse(
        VideoArguments.all + Self.ofPictures, "is for pictures, and the network hears sounds")
      if let table = paths.first(where: TablePrediction.isTable) {
        return try predictRows(networks, table, console)
      }
      return try SoundPrediction(
        paths: paths, predictor: SoundPredictor(networks, windows: windows), csv: csv, plot: plot
      ).run(console)
    }
    try refuse(SoundPrediction.all, "is for sounds, and the network sees pictures")
    let predictor = try Predictor(networks, views: views)
    if let video {
      return try VideoPrediction(
        source: video.source,
        predictor: VideoPredictor(predictor, settings: video.settings), csv: csv,
        annotate: annotate, plot: plot
      ).run(console)
    }
    try refuse(VideoArguments.all + [Self.plot], "is for videos, and none was named")
    if let sound = paths.first(where: \.isNamedAsSound) {
      throw RunError.unsuited(
        checkpoint: networks[0].weights.path,
        problem: "it sees faces, and \(sound.relativePath) is named as a sound",
        remedy: "name a network of sounds with --checkpoint")
    }
    try PhotoPrediction(
      paths: paths,
      predictor: PhotoPredictor(
        predictor, search: search, maxFaces: maxFaces, detector: detector),
      csv: csv, annotate: annotate
    ).run(console)
  }

  private func predictRows(_ networks: [Checkpoint], _ table: URL, _ console: Console) throws {
    try refuse(
      SoundPrediction.all + [Self.plot], "is for sounds, and \(table.relativePath) is a table")
    if let other = paths.first(where: { !TablePrediction.isTable($0) }) {
      throw UsageError(
        "predict",
        .conflict(
          "\(other.relativePath) is no table, \(table.relativePath) is one; ask about each by itself"
        ))
    }
    try TablePrediction(paths: paths, predictor: TablePredictor(networks), csv: csv).run(console)
  }

  /// Throws `UsageError` for the first of these options that was given.
  private func refuse(_ keys: [any ArgumentKey], _ reason: String) throws {
    for key in keys where arguments.isGiven(key) {
      throw UsageError("predict", .conflict("\(key.synopsis.name) \(reason)"))
    }
  }
}

extension URL {
  fileprivate var isNamedAsSound: Bool {
    AudioFile.extensions.contains(pathExtension.lowercased())
  }
}
