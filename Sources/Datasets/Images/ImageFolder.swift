internal import Foundation
internal import Imaging
internal import TensorCore

/// A folder of images, sorted by class and perhaps split: `train/angry/1.jpg` or `angry/1.jpg`;
/// folders further down are looked through too. Its units are images in the order of their paths.
///
/// The first level holds splits where all its names are those of splits (`train`, `test`,
/// `validation` …), else classes.
struct ImageFolder: RowSource {
  private struct Item: Sendable {
    let path: String
    let split: String?
    let label: UInt8
  }

  private let folder: URL
  private let items: [Item]
  private let faces: FaceSearch
  let classes: [String]

  /// Lists the images. Throws `DatasetError.badSource` where they do not lie by class.
  init(_ folder: URL, _ faces: FaceSearch) throws {
    func bad(_ problem: String) -> DatasetError {
      .badSource(
        file: folder.path, problem: problem,
        remedy: "images must lie in folders by class, as in train/angry/1.jpg or angry/1.jpg")
    }
    let found = try PictureFiles(in: folder)
    // A class that cannot be looked into must not vanish in silence.
    if let first = found.unreadable.first { throw first.error }
    let paths = found.paths
    guard !paths.isEmpty else {
      throw bad("no file in it is named as an image, .png or .jpg or the like")
    }
    let parts = paths.map { $0.split(separator: "/").map(String.init) }
    let hasSplits = Set(parts.map { $0[0] }).allSatisfy(SplitNames.isSplit)
    let depth = hasSplits ? 2 : 1
    if let stray = parts.firstIndex(where: { $0.count <= depth }) {
      throw bad("\(paths[stray]) lies in no folder of a class")
    }
    let names = ClassNames.classes(ofFolders: Set(parts.map { $0[depth - 1] }))
    guard names.classes.count <= 256 else { throw bad("\(names.classes.count) classes") }
    classes = names.classes
    self.folder = folder
    self.faces = faces
    items = zip(paths, parts).map { path, parts in
      Item(
        path: path, split: hasSplits ? parts[0] : nil,
        label: UInt8(names.index[parts[depth - 1], default: 0]))
    }
  }

  var path: String { folder.path }
  var range: Range<Int> { 0..<items.count }
  /// Looking for a face takes a hundred times as long as reading an image that is one.
  var defaultPartitions: Int { max(1, items.count / (faces == .whole ? 512 : 16)) }

  func identity() throws -> SourceIdentity {
    let list = SHA256()
    var total = 0
    for index in items.indices {
      let file = try RandomAccessFile(url(index), expected: "an image")
      total += file.byteCount
      let line = "\(items[index].path)\t\(try SHA256.hex(of: file))\n"
      Array(line.utf8).withUnsafeBytes { list.update($0) }
    }
    return SourceIdentity(name: folder.lastPathComponent, sha256: list.finish(), bytes: total)
  }

  func read(
    _ range: Range<Int>, into builder: PartBuilder, size: Int, progress: (Int) throws -> Void
  ) throws {
    let reader = FaceReader(side: size, search: faces, maxFaces: 1)
    for index in range {
      try add(index, to: builder, size: size, reader)
      try progress(1)
    }
  }

  private func add(
    _ index: Int, to builder: PartBuilder, size: Int, _ reader: FaceReader
  ) throws {
    let item = items[index]
    let bytes = try [UInt8](readFile(url(index), expected: "an image"))
    let image: GrayImage
    do throws(ImagingError) {
      image = try ImageFile.decode(bytes, name: "the image").grayscale()
    } catch {
      if case .missingCodecs(_, let format, let problem) = error {  // not the image's fault
        throw ImagingError.missingCodecs(file: url(index).path, format: format, problem: problem)
      }
      return try builder.reject(RowProblem(error.description), excerpt: item.path)
    }
    guard min(image.width, image.height) >= FaceReader.smallestSide else {
      let side = FaceReader.smallestSide
      return try builder.reject(
        RowProblem("\(image.width)x\(image.height) pixels, expected at least \(side)x\(side)"),
        excerpt: item.path)
    }
    let faces: [FaceInPhoto]
    do {
      faces = try reader.faces(in: image)
    } catch let error as FaceReader.NoDetector {
      throw error.problem
    }
    guard let face = faces.first else {
      return try builder.reject(RowProblem("no face found"), excerpt: item.path)
    }
    builder.pixels.update(from: face.crop.pixels, count: size * size)
    try builder.add(label: item.label, split: item.split)
  }

  private func url(_ index: Int) -> URL { folder.appendingPathComponent(items[index].path) }

  func rows(before unit: Int) -> Int { unit }

  func error(_ rejected: RejectedRow, row: Int) -> DatasetError {
    .badSource(
      file: folder.appendingPathComponent(rejected.excerpt).path, problem: rejected.reason,
      remedy: "replace or remove the image, or pass --skip-bad-rows to leave such images out")
  }
}
