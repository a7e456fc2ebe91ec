import Datasets
import Explainers
import Foundation
import Imaging
import Mien
import Reporting
import TensorCore

/// `mien explain (--image F | --data DIR --split S --index I) --out DIR`
struct ExplainCommand: Subcommand {
  static let image = Option<[URL]>("--image", "FILE", "a picture whose largest face is explained")
  static let data = Option<URL?>("--data", "DIR", "or a folder that mien prepare made, with")
  static let split = Option<String?>("--split", "SPLIT", "one of its splits, and", .splitName)
  static let index = Option<[Int]>(
    "--index", "I", "a row of the split, counted from 0", .atLeast(0))
  static let faces = Option<FaceSearch>(
    "--faces", "HOW", "as in mien predict", default: .auto)
  static let method = Option<ExplanationMethod>(
    "--method", "NAME", "how it is explained", default: .lime)
  static let samples = Option<Int>(
    "--samples", "N", "pictures with hidden parts that the network is asked about",
    default: LIME().samples, .atLeast(2))
  static let segments = Option<SegmentationChoice>(
    "--segments", "HOW", "the parts: slic follows the face's edges, grid does not", default: .slic)
  static let parts = Option<Int?>("--parts", "N", "about so many parts (default: 50)", .atLeast(2))
  static let baseline = Option<BaselineChoice>(
    "--baseline", "WHAT", "what stands in the place of a hidden part", default: .blurred)
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
      explains; where it is low the picture is not to be trusted. The weights of all classes are \
      written as JSON.
      """,
    arguments: [
      image, data, split, index, CheckpointOption.key, faces, method, samples, segments, parts,
      baseline, penalty, classes, out,
    ],
    examples: [
      Example(
        "why a photo looks sad", "mien explain --checkpoint runs/a --image photo.jpg --out why"),
      Example(
        "a face of the data",
        "mien explain --checkpoint runs/a --data faces --split test --index 7 --out why"),
    ])

  private enum Subject {
    case images([URL])
    case rows(data: URL, split: String, indices: [Int])
  }

  private let subject: Subject
  private let checkpoints: [URL]
  private let search: FaceSearch
  private let method: ExplanationMethod
  private let segments: SegmentationChoice
  private let parts: Int?
  private let baseline: BaselineChoice
  private let lime: LIME
  private let classes: [String]
  private let seed: UInt64
  private let out: URL

  init(arguments: ParsedArguments) throws {
    let (images, data) = (arguments[Self.image], arguments[Self.data])
    let (split, indices) = (arguments[Self.split], arguments[Self.index])
    switch (images.isEmpty, data, split, indices.isEmpty) {
    case (false, nil, nil, true): subject = .images(images)
    case (true, let data?, let split?, false):
      subject = .rows(data: data, split: split, indices: indices)
    default:
      throw UsageError(
        Self.declaration.name,
        .conflict("give either --image FILE, or --data DIR with --split SPLIT and --index I"))
    }
    checkpoints = arguments[CheckpointOption.key]
    search = arguments[Self.faces]
    method = arguments[Self.method]
    segments = arguments[Self.segments]
    parts = arguments[Self.parts]
    var lime = LIME()
    lime.samples = arguments[Self.samples]
    lime.penalty = arguments[Self.penalty]
    baseline = arguments[Self.baseline]
    lime.baseline = baseline.baseline
    self.lime = lime
    classes = arguments[Self.classes]
    seed = arguments[SharedOptions.seed] ?? 1
    out = arguments[Self.out]
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
    let explainer = FaceExplainer(predictor, method: lime, segments: segments, parts: parts)
    let faces = try subjects(predictor)
    let bar = ProgressBar(
      "explain", total: faces.count * lime.samples, unit: "samples", console: console)
    defer { bar.finish() }
    for face in faces {
      var shown = 0
      let explanation = try explainer.explain(
        face.image, random: RandomStream(seed: seed),
        progress: { share in
          let done = Int(share * Double(lime.samples))
          bar.advance(by: done - shown)
          shown = done
          if Interruption.isRequested {
            throw Interrupted(
              remedy: "the explanations that were printed are whole in \(out.relativePath)")
          }
        })
      let record = try write(explanation, of: face, drawn: drawn, predictor)
      try console.report(record) {
        text(record, explanation.classes[explanation.mostProbable].fit)
      }
    }
  }

  /// A face to be explained.
  private struct Face {
    let path: String
    let index: Int?
    /// The stem of the files about it.
    let name: String
    let image: GrayImage
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
          image: face.crop)
      }
    case .rows(let folder, let split, let indices):
      let dataset = try PreparedDataset(at: folder)
      guard dataset.manifest.shape == predictor.shape else {
        throw RunError.mismatch(
          checkpoint: predictor.checkpoints[0].weights.path, data: folder.path,
          problem: "it takes inputs of shape \(predictor.shape), the data are of shape "
            + "\(dataset.manifest.shape)")
      }
      let rows = try dataset.rows(ofSplit: split, at: folder.relativePath, for: "explain")
      return try indices.map { index in
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
          image: dataset.image(of: rows[index]))
      }
    }
  }

  private func write(
    _ explanation: Explanation, of face: Face, drawn: [Int], _ predictor: Predictor
  ) throws -> ExplanationRecord {
    let names = predictor.classes
    let top = explanation.mostProbable
    var files: [URL] = []
    for index in drawn.isEmpty ? [top] : drawn {
      let file = out.appendingPathComponent(
        "\(face.name)-\(method.rawValue)-\(names[index].asFileName(keeping: "-_.")).png")
      let figure = ExplanationFigure(
        image: face.image, explanation: explanation, classIndex: index, className: names[index])
      try writeAtomically(figure.png(), to: file)
      files.append(file)
    }
    let weights = out.appendingPathComponent("\(face.name)-\(method.rawValue).json")
    files.append(weights)
    let record = ExplanationRecord(
      path: face.path, index: face.index, explanation, classes: names, top: top,
      files: files.map(\.relativePath))
    try writeAtomically(
      record.file(
        explanation, lime: lime, segments: segments, baseline: baseline,
        checkpoints: predictor.checkpoints.map { $0.weights.relativePath }, seed: seed), to: weights
    )
    return record
  }

  private func text(_ record: ExplanationRecord, _ fit: SurrogateFit?) -> String {
    let subject = record.index.map { "\(record.path), row \($0)" } ?? record.path
    return "\(subject): \(record.label) \(percent(record.probability))"
      + (fit.map { ", \($0.r2InWords) of \(record.samples) samples" } ?? "")
      + "\nlook at \(record.files[0])"
  }
}

extension SegmentationChoice: ArgumentValue {}

/// `Baseline` by a word.
enum BaselineChoice: String, CaseIterable, ArgumentValue {
  case blurred
  case partMean = "part-mean"
  case pictureMean = "picture-mean"

  var baseline: Baseline {
    switch self {
    case .blurred: LIME().baseline
    case .partMean: .partMean
    case .pictureMean: .pictureMean
    }
  }
}

/// The explainers there are.
enum ExplanationMethod: String, CaseIterable, ArgumentValue {
  case lime
}

/// A photo in which there is nothing to explain.
private struct NoFace: MienError {
  let path: String
  var kind: FailureKind { .badData }
  var description: String {
    "\(path): no face found, expected one to explain; --faces whole takes the picture as it is"
  }
}
