internal import CLZMA
internal import CZlib
internal import Foundation

/// How a source file is compressed; told by its first bytes, not by its name.
enum Compression: String, Sendable {
  case gzip
  case xz

  /// Nil where the file is plain.
  init?(of file: RandomAccessFile) throws {
    var start = [UInt8](repeating: 0, count: 6)
    let count = try start.withUnsafeMutableBytes { try file.read(at: 0, into: $0) }
    switch Array(start[..<count]) {
    case let bytes where bytes.starts(with: [0x1F, 0x8B]): self = .gzip
    case let bytes where bytes.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]): self = .xz
    default: return nil
    }
  }
}

/// Decodes a `.gz` or `.xz` file from its start, in pieces of any size; sums up the SHA-256 of the
/// compressed bytes on the way.
final class Decompressor {
  private enum Codec {
    case gzip(UnsafeMutablePointer<z_stream>)
    case xz(UnsafeMutablePointer<lzma_stream>)
  }
  private static let memoryLimit: UInt64 = 128 << 20
  /// LZMA_CONCATENATED, a macro that Swift cannot see: several streams may follow each other.
  private static let concatenated: UInt32 = 0x08

  private let file: RandomAccessFile
  private let codec: Codec
  private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
  private let sum = SHA256()
  private var isAtEnd = false
  private var isBetweenMembers = false
  /// Compressed bytes taken from the file so far.
  private(set) var consumed = 0

  init(_ file: RandomAccessFile, _ compression: Compression) throws {
    self.file = file
    let isReady: Bool
    switch compression {
    case .gzip:
      let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
      stream.initialize(to: z_stream())
      // 15 bits of window, + 16: a gzip header is expected.
      isReady =
        inflateInit2_(stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
      codec = .gzip(stream)
    case .xz:
      let stream = UnsafeMutablePointer<lzma_stream>.allocate(capacity: 1)
      stream.initialize(to: lzma_stream())
      isReady =
        lzma_stream_decoder(stream, Self.memoryLimit, Self.concatenated) == LZMA_OK
      codec = .xz(stream)
    }
    guard isReady else { throw failure("the decoder cannot start") }
  }

  deinit {
    switch codec {
    case .gzip(let stream):
      inflateEnd(stream)
      stream.deallocate()
    case .xz(let stream):
      lzma_end(stream)
      stream.deallocate()
    }
    input.deallocate()
  }

  /// Fills `buffer`; fewer bytes only at the end. Throws `DatasetError.badCompression`.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
    switch codec {
    case .gzip(let stream): try inflate(stream, into: buffer)
    case .xz(let stream): try decode(stream, into: buffer)
    }
  }

  /// The SHA-256 of the whole compressed file, once all is decoded. To be called once.
  func finishSum() -> String { sum.finish() }

  private func failure(_ problem: String, unread: Int = 0) -> DatasetError {
    .badCompression(file: file.url.path, offset: consumed - unread, problem: problem)
  }

  /// The next piece of the file; empty at its end.
  private func refill() throws -> Int {
    let count = try file.read(at: consumed, into: input)
    sum.update(UnsafeRawBufferPointer(rebasing: input[..<count]))
    consumed += count
    return count
  }

  private func inflate(
    _ stream: UnsafeMutablePointer<z_stream>, into buffer: UnsafeMutableRawBufferPointer
  ) throws -> Int {
    stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = UInt32(buffer.count)
    while stream.pointee.avail_out > 0, !isAtEnd {
      if stream.pointee.avail_in == 0 {
        stream.pointee.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_in = UInt32(try refill())
        if stream.pointee.avail_in == 0 {
          guard isBetweenMembers else { throw failure("the gzip stream breaks off") }
          isAtEnd = true
          break
        }
      }
      if isBetweenMembers {
        // Another member follows: gzip files may be concatenated.
        guard inflateReset(stream) == Z_OK else { throw failure("the decoder cannot go on") }
        isBetweenMembers = false
      }
      switch CZlib.inflate(stream, Z_NO_FLUSH) {
      case Z_OK: break
      case Z_STREAM_END: isBetweenMembers = true
      default:
        let reason = stream.pointee.msg.map { String(cString: $0) } ?? "not decodable"
        throw failure(
          "the gzip stream is damaged (\(reason))", unread: Int(stream.pointee.avail_in))
      }
    }
    return buffer.count - Int(stream.pointee.avail_out)
  }

  private func decode(
    _ stream: UnsafeMutablePointer<lzma_stream>, into buffer: UnsafeMutableRawBufferPointer
  ) throws -> Int {
    stream.pointee.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
    stream.pointee.avail_out = buffer.count
    var fileEnded = false
    while stream.pointee.avail_out > 0, !isAtEnd {
      if stream.pointee.avail_in == 0, !fileEnded {
        stream.pointee.next_in = UnsafePointer(
          input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = try refill()
        fileEnded = stream.pointee.avail_in == 0
      }
      switch lzma_code(stream, fileEnded ? LZMA_FINISH : LZMA_RUN) {
      case LZMA_OK: break
      case LZMA_STREAM_END: isAtEnd = true
      case LZMA_BUF_ERROR: throw failure("the xz stream breaks off")
      case LZMA_MEMLIMIT_ERROR:
        throw failure("the xz stream needs more than \(Self.memoryLimit >> 20) MiB to decode")
      default:
        throw failure("the xz stream is damaged", unread: stream.pointee.avail_in)
      }
    }
    return buffer.count - stream.pointee.avail_out
  }
}
