internal import AudioFeatures
internal import Foundation
internal import Synchronization
internal import TensorCore

/// Sounds that become rows of features.
final class SoundExamples: ExampleSource {
  private let collection: SoundCollection
  private let features: FeatureSet
  /// The columns of the set that are kept, by their places; nil keeps all.
  private let kept: [Int]?
  private let options: SoundOptions
  private let sums = Mutex<[Int: String]>([:])

  init(_ collection: SoundCollection, _ options: SoundOptions) throws {
    (self.collection, self.options) = (collection, options)
    guard let features = FeatureSetRegistry.named(options.features) else {
      throw DatasetError.unsupported(
        file: collection.path, problem: "no set of features is named \(options.features)",
        remedy: "choose one of \(SoundOptions.featureSets.joined(separator: ", "))")
    }
    self.features = features
    // How long a sound is says how much was measured, not what was heard.
    let columns = features.columns ?? []
    kept =
      columns.contains(FeatureTable.length)
      ? columns.indices.filter { columns[$0] != FeatureTable.length } : nil
  }

  var path: String { collection.path }
  var columns: [String]? {
    features.columns.map { columns in kept.map { $0.map { columns[$0] } } ?? columns }
  }

  /// An image over time is a spectrogram; frames one after another, each of several numbers, are a
  /// series.
  var kind: String {
    switch features.kind {
    case .table: Manifest.tableKind
    case .image(_, let axes):
      axes.last == "frame" ? Manifest.spectrogramKind : Manifest.seriesKind
    }
  }

  /// A spectrogram has one channel, as a grey picture.
  var shape: Shape {
    if kind == Manifest.spectrogramKind { return Shape(features.shape.dimensions + [1]) }
    return columns.map { [$0.count] } ?? features.shape
  }

  var classes: [String] { collection.classes }
  var groupKind: String { collection.labels.groupKind }
  var examples: [Example] { collection.examples }
  var unusable: [RejectedRow] { collection.unusable }
  var metadata: MetadataReport? { collection.metadata }
  var lengths: [Double]? { nil }
  var record: SoundRecord? {
    SoundRecord(
      features: features.name, conversion: options.conversion(rate: features.sampleRate),
      copies: options.copies,
      waveform: options.copies > 0 ? options.waveform : nil)
  }

  /// The numbers of a sound.
  private func numbers(of clip: AudioClip) throws -> [Float] {
    let numbers = try features.extract(from: clip)
    return kept.map { $0.map { numbers[$0] } } ?? numbers
  }

  func identity() throws -> SourceIdentity {
    try collection.identity(sums: sums.withLock { $0 })
  }

  func content(_ index: Int, copies: Int, random: RandomStream) throws -> ExampleContent {
    let row = collection.examples[index].row
    let file = collection.files[row]
    let sum = try SHA256.hex(of: RandomAccessFile(file.url, expected: "a sound"))
    sums.withLock { $0[row] = sum }
    do {
      let original = try AudioFile.read(file.url)
      let clip = try options.prepared(original, rate: features.sampleRate)
      let digest = SHA256()
      original.samples.withUnsafeBytes { digest.update($0) }
      var values = [try numbers(of: clip)]
      for copy in 0..<copies {
        let changed = try options.waveform.change(clip, random.substream(copy).substream(row))
        values.append(try numbers(of: changed))
      }
      for values in values where !values.allSatisfy(\.isFinite) {
        throw RowProblem("its features are not finite numbers")
      }
      return ExampleContent(
        values: values, measures: SoundMeasures(original), digest: digest.finish())
    } catch let error as AudioError {
      throw RowProblem(error.problem(of: file.url))
    }
  }
}

extension AudioError {
  /// The message without the file's name, which stands beside it in lists.
  fileprivate func problem(of file: URL) -> String {
    let prefix = file.path + ": "
    return description.hasPrefix(prefix)
      ? String(description.dropFirst(prefix.count)) : description
  }
}
