internal import Foundation
internal import TensorCore

/// All parts of one source, checked to belong together.
struct PartSet {
  /// The rows of all parts in order.
  let gathered: GatheredRows
  /// What is common to all: the description of the first.
  let first: PartDescription

  /// Reads the part files in a folder. Throws `FileError.missing` where there is none, and
  /// `DatasetError.badSource` where some are missing or strange.
  init(in folder: URL) throws {
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [])
      .filter { $0.hasSuffix(".\(PartFile.pathExtension)") }.sorted()
    guard let firstName = names.first else {
      throw FileError.missing(
        path: folder.path, expected: "part files",
        remedy: "make them with mien prepare SOURCE --out DIR --only-partition K/N")
    }
    var parts: [(description: PartDescription, store: any PixelStore)] = []
    for name in names {
      let part = try PartFile.read(folder.appendingPathComponent(name))
      let first = parts.first?.description ?? part.description
      func expect(_ isGood: Bool, _ problem: String) throws {
        guard isGood else {
          throw DatasetError.badSource(
            file: folder.appendingPathComponent(name).path,
            problem: "\(problem) \(firstName)",
            remedy: "remove the parts that do not belong to this source")
        }
      }
      let (mine, its) = (part.description, first)
      try expect(mine.source == its.source, "it is of another source (\(mine.source.name)) than")
      try expect(mine.of == its.of, "it is one of \(mine.of) parts, unlike")
      try expect(
        mine.size == its.size && mine.skipsBadRows == its.skipsBadRows
          && mine.faces == its.faces && mine.classes == its.classes,
        "it was made with other options than")
      parts.append(part)
    }
    parts.sort { $0.description.part < $1.description.part }
    first = parts[0].description
    let present = parts.map(\.description.part)
    guard present == Array(1...max(1, first.of)) else {
      let missing = Set(1...max(1, first.of)).subtracting(present).sorted()
      throw DatasetError.badSource(
        file: folder.path,
        problem: missing.isEmpty
          ? "some of the \(first.of) parts are there twice"
          : "of \(first.of) parts \(missing.prefix(10).map(String.init).joined(separator: ", ")) "
            + "\(missing.count == 1 ? "is" : "are") missing",
        remedy: "make them with mien prepare --only-partition K/\(first.of)")
    }
    gathered = GatheredRows(
      path: first.source.name, classes: first.classes, identity: first.source,
      tables: parts.map(\.description.table), stores: parts.map(\.store))
  }
}
