internal import AudioFeatures
internal import Foundation
internal import TensorCore

/// The sounds of one corpus or of several, by their names: the order is that of the sources, and within each
/// that of the paths.
struct SoundCollection: Sendable {
  /// A sound file.
  struct File: Sendable {
    let url: URL
    /// Below the folder that was named; with the folder's name before it where there are several.
    let path: String
  }

  /// What messages call it.
  let path: String
  /// All sound files; a row is an index into them.
  let files: [File]
  /// Those whose names say what they are.
  private(set) var examples: [Example]
  /// Those whose names do not, or whose metadata do not.
  private(set) var unusable: [RejectedRow]
  /// What its classes are.
  let labels: SoundLabels
  /// The names of the corpora in the order of the sources.
  let corpora: [String]
  private let folders: [String]
  private(set) var metadata: MetadataReport?

  /// Lists folders, each of one corpus: the one that is named, else the one that knows most of its names.
  ///
  /// Throws `FileError`, and `DatasetError` where a folder holds no sound, or corpora do not go
  /// together.
  init(_ folders: [URL], corpus named: (any SoundCorpus)?) throws {
    var (files, examples, unusable) = ([File](), [Example](), [RejectedRow]())
    var corpora: [any SoundCorpus] = []
    for folder in folders {
      let paths = try Self.list(folder)
      guard let corpus = named ?? CorpusRegistry.corpus(of: paths.map { ClipPath($0) }) else {
        throw DatasetError.badSource(
          file: folder.path,
          problem: "none of the names of its \(paths.count) sounds is known, the first is "
            + "\(paths[0])",
          remedy: "names are as "
            + CorpusRegistry.corpora.map(\.example).joined(separator: ", ")
            + "; music lies in folders by genre")
      }
      if let first = corpora.first, first.labels != corpus.labels {
        throw DatasetError.unsupported(
          file: folder.path,
          problem: "\(corpus.title) has labels of \(corpus.labels.rawValue), \(first.title) of "
            + first.labels.rawValue,
          remedy: "prepare them one by one")
      }
      corpora.append(corpus)
      let prefix = folders.count > 1 ? folder.lastPathComponent + "/" : ""
      for path in paths {
        let row = files.count
        files.append(File(url: folder.appendingPathComponent(path), path: prefix + path))
        do throws(UnknownName) {
          let label = try corpus.label(of: ClipPath(path))
          examples.append(
            Example(
              row: row, name: prefix + path, corpus: corpus.name, className: label.className,
              group: "\(corpus.name)/\(label.group ?? ClipPath(path).name)",
              groupIsKnown: label.group != nil, attributes: label.attributes))
        } catch {
          unusable.append(
            RejectedRow(row: row, reason: "unknown name: \(error.reason)", excerpt: prefix + path))
        }
      }
    }
    guard let labels = corpora.first?.labels else { preconditionFailure("no folders") }
    path = folders.map(\.relativePath).joined(separator: ", ")
    (self.files, self.examples, self.unusable) = (files, examples, unusable)
    (self.labels, self.folders) = (labels, folders.map(\.lastPathComponent))
    self.corpora = corpora.map(\.name).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// Whether a folder holds sounds.
  static func isFolderOfSounds(_ url: URL) throws -> Bool {
    try !FileTree(in: url, extensions: AudioFile.extensions).paths.isEmpty
  }

  private static func list(_ folder: URL) throws -> [String] {
    let found = try FileTree(in: folder, extensions: AudioFile.extensions)
    // A speaker who cannot be looked into must not vanish in silence.
    if let first = found.unreadable.first { throw first.error }
    guard !found.paths.isEmpty else {
      throw DatasetError.badSource(
        file: folder.path, problem: "no file in it is named as a sound, .wav or .flac or the like",
        remedy: "check that it is the folder you meant")
    }
    return found.paths
  }

  /// The classes: all eight emotions, whichever occur, or the genres that occur, sorted.
  var classes: [String] { Emotion.classes(of: examples.map(\.className)) }

  /// Adds what a table says of the sounds; see `TrackMetadata.joined`.
  mutating func join(_ table: TrackMetadata, label: String?) throws {
    let (joined, rejected, report) = try table.joined(to: examples, label: label)
    (examples, metadata) = (joined, report)
    unusable = (unusable + rejected).sorted { $0.row < $1.row }
  }

  /// Name, size and sum: that of the list of the files' sums.
  ///
  /// - Parameter sums: by row, of files that were summed up already.
  func identity(sums: [Int: String]) throws -> SourceIdentity {
    let list = SHA256()
    var total = 0
    for (row, file) in files.enumerated() {
      let opened = try RandomAccessFile(file.url, expected: "a sound")
      total += opened.byteCount
      let sum = try sums[row] ?? SHA256.hex(of: opened)
      Array("\(file.path)\t\(sum)\n".utf8).withUnsafeBytes { list.update($0) }
    }
    return SourceIdentity(
      name: folders.joined(separator: "+"), sha256: list.finish(), bytes: total)
  }
}
