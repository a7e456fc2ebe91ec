import Datasets
import Explainers
import Foundation
import Imaging
import Kernels
import Mien
import Reporting
import TensorCore

/// `mien explain (--image F | --sound F | --data DIR --split S [--index I | --limit N]) --out DIR`
struct ExplainCommand: Subcommand {
  static let image = Option<[URL]>("--image", "FILE", "a picture whose largest face is explained")
  static let sound = Option<[URL]>(
    "--sound", "FILE",
    "or a recording; of a longer one the middle is explained, as mien predict takes it, or with")
  static let at = Option<Double?>(
    "--at", "SECONDS", "the stretch that begins there, or the last of its length", .atLeast(0))
  static let data = Option<URL?>("--data", "DIR", "or a folder that mien prepare made, with")
  static let split = Option<String?>(
    "--split", "SPLIT", "one of its splits: all rows, or", .splitName)
  static let index = Option<[Int]>(
    "--index", "I", "a row of the split, counted from 0", .atLeast(0))
  static let limit = Option<Int?>("--limit", "N", "the first N rows of the split", .atLeast(1))
  static let method = Option<MethodChoice?>(
    "--method", "NAME",
    "how it is explained (default: lime), or all: every method that suits the network's inputs, side by "
      + "side")
  static let judge = Flag(
    "--judge",
    "measure how far methods can be trusted, all of them unless --method names one, on \(judgedFaces) "
      + "faces or spectrograms unless --limit or --index says otherwise")
  static let samples = Option<SampleChoice?>(
    "--samples", "N|auto",
    "pictures with hidden parts, or rows of a table, that the network is asked about; auto (of lime) goes on until the weights' "
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
  static let segments = Option<SegmentationChoice?>(
    "--segments", "HOW",
    "the parts: slic follows the edges (default of faces), grid does not (default of sounds: patches of time "
      + "and frequency), regions are brows, eyes, mouth and so on")
  static let parts = Option<Int?>(
    "--parts", "N", "about so many parts (default: 50 of faces, 64 of sounds)", .atLeast(2))
  static let baseline = Option<BaselineChoice?>(
    "--baseline", "WHAT",
    "what stands in the place of a hidden part (default of lime: blurred of faces, silence of "
      + "spectrograms, training-mean of series)")
  static let kernel = Option<MaskDistance>(
    "--kernel", "DISTANCE", "how far a picture with hidden parts is from the whole one",
    default: LIME().distance)
  static let kernelWidth = Option<Double?>(
    "--kernel-width", "X",
    "the distance d counts exp(-d²/X²) (default: 0.35 for cosine, 1.06 √parts for euclidean and tables)",
    Constraint("a number above 0") { $0 > 0 })
  static let penalty = Option<Double>(
    "--penalty", "X", "how strongly weights are drawn to 0 (ridge)", default: LIME().penalty,
    .atLeast(0))
  static let noise = Option<Double?>(
    "--noise", "SHARE",
    "integrated gradients: the mean over copies of the face with noise of that share of its range "
      + "(SmoothGrad; default: none)", .between(0, 1))
  static let precision = Option<InferencePrecision>(
    "--precision", "P",
    "the numbers that the network multiplies when it is asked; bf16 is faster on processors that have it "
      + "and moves probabilities by a thousandth",
    default: .float32)
  static let classes = Option<[String]>(
    "--class", "NAME", "the class to draw (default: the predicted one); the JSON has all")
  static let scale = Option<Double>(
    "--scale", "X", "pixels of a picture per unit: 2 for a screen, 4 for print", default: 2,
    .between(0.5, 10))
  static let out = Option<URL>("--out", "DIR", "where the pictures and weights go")

  static let declaration = CommandDeclaration(
    name: "explain",
    summary:
      "show which parts of a face, a sound or a table's row made the network say what it said",
    discussion: """
      Hides random parts of the face, or patches of time and frequency of the sound, asks the network each \
      time, and fits a linear model to its answers near the whole (LIME); of a table it draws rows with the \
      training rows' means and deviations, and shows what each column adds. The picture shows each part's weight for a class: what \
      speaks for it and what against. R² says how much of the network's behaviour the linear model \
      explains, standard errors how well the weights are known; where they are poor the picture says \
      so. The weights of all classes are written as JSON, the maps as NumPy arrays. Many inputs are \
      explained several at once, and pictures get a figure of where the network looks. --judge measures methods: \
      docs/explanations.md says how.
      """,
    arguments: [
      image, sound, at, data, split, index, limit, CheckpointOption.key, FaceOptions.search,
      FaceOptions.detector, method, samples, maxError,
      maxSamples, masks, segments, parts, baseline, kernel, kernelWidth, penalty, noise, precision,
      classes,
      judge,
      scale,
      out,
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
        "by every method, side by side",
        "mien explain --image photo.jpg --method all --out why"),
      Example(
        "how far each method can be trusted",
        "mien explain --judge --data faces --split test --limit 50 --out trust"),
      Example(
        "which patches of a recording sound angry, of the stretch from 12 s on",
        "mien explain --checkpoint runs/speech --sound talk.wav --at 12 --out why"),
      Example(
        "which columns made a track sound like jazz",
        "mien explain --checkpoint runs/t --data gtzan --split test --index 4 --out why"),
      Example(
        "as many pictures as it takes",
        "mien explain --image photo.jpg --samples auto --max-error 0.05 --out why"),
    ])

  /// How many faces methods are judged on, unless --limit says so.
  private static let judgedFaces = 25

  private let subject: ExplainSubject
  private let checkpoints: [URL]
  private let precision: InferencePrecision
  private let search: FaceSearch
  private let detector: DetectorModel
  private let choice: ExplainChoice
  private let isJudging: Bool
  private let scale: Double
  private let segments: SegmentationChoice?
  private let parts: Int?
  private let classes: [String]
  private let seed: UInt64
  private let out: URL

  init(arguments: ParsedArguments) throws {
    let (images, data) = (arguments[Self.image], arguments[Self.data])
    let (split, indices) = (arguments[Self.split], arguments[Self.index])
    let (sounds, limit) = (arguments[Self.sound], arguments[Self.limit])
    let areFiles = data == nil && split == nil && indices.isEmpty && limit == nil
    switch (images.isEmpty && sounds.isEmpty, data, split, indices.isEmpty || limit == nil) {
    case (false, _, _, _) where areFiles && sounds.isEmpty: subject = .images(images)
    case (false, _, _, _) where areFiles && images.isEmpty:
      subject = .sounds(sounds, at: arguments[Self.at])
    case (true, let data?, let split?, true):
      // Judging takes minutes even of few faces; whoever wants more says so.
      let usual = arguments[Self.judge] && indices.isEmpty ? Self.judgedFaces : nil
      subject = .rows(data: data, split: split, indices: indices, limit: limit ?? usual)
    default:
      throw UsageError(
        Self.declaration.name,
        .conflict(
          "give either --image FILE, or --sound FILE, or --data DIR with --split SPLIT and, for some of its rows, "
            + "--index I or --limit N"))
    }
    if arguments[Self.at] != nil, sounds.isEmpty {
      throw UsageError(Self.declaration.name, .conflict("--at is for --sound"))
    }
    checkpoints = arguments[CheckpointOption.key]
    precision = arguments[Self.precision]
    search = arguments[FaceOptions.search]
    detector = FaceOptions.model(arguments)
    segments = arguments[Self.segments]
    parts = arguments[Self.parts]
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
    settings.noise = arguments[Self.noise]
    isJudging = arguments[Self.judge]
    scale = arguments[Self.scale]
    choice = ExplainChoice(
      method: arguments[Self.method] ?? (isJudging ? .all : MethodChoice(LIME.self)),
      settings: settings, baseline: arguments[Self.baseline], segments: segments, parts: parts,
      isKernelGiven: arguments.isGiven(Self.kernel), isJudging: isJudging)
    switch subject {
    case .rows: break
    case .images, .sounds:
      guard !isJudging else {
        throw UsageError(
          Self.declaration.name,
          .conflict("--judge takes rows of prepared data: --data DIR --split SPLIT [--limit N]"))
      }
    }
    try UnheardOptions.check(
      arguments, methods: choice.method.explainers(settings), isJudging: isJudging)
    if segments == .regions, parts != nil {
      throw UsageError(
        Self.declaration.name, .conflict("--parts is for slic and grid; regions are what they are"))
    }
  }

  func run(_ console: Console) throws {
    let ensemble = try Ensemble(CheckpointOption.checkpoints(checkpoints), precision: precision)
    let drawn = try drawnClasses(of: ensemble)
    let methods = try choice.methods(for: ensemble.checkpoints[0].input)
    let inputs = try subject.inputs(for: ensemble, search: search, detector: detector) {
      console.note("passed over: \($0)")
    }
    for input in inputs { if let remark = input.remark { console.note(remark) } }
    try createFolder(out)  // here, not after minutes of work
    if isJudging {
      try judge(inputs, methods, ensemble, console)
    } else {
      try explain(inputs, by: methods, drawn: drawn, ensemble, console)
    }
  }

  /// The classes that pictures are drawn of; empty for the predicted one.
  private func drawnClasses(of ensemble: Ensemble) throws -> [Int] {
    try classes.map { name in
      let known = ensemble.classes
      guard let index = known.firstIndex(where: { $0.lowercased() == name.lowercased() }) else {
        throw UsageError(
          Self.declaration.name,
          .badValue(
            name: "--class", found: name, expected: "one of \(known.joined(separator: ", "))"))
      }
      return index
    }.reduce(into: [Int]()) { if !$0.contains($1) { $0.append($1) } }
  }

  private func explain(
    _ inputs: [ExplainSubject.Input], by methods: [any Explainer], drawn: [Int],
    _ ensemble: Ensemble, _ console: Console
  ) throws {
    let explainers = try methods.map {
      try InputExplainer(ensemble, method: $0, segments: segments, parts: parts)
    }
    let input = ensemble.checkpoints[0].input
    let writer = ExplanationWriter(
      out: out, drawn: drawn, scale: scale, ensemble: ensemble, input: input,
      segments: segments ?? input.usualSegments, precision: precision, seed: seed)
    let bar = WorkBar("explain", unit: inputs.count > 1 ? input.plural : "steps", console)
    defer { bar.finish() }
    var doubtful = 0
    var maps = methods.map { _ in MeanMaps(classes: ensemble.classes, of: input) }
    try InputExplainer.explain(
      count: inputs.count, by: explainers, random: RandomStream(seed: seed),
      values: { try inputs[$0].values() },
      progress: { share in
        do {
          try bar.update(share: share, of: inputs.count > 1 ? inputs.count : 1000)
        } catch is Interrupted {
          throw Interrupted(
            remedy: "the explanations that were printed are whole in \(out.relativePath)")
        }
      },
      finish: { index, values, found in
        (values, found, try writer.write(found, by: methods, of: inputs[index], values))
      },
      deliver: { _, finished in
        let (values, found, records) = finished
        for (number, (explanation, record)) in zip(found, records).enumerated() {
          let view = input.shown(values, explanation)
          maps[number].add(view.explanation, of: view.image)
          let shown = drawn.isEmpty ? [explanation.mostProbable] : drawn
          if shown.contains(where: { !explanation.classes[$0].doubts.isEmpty }) { doubtful += 1 }
          try console.report(record) {
            text(
              record, explanation, drawn.map { ($0, ensemble.classes[$0]) },
              isOneOfSeveral: methods.count > 1)
              + (inputs.count == 1 ? "\nlook at \(record.files[0])" : "")
          }
        }
      })
    bar.finish()
    guard inputs.count > 1 else { return }
    var means: [String] = []
    for (method, map) in zip(methods, maps) {
      guard let figure = map.figure else { continue }
      let file = out.appendingPathComponent("mean-\(type(of: method).name).png")
      try writeAtomically(figure.png(scale: scale), to: file)
      means.append(file.relativePath)
    }
    console.note(
      "\(counted(inputs.count * methods.count, "explanation")) of \(inputs.count) \(input.plural), "
        + "\(doubtful) of them doubtful"
        + (means.isEmpty ? "" : "; what weighs on average: \(means.joined(separator: ", "))"))
  }

  private func judge(
    _ inputs: [ExplainSubject.Input], _ methods: [any Explainer], _ ensemble: Ensemble,
    _ console: Console
  ) throws {
    let bar = WorkBar("judge", unit: "steps", console)
    defer { bar.finish() }
    let input = ensemble.checkpoints[0].input
    let judged = try InputExplainer(
      ensemble, method: methods[0], segments: segments, parts: parts
    ).judge(
      methods, on: inputs.map { try $0.values() }, random: RandomStream(seed: seed),
      progress: { try bar.update(share: $0) })
    bar.finish()
    let report = JudgementReport(
      judged, faces: inputs.map(\.label), subject: subject.inWords,
      network: ensemble.checkpoints.map { $0.weights.relativePath },
      segments: (segments ?? input.usualSegments).rawValue, seed: seed)
    let files = try report.write(to: out)
    try console.report(report.summary(files: files.map(\.relativePath))) {
      var table = Table(
        report.table.columns.enumerated().map {
          (
            $0.element,
            $0.offset == 0 ? .left : .right
          )
        })
      for row in report.table.rows { table.add(row) }
      return (["\(table)"] + report.failings + ["look at \(files[0].relativePath)"])
        .joined(separator: "\n\n")
    }
  }

  private func text(
    _ record: ExplanationRecord, _ explanation: Explanation,
    _ drawn: [(index: Int, name: String)], isOneOfSeveral: Bool
  ) -> String {
    let subject = record.index.map { "\(record.path), row \($0)" } ?? record.path
    let answer =
      "\(subject): \(record.label) \(percent(record.probability))"
      + (isOneOfSeveral ? ", \(record.method)" : "")
    /// How good the explanation of a class is: the one that the picture shows.
    func quality(_ explained: ClassExplanation) -> String {
      (explained.isBlank ? nil : explained.fit).map {
        ", \($0.r2InWords) of \(explanation.samplesInWords)"
      } ?? ""
    }
    func doubts(_ explained: ClassExplanation) -> String {
      explained.doubts.map { "\n  \($0)" }.joined()
    }
    if drawn.isEmpty {
      let explained = explanation.classes[explanation.mostProbable]
      return answer + quality(explained) + doubts(explained)
    }
    return answer
      + drawn.map { index, name in
        let explained = explanation.classes[index]
        return "\n  \(name) \(percent(explanation.probabilities[index]))" + quality(explained)
          + doubts(explained)
      }.joined()
  }
}

extension InputConfiguration {
  /// What several inputs are called.
  fileprivate var plural: String {
    switch explainedKind {
    case .picture: "faces"
    case .spectrogram, .series: "sounds"
    case .table: "rows"
    }
  }
}
