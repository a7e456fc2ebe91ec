import Foundation
import Mien
import MienVideo
import TensorCore

/// The options of `mien predict` that are about videos, and what they come to.
enum VideoArguments {
  /// A video with how it is answered.
  typealias Work = (source: VideoSource, settings: VideoPredictor.Settings)

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
  /// Those that mean nothing without a video.
  static let all: [any ArgumentKey] = [every, from, to, smooth, detectEvery]

  /// Endings of names by which a video is told from a picture.
  private static let videoEndings: Set<String> = [
    "mp4", "m4v", "mov", "mkv", "webm", "avi", "mpg", "mpeg", "ts", "mts", "m2ts", "wmv", "flv",
    "ogv", "3gp", "mjpeg", "mjpg", "y4m",
  ]

  /// What is to be done with the video that was named; nil where none was.
  ///
  /// Throws `UsageError`, and `FileError` for an output that is a folder.
  static func work(_ arguments: ParsedArguments) throws -> Work? {
    func bad(_ problem: String) -> UsageError { UsageError("predict", .conflict(problem)) }
    let paths = arguments[PredictCommand.paths]
    let sources = paths.compactMap { url in
      VideoSource(camera: url.relativePath)
        ?? (videoEndings.contains(url.pathExtension.lowercased()) && !url.isFolder
          ? .file(url) : nil)
    }
    guard let source = sources.first else {
      if paths.contains(where: { $0.relativePath.hasPrefix("camera:") }) {
        throw bad("a camera is named by its number or its device: camera:0, camera:/dev/video2")
      }
      return nil
    }
    guard paths.count == 1 else {
      throw bad("a video or a camera is answered alone, name one path")
    }
    guard arguments[FaceOptions.search] != .whole else {
      throw bad("--faces whole is for pictures: in a video faces are looked for")
    }
    if let file = arguments[PredictCommand.annotate],
      VideoWriter.codecs[file.pathExtension.lowercased()] == nil
    {
      throw UsageError(
        "predict",
        .badValue(
          name: "--annotate", found: file.relativePath,
          expected: "of a video a name that ends in "
            + VideoWriter.codecs.keys.sorted().map { ".\($0)" }.joined(separator: ", ")))
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
    settings.maxFaces = arguments[PredictCommand.maxFaces]
    settings.wantsImages = arguments[PredictCommand.annotate] != nil
    settings.detector = FaceOptions.model(arguments)
    return (source, settings)
  }

  /// Refuses outputs that are the video itself or each other, and folders.
  private static func checkOutputs(_ arguments: ParsedArguments, _ source: VideoSource) throws {
    var taken: [(name: String, path: String)] = []
    if case .file(let file) = source { taken.append(("the video", file.resolvedPath)) }
    let outputs = [
      ("--csv", arguments[PredictCommand.csv]), ("--annotate", arguments[PredictCommand.annotate]),
    ]
    for (name, file) in outputs + [("--plot", arguments[PredictCommand.plot])] {
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
}

extension URL {
  /// The same for all names of a file.
  fileprivate var resolvedPath: String { standardizedFileURL.resolvingSymlinksInPath().path }

  fileprivate var isFolder: Bool {
    (try? resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory == true
  }
}
