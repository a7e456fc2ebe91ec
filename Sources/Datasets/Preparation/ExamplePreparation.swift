internal import Foundation
internal import TensorCore

/// What a preparation of sounds or of a table made.
public struct ExamplePreparationResult: Sendable {
  /// The new manifest.
  public let manifest: Manifest
  /// The new quality report.
  public let quality: ExampleReport
  /// How many rows were left out.
  public let rejectedRows: Int
}

/// Examples with their splits on the way to prepared data.
struct PreparedExamples<Source: ExampleSource> {
  private let source: Source
  /// Those of the source, their groups spelt alike.
  private let examples: [Example]
  private let options: SoundOptions
  private let classIndex: [String: Int]
  private let splits: GroupSplits
  /// The index of the split that is learnt from.
  private let training: Int

  init(_ source: Source, _ options: SoundOptions) throws {
    (self.source, self.options) = (source, options)
    if let first = source.unusable.first, !options.skipsBadRows {
      throw DatasetError.badSource(
        file: source.path,
        problem: "\(source.unusable.count) rows cannot be used, the first is "
          + "\(first.excerpt): \(first.reason)",
        remedy: "mend or remove it, or pass --skip-bad-rows to list such rows in "
          + rejectedFileName)
    }
    examples = source.examples.withGroupsSpeltAlike
    guard !examples.isEmpty else {
      throw DatasetError.badSource(
        file: source.path, problem: "none of its \(source.unusable.count) rows can be used",
        remedy: "check that it is what you meant, or name its --corpus")
    }
    let classes = source.classes
    guard (1...256).contains(classes.count) else {
      throw DatasetError.badSource(
        file: source.path, problem: "\(classes.count) classes, expected at most 256",
        remedy: "check that the labels are what you meant")
    }
    let index = Dictionary(uniqueKeysWithValues: zip(classes, 0...))
    classIndex = index
    splits = try GroupSplits(
      options.split, labels: examples.map { index[$0.className] ?? 0 },
      classCount: classes.count, groups: examples.map(\.group), groupKind: source.groupKind,
      unknown: examples.count { !$0.groupIsKnown }, seed: options.seed, source: source.path)
    guard let name = SplitNames.training(among: splits.names),
      let training = splits.names.firstIndex(of: name)
    else { preconditionFailure("no split of \(splits.names) is for training") }
    self.training = training
  }

  /// A row that was read.
  private struct Row {
    let index: Int
    let content: ExampleContent
  }

  private func label(_ index: Int) -> Int { classIndex[examples[index].className] ?? 0 }

  func write(to folder: URL, observer: PreparationObserver) throws -> ExamplePreparationResult {
    let staging = try StagingFolder(in: folder)
    defer { staging.remove() }
    // The last one takes the copies.
    let shards = (0...splits.names.count).map {
      ValueShards(in: staging.url, split: $0, shape: source.shape)
    }
    var moments = ChannelMoments(channels: source.shape[source.shape.rank - 1])
    var (kept, rejected) = ([Row](), source.unusable)
    // In blocks of a fixed size, so that no more than a block is in memory; rows are added in order,
    // whoever reads them.
    let block = 128
    for start in stride(from: 0, to: examples.count, by: block) {
      let range = start..<min(start + block, examples.count)
      for (index, outcome) in zip(range, try read(range, observer)) {
        let example = examples[index]
        switch outcome {
        case .failure(let problem):
          guard options.skipsBadRows else {
            throw DatasetError.badSource(
              file: example.name, problem: problem.text,
              remedy: "mend or remove it, or pass --skip-bad-rows to leave such rows out")
          }
          rejected.append(
            RejectedRow(row: example.row, reason: problem.text, excerpt: example.name))
        case .success(var content):
          for (copy, values) in content.values.enumerated() {
            try shards[copy == 0 ? splits.splits[index] : splits.names.count].append(
              values, label: label(index), row: example.row)
          }
          if splits.splits[index] == training { moments.add(content.values[0]) }
          content.values = []
          kept.append(Row(index: index, content: content))
        }
      }
    }
    rejected.sort { $0.row < $1.row }
    guard kept.contains(where: { splits.splits[$0.index] == training }) else {
      throw DatasetError.badSource(
        file: source.path,
        problem: "no row to learn from is left; \(rejected.count) were bad, the first: "
          + (rejected.first?.reason ?? ""), remedy: "check that it is what you meant")
    }
    return try finish(
      kept, rejected, shards, moments, staging: staging.url, to: folder, observer: observer)
  }

  /// Reads some examples in parallel.
  private func read(
    _ range: Range<Int>, _ observer: PreparationObserver
  ) throws -> [Result<ExampleContent, RowProblem>] {
    let random = RandomStream(seed: options.seed).substream("copies")
    let (outcomes, failure) = parallelMap(range.count) {
      place -> Result<ExampleContent, RowProblem> in
      let index = range.lowerBound + place
      do {
        let copies = splits.splits[index] == training ? options.copies : 0
        let content = try source.content(index, copies: copies, random: random)
        try observer(
          PreparationProgress(stage: .reading, steps: 1, total: examples.count))
        return .success(content)
      } catch let problem as RowProblem {
        try observer(
          PreparationProgress(stage: .reading, steps: 1, total: examples.count))
        return .failure(problem)
      }
    }
    if let failure { throw failure }
    return outcomes
  }

  /// Names the shards, and writes what is known of them.
  private func finish(
    _ kept: [Row], _ rejected: [RejectedRow], _ shards: [ValueShards], _ moments: ChannelMoments,
    staging: URL, to folder: URL, observer: PreparationObserver
  ) throws -> ExamplePreparationResult {
    let copiesName = splits.names[training] + "_copies"
    let names = splits.names + (options.copies > 0 ? [copiesName] : [])
    var written: [Manifest.Shard] = []
    for (name, split) in zip(names, shards) {
      written += try split.finish(numberedFrom: written.count, name: name)
      try observer(PreparationProgress(stage: .writing, steps: 1, total: names.count))
    }
    let groups =
      splits.names.indices.flatMap { split in
        kept.filter { splits.splits[$0.index] == split }
      }
      + kept.filter { splits.splits[$0.index] == training }.flatMap {
        Array(repeating: $0, count: options.copies)
      }
    let quality = report(kept, rejected, copiesName)
    let manifest = Manifest(
      kind: source.kind, shape: source.shape, dtype: "float32", columns: source.columns,
      classes: source.classes, splits: quality.splits,
      groups: .array(groups.map { .string(examples[$0.index].group) }),
      groupKind: source.groupKind, mean: moments.mean,
      standardDeviation: moments.standardDeviation, statisticsSplit: splits.names[training],
      source: try source.identity(),
      preparation: Manifest.Preparation(
        skipsBadRows: options.skipsBadRows, rejectedRows: rejected.count,
        splitSeed: splits.record.seed,
        copies: options.copies > 0 ? [copiesName: splits.names[training]] : nil,
        split: splits.record, sound: source.record), shards: written)
    let sync = FileSync()
    func write(_ text: String, _ name: String) throws {
      try writeAtomically(text.utf8, to: staging.appendingPathComponent(name), syncedBy: sync)
    }
    try write(
      ExampleList.csv(
        kept.map {
          (examples[$0.index], splits.names[splits.splits[$0.index]], $0.content.measures)
        }), ExampleList.fileName)
    if !rejected.isEmpty { try write(rejectedCSV(rejected), rejectedFileName) }
    try writeJSON(
      quality, to: staging.appendingPathComponent(QualityReport.fileName), syncedBy: sync)
    try writeJSON(
      manifest, to: staging.appendingPathComponent(Manifest.fileName), syncedBy: sync)
    try sync.finish()
    try moveIntoPlace(
      written.flatMap { [$0.inputs.file, $0.labels.file, $0.rows.file] }
        + [QualityReport.fileName, ExampleList.fileName]
        + (rejected.isEmpty ? [] : [rejectedFileName]), from: staging, to: folder)
    return ExamplePreparationResult(
      manifest: manifest, quality: quality, rejectedRows: rejected.count)
  }

  /// Looks for what is doubtful.
  private func report(
    _ kept: [Row], _ rejected: [RejectedRow], _ copiesName: String
  ) -> ExampleReport {
    let examples = kept.map { self.examples[$0.index] }
    let labels = kept.map { label($0.index) }
    func counts(_ name: (Int) -> String) -> [String: Manifest.Split] {
      Manifest.Split.counts(examples.indices.map { (name($0), labels[$0]) }, source.classes)
    }
    func split(_ place: Int) -> String { splits.names[splits.splits[kept[place].index]] }
    var bySplit = counts(split)
    if options.copies > 0, let originals = bySplit[splits.names[training]] {
      bySplit[copiesName] = Manifest.Split(
        count: originals.count * options.copies,
        perClass: originals.perClass.mapValues { $0 * options.copies })
    }
    let equal = Dictionary(grouping: examples.indices) { kept[$0].content.digest }.values
      .filter { $0.count > 1 }.sorted { $0[0] < $1[0] }
    let rows = examples.map(\.row)
    let measures = kept.compactMap(\.content.measures)
    let corpora = examples.map(\.corpus)
    return ExampleReport(
      rows: kept.count, rejectedRows: rejected.count, splits: bySplit,
      corpora: counts { corpora[$0] }, groupKind: source.groupKind,
      groups: counts { examples[$0].group },
      withoutGroup: QualityReport.RowList(examples.filter { !$0.groupIsKnown }.map(\.row)),
      exactDuplicates: QualityReport.Exact(
        equal.map { places in
          QualityReport.Group(
            rows: places.map { rows[$0] }, splits: places.map(split),
            classes: places.map { examples[$0].className })
        }),
      sound: measures.count == kept.count
        ? SoundFindings(measures, rows: rows, corpora: corpora) : nil,
      oneRules: oneRules(examples, labels, measures),
      metadata: source.metadata)
  }

  /// What should not tell the class, and how well it does.
  private func oneRules(
    _ examples: [Example], _ labels: [Int], _ measures: [SoundMeasures]
  ) -> [OneRule] {
    let order = Dictionary(uniqueKeysWithValues: zip(Set(examples.map(\.group)).sorted(), 0...))
    let groups = examples.map { order[$0.group] ?? 0 }
    let corpora = Set(examples.map(\.corpus)).sorted()
    var properties = [("corpus", examples.map { Double(corpora.firstIndex(of: $0.corpus) ?? 0) })]
    if measures.count == examples.count {
      properties += [
        ("sampling rate", measures.map { Double($0.sampleRate) }),
        ("channels", measures.map { Double($0.channels) }),
        ("length", measures.map(\.seconds)),
      ]
    }
    if let lengths = source.lengths {
      let used = Dictionary(uniqueKeysWithValues: zip(source.examples.map(\.row), lengths))
      properties.append(("length", examples.map { used[$0.row] ?? 0 }))
    }
    return properties.compactMap {
      OneRule(
        $0.0, values: $0.1, labels: labels, classCount: source.classes.count, groups: groups)
    }
  }
}

extension Manifest.Split {
  /// Counts by name and class.
  static func counts(_ rows: [(name: String, label: Int)], _ classes: [String]) -> [String: Self] {
    Dictionary(grouping: rows, by: \.name).mapValues { rows in
      var counts = [Int](repeating: 0, count: classes.count)
      for row in rows { counts[row.label] += 1 }
      return Self(
        count: rows.count, perClass: Dictionary(uniqueKeysWithValues: zip(classes, counts)))
    }
  }
}
