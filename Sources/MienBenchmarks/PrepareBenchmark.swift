internal import Datasets
internal import Foundation
internal import Kernels
internal import TensorCore

/// From a CSV to shards: the scanner of numbers on one core against the careful parser, and the
/// whole of `mien prepare` with its hashes and quality report, on all. Rates count bytes of text;
/// the figures of docs/decisions/0016-reading-numbers.md.
enum PrepareBenchmark {
  private static let levels = 48 * 48
  /// Rows for the scanner, few enough to stay in a cache; for the whole; and for its check.
  private static let (scanned, prepared, checked) = (64, 16_384, 500)

  static var cases: [Benchmark] {
    [
      Benchmark(
        name: "prepare/scan/\(scanned)-rows", work: .bytes(Double(textBytes(scanned))),
        check: {
          let (fast, careful) = (Buffer(scanned * levels, repeating: UInt8(0)), read(scanned))
          scan(Text(scanned), to: fast)
          return (Double(zip(fast.elements, careful).count { $0 != $1 }), 0)
        },
        prepare: {
          let (text, buffer) = (Text(scanned), Buffer(scanned * levels, repeating: UInt8(0)))
          return { scan(text, to: buffer) }
        },
        prepareBaseline: {
          let (text, buffer) = (Text(scanned), Buffer(scanned * levels, repeating: UInt8(0)))
          return { readCarefully(text, to: buffer) }
        }),
      Benchmark(
        name: "prepare/csv/\(prepared)-rows", work: .bytes(Double(textBytes(prepared))),
        check: { (wrongPixels(), 0) },
        prepare: {
          let files = Files(prepared)
          return { files.prepare() }
        }),
    ]
  }

  /// The pixels of the rows as a CSV's column has them.
  private struct Text {
    let bytes: [UInt8]
    /// Where each row's numbers lie.
    let fields: [Range<Int>]

    init(_ rows: Int) {
      (bytes, fields) = PrepareBenchmark.csv(rows)
    }
  }

  /// So many images of noise are drawn; the others are these, turned round.
  private static let drawn = 64

  /// The pixels of the first images as text.
  private static let noise: [[UInt8]] = {
    let words = (0...255).map { Array(String($0).utf8) }
    var random = RandomStream(seed: 41)
    return (0..<drawn).map { _ in
      Array((0..<levels).map { _ in words[random.integer(below: 256)] }.joined(separator: [space]))
    }
  }()

  private static let space = UInt8(ascii: " ")
  private static let header = Array("emotion,pixels,Usage\n".utf8)
  private static let split = Array(",Training\n".utf8)

  /// A CSV of noise; `fields` are the places of its pixels.
  private static func csv(_ rows: Int) -> (bytes: [UInt8], fields: [Range<Int>]) {
    var (bytes, fields) = (header, [Range<Int>]())
    bytes.reserveCapacity(textBytes(rows))
    for row in 0..<rows {
      bytes += [UInt8(0x30 + row % 7), UInt8(ascii: ",")]
      let start = bytes.count
      let image = noise[row % drawn]
      // By so many numbers that no two images look alike.
      var first = 0
      for _ in 0..<row / drawn * 37 % levels {
        first = (image[first...].firstIndex(of: space) ?? -1) + 1
      }
      if first > 0 { bytes += image[first...] + [space] }
      bytes += image[..<max(first - 1, first == 0 ? image.count : 0)]
      fields.append(start..<bytes.count)
      bytes += split
    }
    return (bytes, fields)
  }

  /// The size of such a CSV, without making it.
  private static func textBytes(_ rows: Int) -> Int {
    header.count + (0..<rows).reduce(0) { $0 + 2 + noise[$1 % drawn].count + split.count }
  }

  private static func scan(_ text: Text, to buffer: Buffer<UInt8>) {
    text.bytes.withUnsafeBytes { bytes in
      for (row, field) in text.fields.enumerated() {
        let isSure = scanLevels(
          UnsafeRawBufferPointer(rebasing: bytes[field]), to: buffer.base + row * levels,
          count: levels)
        precondition(isSure, "the scanner doubts row \(row)")
      }
    }
  }

  private static func readCarefully(_ text: Text, to buffer: Buffer<UInt8>) {
    text.bytes.withUnsafeBytes { bytes in
      for (row, field) in text.fields.enumerated() {
        let found = readLevels(
          UnsafeRawBufferPointer(rebasing: bytes[field]), to: buffer.base + row * levels,
          capacity: levels)
        precondition(found == .levels(levels), "row \(row) is bad")
      }
    }
  }

  private static func read(_ rows: Int) -> [UInt8] {
    let buffer = Buffer(rows * levels, repeating: UInt8(0))
    readCarefully(Text(rows), to: buffer)
    return buffer.elements
  }

  /// How many pixels of a prepared CSV are not those of its text.
  private static func wrongPixels() -> Double {
    let files = Files(checked)
    files.prepare()
    guard let data = try? PreparedDataset(at: files.out), data.count == checked else {
      return .infinity
    }
    let expected = read(checked)
    return Double(
      (0..<checked).reduce(0) { wrong, row in
        wrong
          + zip(data.pixels(of: row), expected[(data.sourceRow(row) * levels)...])
          .count { $0 != $1 }
      })
  }

  /// A CSV in a temporary folder, and where it is prepared to; gone with the object.
  private final class Files {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "mien-bench-\(getpid())-\(UInt32.random(in: 0 ... .max))")
    private var source: URL { folder.appendingPathComponent("faces.csv") }
    var out: URL { folder.appendingPathComponent("out") }

    init(_ rows: Int) {
      do {
        try createFolder(folder)
        try Data(PrepareBenchmark.csv(rows).bytes).write(to: source)
      } catch { preconditionFailure("\(error)") }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func prepare() {
      do {
        _ = try Preparation.prepare(source, to: out, PreparationOptions())
      } catch { preconditionFailure("\(error)") }
    }
  }
}
