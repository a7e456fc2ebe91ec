import Datasets
import Foundation
import Imaging
import Synchronization
import TensorCore

/// `mien prepare SOURCE… --out DIR`
struct PrepareCommand: Subcommand {
  static let sources = Positional<[URL]>(
    "SOURCE",
    "fer2013.csv (plain, .gz or .xz), icml_face_data.csv or a folder of images; folders of sounds, or a "
      + "CSV of features", mayBeEmpty: true)
  static let out = Option<URL>("--out", "DIR", "where the shards go")
  static let size = Option<Int?>(
    "--size", "N", "side of the images in pixels (default: 48)", .between(8, 1024))
  static let partitions = Option<Int?>(
    "--partitions", "N",
    "pieces to cut a plain source into (default: by its size); never changes "
      + "a result", .between(1, 99_999))
  static let onlyPartition = Option<PartNumber?>(
    "--only-partition", "K/N", "make only the part file of partition K of N")
  static let join = Flag("--join", "make the shards of all part files in SOURCE, or in DIR")
  static let skipBadRows = Flag(
    "--skip-bad-rows", "leave bad rows out and list them in rejected.csv")

  static let faces = Option<FaceSearch?>(
    "--faces", "WHAT",
    "what to take from each image of a folder: the largest face, cut out and turned level, or the "
      + "whole (default)")

  static let declaration = CommandDeclaration(
    name: "prepare", summary: "make shards from a data set, and a report on its quality",
    discussion: """
      Reads a data set, checks every row and writes NumPy shards, manifest.json and quality.json. \
      Columns are found by name. A row whose pixels are a square of another size, at least 8x8, is \
      resized to --size; any other number of pixels is a bad row, at the first of which the command \
      stops. Where a source has no splits, a tenth each is drawn by --seed for PublicTest and \
      PrivateTest, every class in proportion. Images lie in folders by class, train/angry/1.jpg or \
      angry/1.jpg. A plain source can be worked on in parts, on several machines: the shards are \
      the same bytes. Sounds are known by their names, as RAVDESS, TESS, SAVEE, CREMA-D and GTZAN \
      have them, or lie in folders by genre; several folders become one data set. Their splits \
      keep the rows of a speaker or an artist together, unless a random split is asked for.
      """,
    arguments: [sources, out, size, partitions, onlyPartition, join, skipBadRows, faces]
      + SoundArguments.all,
    examples: [
      Example("shards of FER-2013", "mien prepare fer2013.csv.xz --out data/fer2013"),
      Example("leave bad rows out", "mien prepare faces.csv --out faces --skip-bad-rows"),
      Example(
        "the faces of a folder of photos",
        "mien prepare photos --out faces --faces detect --skip-bad-rows"),
      Example(
        "one part of three, perhaps elsewhere",
        "mien prepare fer2013.csv --out data/fer2013 --only-partition 1/3"),
      Example("the shards of all three parts", "mien prepare --join --out data/fer2013"),
      Example(
        "speech: four speakers are kept to examine with",
        "mien prepare ravdess --out data/speech --test-groups 17-20"),
      Example(
        "two corpora as one, a table of 60 figures a sound",
        "mien prepare ravdess tess --out data/both --features ravdess60"),
      Example(
        "music, three changed copies of each training row",
        "mien prepare music --out data/music --copies 3"),
      Example(
        "GTZAN's published table",
        "mien prepare features_30_sec.csv --out data/gtzan"),
    ])

  private enum Work {
    case whole([URL])
    case part(URL, PartNumber)
    case join(URL)
  }

  private let work: Work
  private let out: URL
  private var options = PreparationOptions()
  private let soundOptions: SoundOptions
  /// Options that only faces, only sounds, or sounds and tables listen to, as they were given.
  private let forFaces, forSounds, forRows: [String]

  init(arguments: ParsedArguments) throws {
    out = arguments[Self.out]
    let part = arguments[Self.onlyPartition]
    func conflict(_ text: String) -> UsageError {
      UsageError(Self.declaration.name, .conflict(text))
    }
    let sources = arguments[Self.sources]
    switch (arguments[Self.join], sources.first) {
    case (true, let folder):
      guard part == nil, arguments[Self.size] == nil, arguments[Self.partitions] == nil,
        arguments[Self.faces] == nil, !arguments[Self.skipBadRows], sources.count <= 1
      else {
        throw conflict(
          "--join takes size, faces and treatment of bad rows from the parts; give it --out and --seed only"
        )
      }
      work = .join(folder ?? out)
    case (false, nil):
      throw UsageError(
        Self.declaration.name,
        .missing(
          name: "SOURCE", expected: "a FER-format CSV, a folder of images, or folders of sounds"))
    case (false, let source?):
      if part != nil, arguments[Self.partitions] != nil {
        throw conflict("--only-partition K/N says the number of partitions; leave --partitions out")
      }
      if part != nil, sources.count > 1 {
        throw conflict("--only-partition K/N cuts one source; give one, not \(sources.count)")
      }
      work = part.map { .part(source, $0) } ?? .whole(sources)
    }
    soundOptions = try SoundArguments.options(arguments)
    func given(_ keys: [any ArgumentKey]) -> [String] {
      keys.filter { arguments.isGiven($0) }.map(\.synopsis.name)
    }
    forFaces = given([Self.size, Self.partitions, Self.onlyPartition, Self.faces])
    forSounds = given(SoundArguments.ofSounds)
    forRows = given(SoundArguments.ofRows)
    options.size = arguments[Self.size] ?? options.size
    options.faces = arguments[Self.faces] ?? options.faces
    options.seed = arguments[SharedOptions.seed] ?? options.seed
    options.partitions = arguments[Self.partitions]
    options.skipsBadRows = arguments[Self.skipBadRows]
  }

  func run(_ console: Console) throws {
    let progress = StageProgress(console)
    defer { progress.finish() }
    switch work {
    case .part(let source, let part):
      try refuseForFaces()
      if try SoundPreparation.takes([source]) {
        try refuse(forFaces, "are faces, these are sounds or a table")
      }
      let (file, rows) = try Preparation.preparePart(
        source, part: part.index, of: part.count, to: out, options, observer: progress.advance)
      progress.finish()
      try console.report(PartSummary(file: file, rows: rows)) {
        "\(file): \(rows) rows; when all \(part.count) parts are there: "
          + "mien prepare --join --out \(out.relativePath)"
      }
    case .whole(let sources):
      if try SoundPreparation.takes(sources) {
        try refuse(forFaces, "are faces, these are sounds or a table")
        if try SoundPreparation.table(among: sources) != nil {
          try refuse(forSounds, "are sounds, this is a table of features")
        }
        let result = try SoundPreparation.prepare(
          sources, to: out, soundOptions, observer: progress.advance)
        progress.finish()
        try console.report(SoundPreparationSummary(folder: out.relativePath, result)) {
          SoundPreparationText(result).description
        }
        return try console.print(Self.next(out))
      }
      try refuseForFaces()
      guard let source = sources.first else { preconditionFailure("no source") }
      let result = try Preparation.prepare(source, to: out, options, observer: progress.advance)
      progress.finish()
      try show(result, console)
    case .join(let folder):
      try refuseForFaces()
      let result = try Preparation.join(
        out, parts: folder, seed: options.seed, observer: progress.advance)
      progress.finish()
      try show(result, console)
    }
  }

  private func show(_ result: PreparationResult, _ console: Console) throws {
    let summary = PreparationSummary(folder: out.relativePath, result)
    try console.report(summary) { QualityText(result).description }
    try console.print(Self.next(out))
  }

  /// The next step, whatever was prepared: the usual network goes by the data.
  private static func next(_ out: URL) -> String {
    "\(out.relativePath) is ready: mien train --data \(out.relativePath) --run DIR"
  }

  /// Throws where options were given that faces do not listen to.
  private func refuseForFaces() throws {
    try refuse(forSounds, "are sounds")
    try refuse(forRows, "are sounds or a table of features")
  }

  /// Throws where options were given that these sources do not listen to.
  private func refuse(_ options: [String], _ whatFor: String) throws {
    guard let first = options.first else { return }
    throw UsageError(
      Self.declaration.name, .conflict("\(first) is for sources that \(whatFor); leave it out"))
  }
}

/// `K/N`: part K of N, from 1.
struct PartNumber: ArgumentValue {
  let index: Int
  let count: Int

  static var expectation: String { "K/N with K from 1 to N, such as 2/4" }

  static func parse(_ word: String) -> PartNumber? {
    let numbers = word.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 2, let index = numbers[0], let count = numbers[1],
      (1...99_999).contains(count), (1...count).contains(index)
    else { return nil }
    return PartNumber(index: index, count: count)
  }

  var word: String { "\(index)/\(count)" }
}

/// One progress bar a stage; ends the work when the user asks to stop.
private final class StageProgress: Sendable {
  private let console: Console
  private let current = Mutex<(stage: PreparationProgress.Stage, bar: ProgressBar)?>(nil)

  init(_ console: Console) { self.console = console }

  func advance(_ progress: PreparationProgress) throws {
    try Interruption.check()
    let bar = current.withLock { current in
      if let current, current.stage == progress.stage { return current.bar }
      let bar = ProgressBar(
        progress.stage.rawValue, total: progress.total, unit: Self.unit(progress.stage),
        console: console)
      current = (progress.stage, bar)
      return bar
    }
    bar.advance(by: progress.steps)
  }

  func finish() { current.withLock { $0?.bar.finish() } }

  private static func unit(_ stage: PreparationProgress.Stage) -> String {
    switch stage {
    case .reading: "steps"
    case .writing: "shards"
    case .comparing: "pairs"
    }
  }
}

/// The JSON of a part.
private struct PartSummary: Encodable {
  let file: String
  let rows: Int
}

/// The JSON of a whole preparation.
private struct PreparationSummary: Encodable {
  let out: String
  let rows: Int
  let rejectedRows: Int
  let splits: [String: Manifest.Split]
  let mean: ChannelValues
  let standardDeviation: ChannelValues
  let shards: Int
  let constant: Int
  let nearConstant: Int
  let exactDuplicateGroups: Int
  let exactAcrossSplits: Int
  let nearDuplicatePairs: Int
  let nearAcrossSplits: Int
  let labelsDisagree: Int

  enum CodingKeys: String, CodingKey {
    case out, rows, splits, mean, shards, constant
    case rejectedRows = "rejected_rows"
    case standardDeviation = "standard_deviation"
    case nearConstant = "near_constant"
    case exactDuplicateGroups = "exact_duplicate_groups"
    case exactAcrossSplits = "exact_across_splits"
    case nearDuplicatePairs = "near_duplicate_pairs"
    case nearAcrossSplits = "near_across_splits"
    case labelsDisagree = "labels_disagree"
  }

  init(folder: String, _ result: PreparationResult) {
    let (manifest, quality) = (result.manifest, result.quality)
    out = folder
    rows = quality.rows
    rejectedRows = result.rejectedRows
    splits = manifest.splits
    mean = manifest.mean
    standardDeviation = manifest.standardDeviation
    shards = manifest.shards.count
    constant = quality.constant.total
    nearConstant = quality.nearConstant.total
    exactDuplicateGroups = quality.exactDuplicates.groupsTotal
    exactAcrossSplits = quality.exactDuplicates.acrossSplitsTotal
    nearDuplicatePairs = quality.nearDuplicates.pairsTotal
    nearAcrossSplits = quality.nearDuplicates.acrossSplitsTotal
    labelsDisagree =
      quality.exactDuplicates.labelsDisagreeTotal + quality.nearDuplicates.labelsDisagreeTotal
  }
}

/// Counts and doubts as tables for people.
private struct QualityText: CustomStringConvertible {
  private let result: PreparationResult

  init(_ result: PreparationResult) { self.result = result }

  var description: String {
    let (manifest, quality) = (result.manifest, result.quality)
    let names = manifest.splitNames
    var counts = Table([("class", .left)] + names.map { ($0, .right) })
    for name in manifest.classes {
      counts.add(
        [name] + names.map { "\(manifest.splits[$0]?.perClass[name] ?? 0)" })
    }
    counts.add(["all"] + names.map { "\(manifest.splits[$0]?.count ?? 0)" })

    var doubts = Table([
      ("doubtful", .left), ("all", .right), ("across splits", .right),
      ("labels disagree", .right),
    ])
    let (exact, near) = (quality.exactDuplicates, quality.nearDuplicates)
    doubts.add(["constant images", "\(quality.constant.total)", "", ""])
    doubts.add(["near-constant images", "\(quality.nearConstant.total)", "", ""])
    doubts.add([
      "groups of exact duplicates", "\(exact.groupsTotal)", "\(exact.acrossSplitsTotal)",
      "\(exact.labelsDisagreeTotal)",
    ])
    doubts.add([
      "pairs of near duplicates", "\(near.pairsTotal)", "\(near.acrossSplitsTotal)",
      "\(near.labelsDisagreeTotal)",
    ])
    var lines = ["\(counts)", "", "\(doubts)", ""]
    let (mean, deviation) = (
      String(format: "%.4f", manifest.mean[0]),
      String(format: "%.4f", manifest.standardDeviation[0])
    )
    lines.append("mean \(mean), standard deviation \(deviation), of \(manifest.statisticsSplit)")
    if manifest.preparation.splitSeed != nil {
      lines.append("the source has no splits: they were drawn by the seed")
    }
    if result.rejectedRows > 0 {
      lines.append("\(counted(result.rejectedRows, "bad row")) left out: see rejected.csv")
    }
    return lines.joined(separator: "\n")
  }
}
