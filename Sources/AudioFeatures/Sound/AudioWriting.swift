internal import CSndFile
public import Foundation
internal import TensorCore

extension AudioFile {
  /// How a sound is stored.
  public enum Encoding: Sendable, Hashable, CaseIterable {
    /// WAV, 16 bit.
    case wav
    /// WAV, 32 bit floats: nothing is rounded, nothing cut.
    case floatWAV
    /// FLAC, 16 bit.
    case flac

    fileprivate var format: Int32 {
      switch self {
      case .wav: Int32(SF_FORMAT_WAV | SF_FORMAT_PCM_16)
      case .floatWAV: Int32(SF_FORMAT_WAV | SF_FORMAT_FLOAT)
      case .flac: Int32(SF_FORMAT_FLAC | SF_FORMAT_PCM_16)
      }
    }
  }

  /// Writes a mono file, whole or not at all; the same clip gives the same bytes. 16 bit cut what is
  /// beyond full scale. Throws `FileError.cannotWrite` and `AudioError.cannotEncode`.
  public static func write(
    _ clip: AudioClip, to file: URL, as encoding: Encoding = .wav
  ) throws {
    try write(
      interleaved: clip.samples, channels: 1, sampleRate: clip.sampleRate, to: file, as: encoding)
  }

  /// Writes frames of several channels, [frame, channel]; else as `write(_:to:as:)`.
  public static func write(
    interleaved samples: [Float], channels: Int, sampleRate: Int, to file: URL,
    as encoding: Encoding = .wav
  ) throws {
    precondition(
      channels > 0 && samples.count.isMultiple(of: channels),
      "\(samples.count) samples in \(channels) channels")
    let memory = MemoryFile()
    var info = SF_INFO()
    info.samplerate = Int32(clamping: sampleRate)
    info.channels = Int32(clamping: channels)
    info.format = encoding.format
    var access = MemoryFile.access
    guard
      let handle = sf_open_virtual(
        &access, Int32(SFM_WRITE), &info, Unmanaged.passUnretained(memory).toOpaque())
    else {
      throw AudioError.cannotEncode(
        file: file.path, problem: String(cString: sf_strerror(nil)))
    }
    sf_command(handle, Int32(SFC_SET_CLIPPING), nil, Int32(SF_TRUE))
    // The chunk of peaks holds the time of writing.
    sf_command(handle, Int32(SFC_SET_ADD_PEAK_CHUNK), nil, Int32(SF_FALSE))
    let written = sf_write_float(handle, samples, sf_count_t(samples.count))
    let problem = String(cString: sf_strerror(handle))
    let status = sf_close(handle)
    guard written == samples.count, status == 0 else {
      throw AudioError.cannotEncode(file: file.path, problem: problem)
    }
    try writeAtomically(memory.bytes, to: file)
  }
}

/// A file in memory that libsndfile writes to; headers are written again at the end.
private final class MemoryFile {
  var bytes: [UInt8] = []
  var position = 0

  static let access = SF_VIRTUAL_IO(
    get_filelen: { sf_count_t(MemoryFile.of($0)?.bytes.count ?? 0) },
    seek: { offset, whence, context in
      guard let file = MemoryFile.of(context) else { return -1 }
      let origin = whence == SEEK_CUR ? file.position : whence == SEEK_END ? file.bytes.count : 0
      file.position = max(0, origin + Int(offset))
      return sf_count_t(file.position)
    },
    read: { target, count, context in
      guard let file = MemoryFile.of(context), let target else { return 0 }
      let piece = file.bytes.dropFirst(file.position).prefix(Int(count))
      target.copyMemory(from: Array(piece), byteCount: piece.count)
      file.position += piece.count
      return sf_count_t(piece.count)
    },
    write: { source, count, context in
      guard let file = MemoryFile.of(context), let source else { return 0 }
      let end = file.position + Int(count)
      if end > file.bytes.count {
        file.bytes.append(contentsOf: repeatElement(0, count: end - file.bytes.count))
      }
      file.bytes.withUnsafeMutableBytes {
        $0.baseAddress?.advanced(by: file.position).copyMemory(from: source, byteCount: Int(count))
      }
      file.position = end
      return count
    },
    tell: { sf_count_t(MemoryFile.of($0)?.position ?? 0) })

  private static func of(_ context: UnsafeMutableRawPointer?) -> MemoryFile? {
    context.map { Unmanaged<MemoryFile>.fromOpaque($0).takeUnretainedValue() }
  }
}
