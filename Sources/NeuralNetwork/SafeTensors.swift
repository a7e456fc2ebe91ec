public import Foundation
public import TensorCore

/// A tensor under its name in a file or a model, such as "features.3.weight".
public struct NamedTensor: Sendable, Equatable {
  /// The name.
  public var name: String
  /// The values.
  public var tensor: Tensor

  /// A tensor under a name.
  public init(_ name: String, _ tensor: Tensor) { (self.name, self.tensor) = (name, tensor) }
}

/// Files of named tensors in the safetensors format: 8 bytes of header length, a JSON header, the
/// numbers in little-endian order (https://huggingface.co/docs/safetensors).
public enum SafeTensors {
  /// Writes Float32 tensors and metadata; equal input gives equal bytes.
  ///
  /// The header names the tensors in the given order, after the metadata in the order of its keys.
  /// The names must differ. Throws `FileError.cannotWrite`.
  public static func write(
    _ tensors: [NamedTensor], metadata: [String: String] = [:], to url: URL
  ) throws {
    precondition(
      Set(tensors.map(\.name)).count == tensors.count, "tensors of the same name in \(url.path)")
    var end = 0
    let entries = tensors.map { named in
      let begin = end
      end += named.tensor.count * 4
      return SafeTensorsHeader.Entry(
        name: named.name, type: "F32", shape: named.tensor.shape.dimensions, begin: begin, end: end)
    }
    let header = SafeTensorsHeader(metadata: metadata, entries: entries).json
    let file = try AtomicFile(url)
    try file.write(withUnsafeBytes(of: UInt64(header.count).littleEndian) { Array($0) })
    try file.write(header)
    for named in tensors {
      try named.tensor.read {
        try file.write(raw: UnsafeRawBufferPointer(start: $0, count: named.tensor.count * 4))
      }
    }
    try file.commit()
  }

  /// Reads the tensors, in the order of the data, and the metadata. F16 and BF16 become Float32.
  /// Tensors whose names `isSkipped` are passed over, and may be of any type.
  ///
  /// Everything the header claims is checked against the file's size before memory is taken for it.
  /// Throws `FileError` where the file cannot be read, else `ModelError.badWeights`.
  public static func read(
    _ url: URL, skipping isSkipped: (_ name: String) -> Bool = { _ in false }
  ) throws -> (tensors: [NamedTensor], metadata: [String: String]) {
    let file = try InputFile(url)
    func bad(_ problem: String, remedy: String? = nil) -> ModelError {
      .badWeights(
        file: url.path, problem: problem,
        remedy: remedy ?? "it is no whole safetensors file; copy or make it again")
    }
    guard file.size >= 8 else { throw bad("\(file.size) bytes, too few for a header") }
    var length: UInt64 = 0
    try withUnsafeMutableBytes(of: &length) { try file.read(into: $0, at: 0) }
    length = UInt64(littleEndian: length)
    guard length <= UInt64(file.size - 8) else {
      if isPickle(firstBytes: length) {
        throw bad(
          "it is a pickle, as torch.save writes it, which could run any program when it is read",
          remedy: "load it in PyTorch and save the state dictionary with "
            + "safetensors.torch.save_file")
      }
      throw bad("a header of \(length) bytes in a file of \(file.size)")
    }
    var json = [UInt8](repeating: 0, count: Int(length))
    try json.withUnsafeMutableBytes { try file.read(into: $0, at: 8) }
    let dataStart = 8 + json.count

    do {
      let header = try SafeTensorsHeader(json: json)
      let entries = header.entries.sorted { ($0.begin, $0.end) < ($1.begin, $1.end) }
      let formats = try check(entries, isSkipped, dataSize: file.size - dataStart)
      let tensors = try zip(entries, formats).compactMap { entry, format in
        try format.map { format in
          NamedTensor(
            entry.name,
            try Tensor(uninitialized: Shape(entry.shape)) {
              try format.read(entry, from: file, dataStart: dataStart, into: $0)
            })
        }
      }
      return (tensors, header.metadata)
    } catch let problem as SafeTensorsHeader.Problem {
      throw bad("header: \(problem.text)", remedy: problem.remedy)
    }
  }

  /// Whether a file begins as PyTorch's do: a ZIP archive, or a pickle of protocol 2 or later.
  private static func isPickle(firstBytes: UInt64) -> Bool {
    firstBytes & 0xFFFF_FFFF == 0x0403_4B50
      || firstBytes & 0xFF == 0x80 && (2...5).contains(firstBytes >> 8 & 0xFF)
  }

  /// The data must be tiled by the entries, each as long as its shape says. No format is that of one to
  /// be skipped.
  private static func check(
    _ entries: [SafeTensorsHeader.Entry], _ isSkipped: (_ name: String) -> Bool, dataSize: Int
  ) throws -> [NumberFormat?] {
    var expected = 0
    let formats = try entries.map { entry -> NumberFormat? in
      func problem(_ text: String) -> SafeTensorsHeader.Problem {
        SafeTensorsHeader.Problem(text: "tensor \"\(entry.name)\": \(text)")
      }
      guard entry.begin == expected, entry.end >= entry.begin, entry.end <= dataSize else {
        throw problem(
          "bytes \(entry.begin) to \(entry.end), expected from \(expected), of \(dataSize)")
      }
      expected = entry.end
      if isSkipped(entry.name) { return nil }
      guard let format = NumberFormat(rawValue: entry.type) else {
        throw SafeTensorsHeader.Problem(
          text: "tensor \"\(entry.name)\": type \(entry.type), expected F32, F16 or BF16",
          remedy: "convert it before it is written, in PyTorch with .float()")
      }
      var bytes = format.size
      for extent in entry.shape {
        let (product, overflow) = bytes.multipliedReportingOverflow(by: extent)
        guard !overflow else { throw problem("shape \(entry.shape) is too large") }
        bytes = product
      }
      guard entry.end - entry.begin == bytes else {
        throw problem(
          "\(entry.end - entry.begin) bytes, but shape \(entry.shape) takes \(bytes)")
      }
      return format
    }
    guard expected == dataSize else {
      throw SafeTensorsHeader.Problem(
        text: "it tells of \(expected) bytes of numbers, the file holds \(dataSize)")
    }
    return formats
  }
}

/// How a file spells its numbers.
private enum NumberFormat: String {
  case float = "F32"
  case half = "F16"
  case brainFloat = "BF16"

  var size: Int { self == .float ? 4 : 2 }

  func read(
    _ entry: SafeTensorsHeader.Entry, from file: InputFile, dataStart: Int,
    into floats: UnsafeMutablePointer<Float>
  ) throws {
    let count = (entry.end - entry.begin) / size
    let start = dataStart + entry.begin
    if self == .float {
      try file.read(into: UnsafeMutableRawBufferPointer(start: floats, count: count * 4), at: start)
      for i in 0..<count {
        floats[i] = Float(bitPattern: UInt32(littleEndian: floats[i].bitPattern))
      }
      return
    }
    var halves = [UInt16](repeating: 0, count: count)
    try halves.withUnsafeMutableBytes { try file.read(into: $0, at: start) }
    for (i, half) in halves.enumerated() {
      let bits = UInt16(littleEndian: half)
      floats[i] =
        self == .brainFloat ? Float(bitPattern: UInt32(bits) << 16) : floatFromHalf(bits)
    }
  }
}

/// IEEE 754 binary16 to binary32, by hand because `Float16` does not exist on every platform.
private func floatFromHalf(_ bits: UInt16) -> Float {
  let sign: Float = bits >> 15 == 1 ? -1 : 1
  let (exponent, fraction) = (Int(bits >> 10) & 0x1F, Float(bits & 0x3FF))
  switch exponent {
  case 0: return sign * fraction * 0x1p-24
  case 31: return fraction == 0 ? sign * .infinity : .nan
  default: return sign * Float(sign: .plus, exponent: exponent - 25, significand: 1024 + fraction)
  }
}
