/// A piece of decoded text that ends at a line end, the last one excepted.
final class Chunk: @unchecked Sendable {
  // Unchecked: filled by one thread, then only read.
  fileprivate let room: UnsafeMutableRawBufferPointer
  fileprivate(set) var count = 0

  fileprivate init(capacity: Int) {
    room = .allocate(byteCount: capacity, alignment: 64)
  }

  deinit { room.deallocate() }

  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: room[..<count]) }
}

/// Decodes a compressed text into chunks that are cut at line ends.
struct ChunkDecoder {
  private static let capacity = 2 << 20

  private let decoder: Decompressor
  /// The start of a line whose end is not decoded yet.
  private var tail: [UInt8] = []
  private var isInLongLine = false
  private var isAtEnd = false

  init(_ decoder: Decompressor) { self.decoder = decoder }

  /// Compressed bytes taken so far.
  var consumed: Int { decoder.consumed }

  /// The SHA-256 of the compressed file, once all is decoded.
  func finishSum() -> String { decoder.finishSum() }

  /// The next chunk; nil at the end. Of a line longer than a chunk only the first part comes, which
  /// is enough for a reader to refuse it.
  mutating func next() throws -> Chunk? {
    while !isAtEnd {
      let chunk = Chunk(capacity: Self.capacity)
      tail.withUnsafeBytes { chunk.room.copyMemory(from: $0) }
      var (start, end) = (0, tail.count)
      end += try decoder.read(into: UnsafeMutableRawBufferPointer(rebasing: chunk.room[end...]))
      tail.removeAll(keepingCapacity: true)
      isAtEnd = end < Self.capacity
      if isInLongLine {
        let text = UnsafeRawBufferPointer(rebasing: chunk.room[..<end])
        guard let lineEnd = text.firstIndex(ofByte: UInt8(ascii: "\n")) else { continue }
        start = lineEnd + 1
        isInLongLine = false
      }
      if start > 0 {
        chunk.room.copyMemory(from: UnsafeRawBufferPointer(rebasing: chunk.room[start..<end]))
        end -= start
      }
      chunk.count = end
      if !isAtEnd {
        if let last = chunk.bytes.lastIndex(of: UInt8(ascii: "\n")) {
          tail.append(contentsOf: chunk.room[last + 1..<end])
          chunk.count = last + 1
        } else if end == Self.capacity {
          isInLongLine = true
        } else {
          tail.append(contentsOf: chunk.room[..<end])
          continue
        }
      }
      if chunk.count > 0 { return chunk }
    }
    return nil
  }
}
