public import Foundation
internal import Imaging
internal import Kernels
internal import TensorCore

/// Writing drawn faces to files. Batches are drawn in parallel and written in order, so the bytes
/// do not depend on the number of workers.
extension SyntheticFaces {
  private static let batch = 128
  /// Every grey level with the blank before it.
  private static let words = (0...255).map { Array(" \($0)".utf8) }

  /// Writes `rows` faces of 48x48 pixels in FER-2013's format: `emotion,pixels,Usage`. `progress` is
  /// told the number of rows just written and may throw to stop; then no file appears.
  public func writeCSV(
    rows: Int, to file: URL, progress: (Int) throws -> Void = { _ in }
  ) throws {
    let out = try AtomicFile(file)
    try out.write("emotion,pixels,Usage\n")
    try forEachBatch(
      of: rows, make: { index in try csvRow(index) },
      use: { _, lines in
        for line in lines { try out.write(line) }
        try progress(lines.count)
      })
    try out.commit()
  }

  /// Writes `count` faces of `size` pixels as `FOLDER/<class>/NNNNN.png`, widely framed.
  public func writeImages(
    count: Int, size: Int, to folder: URL, progress: (Int) throws -> Void = { _ in }
  ) throws {
    try forEachBatch(
      of: count, make: { index in try image(of: index, size: size, framing: .wide).png() },
      use: { range, files in
        for (index, bytes) in zip(range, files) {
          let name = String(format: "%05d.png", index)
          let place = folder.appendingPathComponent(emotion(of: index).name.lowercased())
          try writeAtomically(bytes, to: place.appendingPathComponent(name))
        }
        try progress(files.count)
      })
  }

  /// One row of the CSV with its line end.
  func csvRow(_ index: Int) throws(ImagingError) -> [UInt8] {
    var line = Array("\(emotion(of: index).rawValue),".utf8)
    line.reserveCapacity(10_000)
    let pixels = try image(of: index).pixels
    line.append(contentsOf: Self.words[Int(pixels[0])].dropFirst())
    for level in pixels.dropFirst() { line.append(contentsOf: Self.words[Int(level)]) }
    line.append(contentsOf: ",\(split(of: index))\n".utf8)
    return line
  }

  private func forEachBatch(
    of count: Int, make: (Int) throws -> [UInt8],
    use: (Range<Int>, [[UInt8]]) throws -> Void
  ) throws {
    for start in stride(from: 0, to: count, by: Self.batch) {
      let range = start..<min(count, start + Self.batch)
      var results = [Result<[UInt8], any Error>](repeating: .success([]), count: range.count)
      results.withUnsafeMutableBufferPointer { results in
        nonisolated(unsafe) let results = results
        parallelFor(range.count) { i in
          results[i] = Result { try make(start + i) }
        }
      }
      try use(range, results.map { try $0.get() })
    }
  }
}
