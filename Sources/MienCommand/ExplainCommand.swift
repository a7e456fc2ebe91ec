import Datasets
import Explainers
import Foundation
import Imaging
import Mien
import Reporting
import TensorCore

/// `mien explain (--image F | --data DIR --split S [--index I | --limit N]) --out DIR`
struct ExplainCommand: Subcommand {
  static let image = Option<[URL]>("--image", "FILE", "a picture whose largest face is explained")
  static let data = Option<URL?>("--data", "DIR", "or a folder that mien prepare made, with")
  static let split = Option<String?>(
    "--split", "SPLIT", "one of its splits: all rows, or", .splitName)
  static let index = Option<[Int]>(
    "--index", "I", "a row of the split, counted from 0", .atLeast(0))
  static let limit = Option<Int?>("--limit", "N", "the first N rows of the split", .atLeast(1))
  static let faces = Option<FaceSearch>(
    "--faces", "HOW", "as in mien predict", default: .auto)
  static let method = Option<MethodChoice>(
    "--method", "NAME", "how it is explained", default: MethodChoice(LIME.self))
  static let samples = Option<SampleChoice?>(
    "--samples", "N|auto",
    "pictures with hidden parts that the network is asked about; auto goes on until the weights' "
      + "standard errors are small (default of lime: \(LIME().samples))")
  static let maxError = Option<Double>(
    "--max-error", "X",
    "with --samples auto: the standard error allowed, as a share of the largest weight",
    default: AutomaticSamples().relativeError, .atLeast(0))
  static let maxSamples = Option<Int>(
    "--max-samples", "N", "with --samples auto: the most pictures",
    default: AutomaticSamples().limit, .atLeast(2))
  static let masks = Option<MaskChoice>(
    "--masks", "HOW", "antithetic: after each random mask its complement",
    default: LIME().isAntithetic ? .antithetic : .independent)
  static let segments = Option<SegmentationChoice>(
    "--segments", "HOW", "the parts: slic follows the face's edges, grid does not", default: .slic)
  static let parts = Option<Int?>("--parts", "N", "about so many parts (default: 50)", .atLeast(2))
  static let baseline = Option<BaselineChoice?>(
    "--baseline", "WHAT", "what stands in the place of a hidden part (default of lime: blurred)")
  static let kernel = Option<MaskDistance>(
    "--kernel", "DISTANCE", "how far a picture with hidden parts is from the whole one",
    default: LIME().distance)
  static let kernelWidth = Option<Double?>(
    "--kernel-width", "X",
    "the distance d counts exp(-d²/X²) (default: 0.35 for cosine, 1.06 √parts for euclidean)")
  static let penalty = Option<Double>(
    "--penalty", "X", "how strongly weights are drawn to 0 (ridge)", default: LIME().penalty,
    .atLeast(0))
  static let classes = Option<[String]>(
    "--class", "NAME", "the class to draw (default: the predicted one); the JSON has all")
  static let out = Option<URL>("--out", "DIR", "where the pictures and weights go")

  static let declaration = CommandDeclaration(
    name: "explain", summary: "show which parts of a face made the network say what it said",
    discussion: """
      Hides random parts of the face, asks the network each time, and fits a linear model to its \
      answers near the whole face (LIME). The picture shows each part's weight for a class: what \
      speaks for it and what against. R² says how much of the network's behaviour the linear model \
      explains, standard errors how well the weights are known; where they are poor the picture says \
      so. The weights of all classes are written as JSON. Many faces are explained several at once.
      """,
    arguments: [
      image, data, split, index, limit, CheckpointOption.key, faces, method, samples, maxError,
      maxSamples, masks, segments, parts, baseline, kernel, kernelWidth, penalty, classes, out,
    ],
    examples: [
      Example(
        "why a photo looks sad", "mien explain --checkpoint runs/a --image photo.jpg --out why"),
      Example(
        "a face of the data",
        "mien explain --checkpoint runs/a --data faces --split test --index 7 --out why"),
      Example(
        "the first hundred faces, an object of JSON each",
        "mien explain --data faces --split test --limit 100 --json --out why"),
      Example(
        "as many pictures as it takes",
        "mien explain --image photo.jpg --samples auto --max-error 0.05 --out why"),
    ])

  private enum Subject {
    case images([URL])
    case rows(data: URL, split: String, indices: [Int], limit: Int?)
  }

  private let subject: Subject
  private let checkpoints: [URL]
  private let search: FaceSearch
  private let method: any Explainer
  private let segments: SegmentationChoice
  private let parts: Int?
  private let baseline: BaselineChoice?
  private let classes: [String]
  private let seed: UInt64
  private let out: URL

  init(arguments: ParsedArguments) throws {
    let (images, data) = (arguments[Self.image], arguments[Self.data])
    let (split, indices) = (arguments[Self.split], arguments[Self.index])
    let limit = arguments[Self.limit]
    switch (images.isEmpty, data, split, indices.isEmpty || limit == nil) {
    case (false, nil, nil, true) where indices.isEmpty && limit == nil: subject = .images(images)
    case (true, let data?, let split?, true):
      subject = .rows(data: data, split: split, indices: indices, limit: limit)
    default:
      throw UsageError(
        Self.declaration.name,
        .conflict(
          "give either --image FILE, or --data DIR with --split SPLIT and, for some of its rows, "
            + "--index I or --limit N"))
    }
    checkpoints = arguments[CheckpointOption.key]
    search = arguments[Self.faces]
    segments = arguments[Self.segments]
    parts = arguments[Self.parts]
    baseline = arguments[Self.baseline]
    classes = arguments[Self.classes]
    seed = arguments[SharedOptions.seed] ?? 1
    out = arguments[Self.out]

    var settings = ExplainerSettings()
    switch arguments[Self.samples] {
    case nil: break
    case .fixed(let count): settings.samples = count
    case .automatic:
      var automatic = AutomaticSamples()
      automatic.relativeError = arguments[Self.maxError]
      automatic.limit = arguments[Self.maxSamples]
      settings.automaticSamples = automatic
    }
    settings.isAntithetic = arguments[Self.masks] == .antithetic
    settings.distance = arguments[Self.kernel]
    settings.kernelWidth = arguments[Self.kernelWidth]
    settings.penalty = arguments[Self.penalty]
    settings.baseline = baseline?.baseline
    method = arguments[Self.method].explainer(settings)
  }

  func run(_ console: Console) throws {
    let predictor = try CheckpointOption.predictor(checkpoints)
    let drawn = try classes.map { name in
      let known = predictor.classes
      guard let index = known.firstIndex(where: { $0.lowercased() == name.lowercased() }) else {
        throw UsageError(
          Self.declaration.name,
          .badValue(
            name: "--class", found: name, expected: "one of \(known.joined(separator: ", "))"))
      }
      return index
    }.reduce(into: [Int]()) { if !$0.contains($1) { $0.append($1) } }
    let explainer = FaceExplainer(predictor, method: method, segments: segments, parts: parts)
    let faces = try subjects(predictor)
    let total = faces.count > 1 ? faces.count : 1000
    let bar = ProgressBar(
      "explain", total: total, unit: faces.count > 1 ? "faces" : "steps", console: console)
    defer { bar.finish() }
    var (shown, doubtful) = (0, 0)
    try explainer.explain(
      count: faces.count, random: RandomStream(seed: seed), face: { try faces[$0].image() },
      progress: { share in
        let done = Int(share * Double(total))
        bar.advance(by: done - shown)
        shown = done
        if Interruption.isRequested {
          throw Interrupted(
            remedy: "the explanations that were printed are whole in \(out.relativePath)")
        }
      },
      finish: { index, image, explanation in
        let record = try write(explanation, of: faces[index], image, drawn: drawn, predictor)
        return (record, explanation)
      },
      deliver: { _, found in
        let (record, explanation) = found
        let explained = explanation.classes[explanation.mostProbable]
        if !explained.doubts.isEmpty { doubtful += 1 }
        try console.report(record) {
          text(record, explanation, explained)
            + (faces.count > 1 ? "" : "\nlook at \(record.files[0])")
        }
      })
    bar.finish()
    guard faces.count > 1 else { return }
    console.note(
      "\(faces.count) faces explained, \(doubtful) of them doubtful; look at \(out.relativePath)")
  }

  /// A face to be explained.
  private struct Face {
    let path: String
    let index: Int?
    /// The stem of the files about it.
    let name: String
    let image: @Sendable () throws -> GrayImage
  }

  private func subjects(_ predictor: Predictor) throws -> [Face] {
    switch subject {
    case .images(let files):
      let reader = try PhotoPredictor(predictor, search: search, maxFaces: 1).reader
      var names = UniqueNames()
      return try files.map { file in
        guard let face = try reader.faces(in: file).first else {
          throw NoFace(path: file.relativePath)
        }
        let stem = file.deletingPathExtension().lastPathComponent
        return Face(
          path: file.relativePath, index: nil, name: names.take(stem.asFileName(keeping: "-_.")),
          image: { face.crop })
      }
    case .rows(let folder, let split, let indices, let limit):
      let dataset = try PreparedDataset(at: folder)
      guard dataset.manifest.shape == predictor.shape else {
        throw RunError.mismatch(
          checkpoint: predictor.checkpoints[0].weights.path, data: folder.path,
          problem: "it takes inputs of shape \(predictor.shape), the data are of shape "
            + "\(dataset.manifest.shape)")
      }
      let rows = try dataset.rows(ofSplit: split, at: folder.relativePath, for: "explain")
      let first = Array(rows.indices.prefix(limit ?? rows.count))
      return try (indices.isEmpty ? first : indices).map { index in
        guard rows.indices.contains(index) else {
          throw UsageError(
            Self.declaration.name,
            .badValue(
              name: "--index", found: "\(index)",
              expected: "a row of \(split), from 0 to \(rows.count - 1)"))
        }
        return Face(
          path: folder.relativePath, index: index,
          name: "\(split)-\(index)".asFileName(keeping: "-_."),
          image: { dataset.image(of: rows[index]) })
      }
    }
  }

  private func write(
    _ explanation: Explanation, of face: Face, _ image: GrayImage, drawn: [Int],
    _ predictor: Predictor
  ) throws -> ExplanationRecord {
    let names = predictor.classes
    let top = explanation.mostProbable
    let stem = "\(face.name)-\(explanation.method)"
    var files: [URL] = []
    for index in drawn.isEmpty ? [top] : drawn {
      let file = out.appendingPathComponent(
        "\(stem)-\(names[index].asFileName(keeping: "-_.")).png")
      let figure = ExplanationFigure(
        image: image, explanation: explanation, classIndex: index, className: names[index])
      try writeAtomically(figure.png(), to: file)
      files.append(file)
    }
    let weights = out.appendingPathComponent("\(stem).json")
    files.append(weights)
    let record = ExplanationRecord(
      path: face.path, index: face.index, explanation, classes: names, top: top,
      files: files.map(\.relativePath))
    let settings = ExplanationSettings(
      method, parts: explanation.segmentation.count, segments: segments, baseline: baseline,
      checkpoints: predictor.checkpoints.map { $0.weights.relativePath }, seed: seed)
    try writeAtomically(record.file(explanation, settings), to: weights)
    return record
  }

  private func text(
    _ record: ExplanationRecord, _ explanation: Explanation, _ explained: ClassExplanation
  ) -> String {
    let subject = record.index.map { "\(record.path), row \($0)" } ?? record.path
    return "\(subject): \(record.label) \(percent(record.probability))"
      + (explained.fit.map { ", \($0.r2InWords) of \(explanation.samplesInWords)" } ?? "")
      + explained.doubts.map { "\n  \($0)" }.joined()
  }
}

/// A photo in which there is nothing to explain.
private struct NoFace: MienError {
  let path: String
  var kind: FailureKind { .badData }
  var description: String {
    "\(path): no face found, expected one to explain; --faces whole takes the picture as it is"
  }
}
