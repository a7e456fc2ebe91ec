public import Foundation
internal import Imaging
internal import TensorCore

/// Makes prepared data of sounds, or of a table of features.
public enum SoundPreparation {
  /// Whether sources are folders of sounds or a table of features, rather than faces. Throws `FileError`.
  public static func takes(_ sources: [URL]) throws -> Bool {
    for source in sources where !FileManager.default.fileExists(atPath: source.path) {
      throw FileError.missing(
        path: source.path,
        expected: "a FER-format CSV, a folder of images, folders of sounds or a table of features",
        remedy: "check the path")
    }
    guard sources.count == 1, let source = sources.first else { return true }
    if !isFile(source) {
      return try SoundCollection.isFolderOfSounds(source)
        && PictureFiles(in: source).paths.isEmpty
    }
    guard source.pathExtension.lowercased() == "csv" else { return false }
    return FeatureTable.isOne(try CSVTable.header(of: source))
  }

  /// The table of features among sources that are not faces; nil where they are folders of sounds.
  ///
  /// Throws `DatasetError.unsupported` where a table is not the only source, or a source is named twice.
  public static func table(among sources: [URL]) throws -> URL? {
    if let file = sources.first(where: isFile) {
      guard sources.count == 1 else {
        throw DatasetError.unsupported(
          file: file.path, problem: "a file among \(sources.count) sources",
          remedy: "give one table alone, or folders of sounds alone")
      }
      return file
    }
    var places = Set<String>()
    for folder in sources where !places.insert(folder.resolvingSymlinksInPath().path).inserted {
      throw DatasetError.unsupported(
        file: folder.path, problem: "named twice, its sounds would be rows twice",
        remedy: "name each folder once")
    }
    return nil
  }

  private static func isFile(_ source: URL) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: source.path, isDirectory: &isFolder)
      && !isFolder.boolValue
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
    if let file = try Self.table(among: sources) {
      guard options.copies == 0 else {
        throw DatasetError.unsupported(
          file: file.path, problem: "changed copies are made of sounds, not of a table's rows",
          remedy: "make no copies, or prepare the sounds themselves")
      }
      var features = try FeatureTable(CSVTable(file, expected: "a CSV file of features"))
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
