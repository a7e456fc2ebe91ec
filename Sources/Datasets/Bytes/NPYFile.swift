public import Foundation
public import TensorCore

/// The kinds of numbers that our `.npy` files hold.
enum NPYType: String, Sendable {
  case uint8 = "|u1"
  case uint32 = "<u4"
  case int64 = "<i8"
  case float32 = "<f4"

  var size: Int {
    switch self {
    case .uint8: 1
    case .uint32, .float32: 4
    case .int64: 8
    }
  }
}

/// What the head of a `.npy` file says: NumPy's format 1.0 in C order.
struct NPYHeader: Equatable, Sendable {
  let type: NPYType
  let shape: [Int]
  /// Where the numbers begin.
  let dataOffset: Int
  /// How many bytes they take.
  let dataCount: Int

  private static let magic: [UInt8] = [0x93] + Array("NUMPY".utf8)

  /// The head of a file of that content: padded so that the numbers begin at a multiple of 64.
  ///
  /// - Parameter length: the least length, itself a multiple of 64, for a head that takes another's place.
  static func bytes(_ type: NPYType, _ shape: [Int], length least: Int = 0) -> [UInt8] {
    let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = "{'descr': '\(type.rawValue)', 'fortran_order': False, 'shape': (\(extents)), }"
    let whole = 10 + text.utf8.count + 1
    text += String(repeating: " ", count: max((64 - whole % 64) % 64, least - whole)) + "\n"
    let length = text.utf8.count
    return magic + [1, 0, UInt8(length & 0xFF), UInt8(length >> 8)] + Array(text.utf8)
  }

  /// Reads and checks the head against the file's size. Throws `DatasetError.badArray`.
  init(of file: RandomAccessFile) throws {
    func bad(_ problem: String) -> DatasetError {
      .badArray(
        file: file.url.path, problem: problem, remedy: "run mien prepare again to make it anew")
    }
    var start = [UInt8](repeating: 0, count: 10)
    let count = try start.withUnsafeMutableBytes { try file.read(at: 0, into: $0) }
    guard count == 10, start.starts(with: Self.magic) else { throw bad("not a .npy file") }
    guard start[6] == 1 else { throw bad("version \(start[6]) of .npy, expected 1") }
    let length = Int(start[8]) | Int(start[9]) << 8
    var text = [UInt8](repeating: 0, count: length)
    guard try text.withUnsafeMutableBytes({ try file.read(at: 10, into: $0) }) == length else {
      throw bad("its header breaks off")
    }
    let header = String(decoding: text, as: UTF8.self)
    guard let descr = Self.value(of: "descr", in: header),
      let type = NPYType(rawValue: descr.trimmingCharacters(in: ["'", "\""]))
    else { throw bad("numbers of an unexpected kind in \(header.prefix(80))") }
    guard Self.value(of: "fortran_order", in: header) == "False" else {
      throw bad("not in C order")
    }
    guard let extents = Self.extents(in: header) else { throw bad("no shape in its header") }
    var size = type.size
    for extent in extents {
      let (product, overflow) = size.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow else { throw bad("impossible shape \(extents)") }
      size = product
    }
    guard file.byteCount - 10 - length == size else {
      throw bad(
        "\(file.byteCount - 10 - length) bytes of numbers, expected \(size) for shape \(extents)")
    }
    self.type = type
    shape = extents
    dataOffset = 10 + length
    dataCount = size
  }

  /// The text after `'key':` up to the next comma.
  private static func value(of key: String, in header: String) -> String? {
    guard let found = header.range(of: "'\(key)':") else { return nil }
    return header[found.upperBound...].prefix { $0 != "," && $0 != "}" }
      .trimmingCharacters(in: .whitespaces)
  }

  private static func extents(in header: String) -> [Int]? {
    guard let found = header.range(of: "'shape':"),
      let open = header[found.upperBound...].firstIndex(of: "("),
      let close = header[open...].firstIndex(of: ")")
    else { return nil }
    let words = header[header.index(after: open)..<close].split(separator: ",").map {
      $0.trimmingCharacters(in: .whitespaces)
    }.filter { !$0.isEmpty }
    let extents = words.compactMap { Int($0) }
    return extents.count == words.count ? extents : nil
  }
}

/// Writes a `.npy` file in pieces, and sums them up while they are at hand.
final class NPYWriter {
  private let file: AtomicFile
  private let sum = SHA256()
  /// Bytes of numbers that are still to come.
  private var missing: Int

  init(_ type: NPYType, shape: [Int], to url: URL) throws {
    missing = shape.reduce(type.size, *)
    file = try AtomicFile(url)
    let header = NPYHeader.bytes(type, shape)
    header.withUnsafeBytes { sum.update($0) }
    try file.write(header)
  }

  /// Appends numbers.
  func write(_ numbers: UnsafeRawBufferPointer) throws {
    missing -= numbers.count
    sum.update(numbers)
    try file.write(raw: numbers)
  }

  /// Makes the file visible once all numbers are in, and gives the SHA-256 of its bytes; `sync` as
  /// in `AtomicFile.commit`.
  func commit(syncedBy sync: FileSync? = nil) throws -> String {
    precondition(missing == 0, "\(missing) bytes are missing in a .npy file")
    try file.commit(syncedBy: sync)
    return sum.finish()
  }
}

/// Writes a whole `.npy` file and gives the SHA-256 of its bytes.
func writeNPY(
  _ type: NPYType, shape: [Int], _ numbers: UnsafeRawBufferPointer, to url: URL,
  syncedBy sync: FileSync? = nil
) throws -> String {
  let writer = try NPYWriter(type, shape: shape, to: url)
  try writer.write(numbers)
  return try writer.commit(syncedBy: sync)
}

extension Tensor {
  /// Writes the numbers as a `.npy` file of float32 in C order. Throws `FileError.cannotWrite`.
  public func writeNPY(to url: URL) throws {
    let count = count
    _ = try read {
      try Datasets.writeNPY(
        .float32, shape: shape.dimensions, UnsafeRawBufferPointer(start: $0, count: 4 * count),
        to: url)
    }
  }
}
