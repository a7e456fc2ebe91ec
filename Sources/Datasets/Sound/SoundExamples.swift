internal import AudioFeatures
internal import Foundation
internal import Synchronization
internal import TensorCore

/// Sounds that become rows of features.
final class SoundExamples: ExampleSource {
  private let collection: SoundCollection
  private let reader: SoundReader
  private let options: SoundOptions
  private let sums = Mutex<[Int: String]>([:])

  init(_ collection: SoundCollection, _ options: SoundOptions) throws {
    (self.collection, self.options) = (collection, options)
    reader = try SoundReader(options.input, for: collection.path)
  }

  var path: String { collection.path }
  var columns: [String]? { reader.columns }
  var kind: String { reader.kind }
  var shape: Shape { reader.shape }
  var classes: [String] { collection.classes }
  var groupKind: String { collection.labels.groupKind }
  var examples: [Example] { collection.examples }
  var unusable: [RejectedRow] { collection.unusable }
  var metadata: MetadataReport? { collection.metadata }
  var lengths: [Double]? { nil }
  var record: SoundRecord? {
    SoundRecord(
      features: reader.input.features, conversion: reader.input.conversion,
      copies: options.copies, waveform: options.copies > 0 ? options.waveform : nil)
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
      let clip = try reader.prepared(original)
      let digest = SHA256()
      original.samples.withUnsafeBytes { digest.update($0) }
      var values = [try reader.numbers(ofPrepared: clip)]
      for copy in 0..<copies {
        let changed = try options.waveform.change(clip, random.substream(copy).substream(row))
        values.append(try reader.numbers(ofPrepared: changed))
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
