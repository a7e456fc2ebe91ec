public import Foundation
internal import Imaging
internal import TensorCore

/// Makes prepared data from a source: in one go, or partition by partition and then joined. Both
/// ways give the same bytes.
public enum Preparation {
  /// Makes `folder` from a FER-format CSV (plain, gzip or xz) or a folder of images.
  ///
  /// Throws `FileError`, `DatasetError`, and what `observer` throws; then `folder` has no manifest
  /// of this preparation, and what was there before stands unless shards were being written.
  public static func prepare(
    _ source: URL, to folder: URL, _ options: PreparationOptions,
    observer: PreparationObserver = { _ in }
  ) throws -> PreparationResult {
    let wasThere = FileManager.default.fileExists(atPath: folder.path)
    // A folder made for nothing goes again; `rmdir` takes an empty one only.
    defer { if !wasThere { rmdir(folder.path) } }
    let gathered: GatheredRows
    let scratch = { try ScratchFile(in: folder) }
    switch try Source(source, options.faces) {
    case .images(let images):
      gathered = try gather(images, options, scratch: scratch(), observer: observer)
    case .csv(let csv):
      // Who names a number of partitions gets them.
      if csv.layout.usage != nil, options.partitions == nil,
        let result = try prepareStreaming(csv, to: folder, options, observer: observer)
      {
        return result
      }
      gathered = try gather(csv, options, scratch: scratch(), observer: observer)
    case .compressed(let file, let compression):
      gathered = try gatherCompressed(
        file, compression, options, scratch: scratch(), observer: observer)
    }
    return try writePrepared(gathered, to: folder, options, observer: observer)
  }

  /// Nil where the shards have to be made otherwise.
  private static func prepareStreaming(
    _ csv: CSVSource, to folder: URL, _ options: PreparationOptions,
    observer: PreparationObserver
  ) throws -> PreparationResult? {
    let staging = try StagingFolder(in: folder)
    defer { staging.remove() }
    let sync = FileSync()
    do {
      let gathered = try gatherStreaming(
        csv, options, to: staging.url, syncedBy: sync, observer: observer)
      return try writePrepared(
        gathered, to: folder, options, staging: staging.url, syncedBy: sync, observer: observer)
    } catch is ShardStream.TooManySplits {
      return nil
    }
  }

  /// Makes the file of partition `part` (from 1) of `count` in `folder`, and gives its name and its
  /// number of rows. Throws as `prepare`, and `DatasetError.unsupported` for compressed sources.
  public static func preparePart(
    _ source: URL, part: Int, of count: Int, to folder: URL, _ options: PreparationOptions,
    observer: PreparationObserver = { _ in }
  ) throws -> (file: String, rows: Int) {
    precondition(count >= 1 && (1...count).contains(part), "part \(part) of \(count)")
    switch try Source(source, options.faces) {
    case .images(let images):
      return try writePart(images, part, count, folder, options, observer)
    case .csv(let csv): return try writePart(csv, part, count, folder, options, observer)
    case .compressed(let file, let compression):
      throw DatasetError.unsupported(
        file: file.url.path,
        problem: "it is compressed (\(compression.rawValue)) and can only be read from its start",
        remedy: "unpack it first, or leave --only-partition out")
    }
  }

  /// Makes the prepared data in `folder` from the part files that lie there. All parts must be
  /// there, of the same source and options; `options` gives only the seed.
  public static func join(
    _ folder: URL, parts partsFolder: URL? = nil, seed: UInt64,
    observer: PreparationObserver = { _ in }
  ) throws -> PreparationResult {
    let parts = try PartSet(in: partsFolder ?? folder)
    var options = PreparationOptions()
    options.size = parts.first.size
    options.skipsBadRows = parts.first.skipsBadRows
    options.faces = parts.first.faces ?? .whole
    options.seed = seed
    return try writePrepared(parts.gathered, to: folder, options, observer: observer)
  }

  private static func writePart(
    _ source: some RowSource, _ part: Int, _ count: Int, _ folder: URL,
    _ options: PreparationOptions, _ observer: PreparationObserver
  ) throws -> (file: String, rows: Int) {
    let range = source.partition(part - 1, of: count)
    let name = PartFile.name(part, of: count)
    let identity = try source.identity()
    do {
      let description = try PartFile.write(
        to: folder.appendingPathComponent(name), size: options.size,
        skipsBadRows: options.skipsBadRows
      ) { builder in
        try source.read(range, into: builder, size: options.size) {
          try observer(PreparationProgress(stage: .reading, steps: $0, total: range.count))
        }
      } describe: { table, sum in
        PartDescription(
          part: part, of: count, source: identity, classes: source.classes, size: options.size,
          skipsBadRows: options.skipsBadRows, faces: options.faces.recorded, table: table,
          pixelsSHA256: sum)
      }
      return (name, description.table.count)
    } catch let bad as FirstBadRow {
      throw source.error(
        bad.rejected, row: try source.rows(before: range.lowerBound) + bad.rejected.row)
    }
  }
}

/// What a path turned out to hold.
private enum Source {
  case csv(CSVSource)
  case compressed(RandomAccessFile, Compression)
  case images(ImageFolder)

  init(_ url: URL, _ faces: FaceSearch) throws {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder), isFolder.boolValue
    {
      self = .images(try ImageFolder(url, faces))
      return
    }
    guard faces == .whole else {
      throw DatasetError.unsupported(
        file: url.path,
        problem: "it is no folder of images, and faces are looked for in images only",
        remedy: "leave --faces out")
    }
    let file = try RandomAccessFile(url, expected: "a FER-format CSV or a folder of images")
    if let compression = try Compression(of: file) {
      self = .compressed(file, compression)
    } else {
      self = .csv(try CSVSource(file))
    }
  }
}
