public import Foundation
internal import Imaging
internal import TensorCore

/// Makes prepared data of sounds, or of a table of features.
public enum SoundPreparation {
  /// Whether sources are folders of sounds or a table of features, rather than faces. Throws `FileError`.
  public static func takes(_ sources: [URL]) throws -> Bool {
    guard sources.count == 1, let source = sources.first else { return true }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: source.path, isDirectory: &isFolder) else {
      return false
    }
    if isFolder.boolValue {
      return try SoundCollection.isFolderOfSounds(source)
        && PictureFiles(in: source).paths.isEmpty
    }
    guard source.pathExtension.lowercased() == "csv" else { return false }
    return FeatureTable.isOne(try CSVTable.header(of: source))
  }

  /// Makes `folder` from folders of sounds, each of one corpus, or from one table of features.
  ///
  /// Throws `FileError`, `DatasetError`, `AudioError`, and what `observer` throws; then `folder` is as it
  /// was before.
  public static func prepare(
    _ sources: [URL], to folder: URL, _ options: SoundOptions,
    observer: PreparationObserver = { _ in }
  ) throws -> ExamplePreparationResult {
    let wasThere = FileManager.default.fileExists(atPath: folder.path)
    // A folder made for nothing goes again; `rmdir` takes an empty one only.
    defer { if !wasThere { rmdir(folder.path) } }
    let table = try options.metadata.map { try TrackMetadata($0) }
    var isFolder: ObjCBool = false
    if sources.count == 1, let source = sources.first,
      FileManager.default.fileExists(atPath: source.path, isDirectory: &isFolder),
      !isFolder.boolValue
    {
      var features = try FeatureTable(CSVTable(source, expected: "a CSV file of features"))
      if let table { try features.join(table, label: options.label) }
      return try PreparedExamples(features, options).write(to: folder, observer: observer)
    }
    if options.label != nil, table == nil {
      throw DatasetError.unsupported(
        file: sources.first?.path ?? "", problem: "--label names a column, but there is no table",
        remedy: "give the table with --metadata F.csv")
    }
    var collection = try SoundCollection(sources, corpus: options.corpus)
    if let table { try collection.join(table, label: options.label) }
    return try PreparedExamples(SoundExamples(collection, options), options).write(
      to: folder, observer: observer)
  }
}
