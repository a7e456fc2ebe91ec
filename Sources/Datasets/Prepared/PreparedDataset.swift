public import Foundation
public import Imaging
public import TensorCore

/// A folder that `mien prepare` made. Its shards are mapped into memory: what is not touched is not
/// read, and threads may read at once.
public struct PreparedDataset: Sendable {
  /// What the folder says about itself.
  public let manifest: Manifest
  /// The SHA-256 of the manifest, which stands for all the data.
  public let fingerprint: String

  private let folder: URL
  private let type: NPYType
  private let shards: [MappedArray]
  /// The first row of each shard, and the number of all rows at the end.
  private let starts: [Int]
  private let labels: [UInt8]
  private let sourceRows: [Int64]

  /// Opens the folder and checks every shard against the manifest: kinds, shapes and sizes, not the
  /// sums (see `verify`). Throws `FileError` and `DatasetError`.
  public init(at folder: URL) throws {
    let path = folder.appendingPathComponent(Manifest.fileName)
    guard FileManager.default.fileExists(atPath: path.path) else {
      throw FileError.missing(
        path: path.path, expected: "data made by mien prepare",
        remedy: "run mien prepare SOURCE --out \(folder.relativePath), to its end")
    }
    let json = try readFile(path, expected: "the manifest of prepared data")
    let manifest = try Self.decode(json, folder)
    fingerprint = SHA256.hex(of: json)
    (self.manifest, self.folder) = (manifest, folder)
    type = manifest.dtype == "float32" ? .float32 : .uint8

    var (shards, starts, labels, sourceRows) = ([MappedArray](), [0], [UInt8](), [Int64]())
    for shard in manifest.shards {
      let inputs = try Self.open(
        shard.inputs, type, [shard.count] + manifest.shape.dimensions, folder)
      let classIndices = try Self.open(shard.labels, .uint8, [shard.count], folder)
      let rows = try Self.open(shard.rows, .int64, [shard.count], folder)
      if let wrong = classIndices.bytes.first(where: { $0 >= manifest.classes.count }) {
        throw Self.bad(
          folder, "\(shard.labels.file) holds label \(wrong) of \(manifest.classes.count) classes")
      }
      shards.append(inputs)
      starts.append(starts[starts.count - 1] + shard.count)
      labels += classIndices.bytes
      sourceRows += (0..<shard.count).map {
        Int64(littleEndian: rows.bytes.loadUnaligned(fromByteOffset: $0 * 8, as: Int64.self))
      }
    }
    (self.shards, self.starts, self.labels, self.sourceRows) = (shards, starts, labels, sourceRows)
  }

  /// The number of rows of all splits.
  public var count: Int { labels.count }

  /// The rows of a split. Throws where there is none of that name.
  public func rows(inSplit name: String) throws -> [Int] {
    guard manifest.splits[name] != nil else {
      throw DatasetError.badPreparedData(
        folder: folder.path, problem: "no split is named \(name)",
        remedy: "its splits are \(manifest.splitNames.joined(separator: ", "))")
    }
    return zip(manifest.shards, starts).filter { $0.0.split == name }.flatMap {
      Array($1..<$1 + $0.count)
    }
  }

  /// The class of a row.
  public func label(_ row: Int) -> Int { Int(labels[row]) }

  /// Which data row of the source a row was, from 0.
  public func sourceRow(_ row: Int) -> Int { Int(sourceRows[row]) }

  /// Whether rows are grey levels, of a byte each.
  var holdsLevels: Bool { type == .uint8 }

  /// The grey levels of a row, [H, W, C]; valid as long as the data set.
  public func pixels(of row: Int) -> UnsafeRawBufferPointer {
    precondition(holdsLevels, "rows of \(manifest.dtype) have no grey levels")
    return bytes(of: row)
  }

  /// Copies the stored numbers of a row, of any shape and type, to `target`.
  public func read(_ row: Int, into target: UnsafeMutablePointer<Float>) {
    let bytes = bytes(of: row)
    if holdsLevels {
      for i in bytes.indices { target[i] = Float(bytes[i]) }
    } else {
      UnsafeMutableRawPointer(target).copyMemory(
        from: bytes.baseAddress ?? UnsafeRawPointer(target), byteCount: bytes.count)
    }
  }

  /// The stored bytes of a row.
  private func bytes(of row: Int) -> UnsafeRawBufferPointer {
    precondition(row >= 0 && row < count, "row \(row) of \(count)")
    var (low, high) = (0, shards.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= row { low = middle } else { high = middle }
    }
    let size = manifest.shape.count * type.size
    let start = (row - starts[low]) * size
    return UnsafeRawBufferPointer(rebasing: shards[low].bytes[start..<start + size])
  }

  /// A row as a picture, of data of shape [H, W, 1].
  public func image(of row: Int) -> GrayImage {
    let shape = manifest.shape
    precondition(manifest.holdsGrayPictures, "\(manifest.kind) rows of \(shape) are not grey")
    return GrayImage(width: shape[1], height: shape[0], pixels: Array(pixels(of: row)))
  }

  /// Rows as batches for a network. Preprocessing is for rows of shape [H, W, 1]; it is done here,
  /// once for all batches.
  public func source(
    rows: [Int], normalisation: Normalisation, preprocessing: Preprocessing? = nil,
    augmentation: Augmentation? = nil
  ) -> DatasetSource {
    DatasetSource(
      self, rows: rows, normalisation: normalisation, preprocessing: preprocessing,
      augmentation: augmentation)
  }

  /// Draws a share of `rows` (at least one), every class in proportion; gives both parts in order.
  public func stratifiedSplit(
    _ rows: [Int], fraction: Double, random: RandomStream
  ) -> (drawn: [Int], rest: [Int]) {
    let count = min(rows.count, max(1, Int((Double(rows.count) * fraction).rounded())))
    return stratifiedSample(
      rows, count: count, classCount: manifest.classes.count, random: random, label: label)
  }

  /// Draws `count` of `rows`, every class in proportion, in order.
  public func stratifiedSplit(_ rows: [Int], count: Int, random: RandomStream) -> [Int] {
    stratifiedSample(
      rows, count: min(count, rows.count), classCount: manifest.classes.count, random: random,
      label: label
    ).drawn
  }

  /// Checks the SHA-256 of every shard. Throws `DatasetError.badPreparedData` at the first that is
  /// not what the manifest says.
  public func verify() throws {
    for file in manifest.shards.flatMap({ [$0.inputs, $0.labels, $0.rows] }) {
      let opened = try RandomAccessFile(
        folder.appendingPathComponent(file.file), expected: "a shard")
      guard try SHA256.hex(of: opened) == file.sha256 else {
        throw Self.bad(folder, "\(file.file) does not have the SHA-256 of the manifest")
      }
    }
  }

  /// Data that are whole but not fit for what is asked of them.
  func unfit(_ problem: String, remedy: String) -> DatasetError {
    .badPreparedData(folder: folder.path, problem: problem, remedy: remedy)
  }

  private static func bad(_ folder: URL, _ problem: String) -> DatasetError {
    .badPreparedData(
      folder: folder.path, problem: problem, remedy: "run mien prepare again to make it anew")
  }

  private static func decode(_ json: Data, _ folder: URL) throws -> Manifest {
    struct Version: Decodable {
      let schema_version: Int
    }
    if let version = try? JSONDecoder().decode(Version.self, from: json),
      version.schema_version != Manifest.currentVersion
    {
      throw bad(
        folder,
        "\(Manifest.fileName) has version \(version.schema_version), "
          + "expected \(Manifest.currentVersion)")
    }
    guard let manifest = try? JSONDecoder().decode(Manifest.self, from: json) else {
      throw bad(folder, "\(Manifest.fileName) is damaged")
    }
    let isImage = manifest.dtype == "uint8" && manifest.shape.rank == 3
    guard isImage || manifest.dtype == "float32", manifest.shape.count > 0,
      (1...256).contains(manifest.classes.count)
    else {
      throw bad(
        folder,
        "\(manifest.dtype) inputs of shape \(manifest.shape) in \(manifest.classes.count) classes, "
          + "expected uint8 images or float32 inputs of any shape")
    }
    let channels = manifest.shape[manifest.shape.rank - 1]
    for constants in [manifest.mean, manifest.standardDeviation]
    where !constants.suit(channels: channels) {
      throw bad(
        folder, "\(constants.values.count) means or deviations for \(channels) channels")
    }
    if let columns = manifest.columns, columns.count != manifest.shape.count {
      throw bad(folder, "\(columns.count) names of \(manifest.shape.count) columns")
    }
    for (name, split) in manifest.splits {
      let count = manifest.shards.filter { $0.split == name }.reduce(0) { $0 + $1.count }
      guard count == split.count else {
        throw bad(folder, "the shards of \(name) have \(count) rows, expected \(split.count)")
      }
    }
    return manifest
  }

  private static func open(
    _ file: Manifest.File, _ type: NPYType, _ shape: [Int], _ folder: URL
  ) throws -> MappedArray {
    guard !file.file.contains("/") else { throw bad(folder, "a shard is named \(file.file)") }
    let array = try MappedArray(
      folder.appendingPathComponent(file.file), expected: "a shard of prepared data")
    guard array.header.type == type, array.header.shape == shape else {
      throw bad(
        folder,
        "\(file.file) is \(array.header.type) \(array.header.shape), expected \(type) \(shape)")
    }
    return array
  }
}
