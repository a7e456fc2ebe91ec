internal import Foundation
internal import Imaging
internal import TensorCore

/// What one partition's file says about itself; it stands behind the pixels.
struct PartDescription: Codable, Sendable {
  static let schemaVersion = 1

  var schemaVersion = PartDescription.schemaVersion
  /// The part's number from 1, and how many there are.
  let part: Int
  let of: Int
  let source: SourceIdentity
  let classes: [String]
  let size: Int
  let skipsBadRows: Bool
  /// What was taken from each image; nil is the whole of it.
  var faces: FaceSearch?
  let table: PartTable
  /// The SHA-256 of the pixels.
  let pixelsSHA256: String
}

/// The file of one partition: `part-KKKKK-of-NNNNN.mienpart`. First the images, then the
/// description as JSON, then its length (8 bytes, little-endian), then eight letters.
enum PartFile {
  static let pathExtension = "mienpart"
  private static let magic = Array("MIENPART".utf8)

  static func name(_ part: Int, of count: Int) -> String {
    String(format: "part-%05d-of-%05d.", part, count) + pathExtension
  }

  /// Writes the file as `read` fills the builder; it appears whole or not at all.
  static func write(
    to url: URL, size: Int, skipsBadRows: Bool, read: (PartBuilder) throws -> Void,
    describe: (_ table: PartTable, _ pixelsSHA256: String) throws -> PartDescription
  ) throws -> PartDescription {
    let file = try AtomicFile(url)
    let sum = SHA256()
    var end = 0
    let builder = PartBuilder(size: size, skipsBadRows: skipsBadRows) { block in
      try file.write(raw: block)
      sum.update(block)
      end += block.count
      return end - block.count
    }
    try read(builder)
    let description = try describe(try builder.finish(), sum.finish())
    let json = try JSONEncoder().encode(description)
    try file.write(json)
    try file.write((0..<8).map { UInt8(truncatingIfNeeded: json.count >> ($0 * 8)) })
    try file.write(magic)
    try file.commit()
    return description
  }

  /// Reads the description and checks it against the file. Throws `DatasetError.badSource`.
  static func read(_ url: URL) throws -> (description: PartDescription, store: any PixelStore) {
    let file = try RandomAccessFile(url, expected: "a part file")
    func bad(_ problem: String) -> DatasetError {
      .badSource(
        file: url.path, problem: problem,
        remedy: "make this part again with mien prepare --only-partition")
    }
    let trailer = try file.bytes(in: max(0, file.byteCount - 16)..<file.byteCount)
    guard trailer.count == 16, trailer.suffix(8).elementsEqual(magic) else {
      throw bad("not a whole part file")
    }
    let length = trailer.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(file.byteCount - 16) else {
      throw bad("a description of \(length) bytes in a file of \(file.byteCount)")
    }
    let pixelsEnd = file.byteCount - 16 - Int(length)
    let json = try file.bytes(in: pixelsEnd..<file.byteCount - 16)
    guard let description = try? JSONDecoder().decode(PartDescription.self, from: Data(json)),
      description.schemaVersion == PartDescription.schemaVersion
    else { throw bad("its description is damaged or of another version") }
    let imageBytes = description.size.multipliedReportingOverflow(by: description.size)
    let count = description.table.count
    guard !imageBytes.overflow, imageBytes.partialValue > 0,
      pixelsEnd % imageBytes.partialValue == 0, pixelsEnd / imageBytes.partialValue == count,
      description.table.isConsistent(pixelBytes: pixelsEnd - (count > 0 ? imageBytes.0 : 0)),
      description.table.labels.allSatisfy({ Int($0) < description.classes.count })
    else { throw bad("\(pixelsEnd) bytes of pixels do not go with its description") }
    guard try file.sum(upTo: pixelsEnd) == description.pixelsSHA256 else {
      throw bad("its pixels do not have the SHA-256 of its description")
    }
    return (description, file)
  }
}

extension RandomAccessFile: PixelStore {
  func load(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws {
    guard try read(at: offset, into: buffer) == buffer.count else {
      throw FileError.unreadable(path: url.path, reason: "it became shorter while it was read")
    }
  }

  /// A piece of the file.
  func bytes(in range: Range<Int>) throws -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: range.count)
    let count = try bytes.withUnsafeMutableBytes { try read(at: range.lowerBound, into: $0) }
    return Array(bytes[..<count])
  }

  /// The SHA-256 of the first `end` bytes.
  func sum(upTo end: Int) throws -> String {
    let sum = SHA256()
    for start in stride(from: 0, to: end, by: 1 << 20) {
      try bytes(in: start..<min(end, start + (1 << 20))).withUnsafeBytes { sum.update($0) }
    }
    return sum.finish()
  }
}
