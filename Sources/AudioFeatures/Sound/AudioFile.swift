internal import CSndFile
public import Foundation
internal import Kernels
internal import TensorCore

/// Reading sound files by libsndfile: WAV, FLAC, OGG, MP3, AIFF, AU and what else it knows, told
/// apart by their content, never by their names.
public enum AudioFile {
  /// The longest sound that is read unless another limit is given: 2²⁸ frames, an hour and a half
  /// at 48 kHz.
  public static let defaultFrameLimit = 1 << 28

  /// The name extensions of sounds, in lower case.
  public static let extensions: Set<String> = [
    "wav", "wave", "flac", "ogg", "oga", "opus", "mp3", "aif", "aiff", "aifc", "au", "snd", "w64",
    "caf",
  ]

  /// What is done to a sound after it was decoded, in this order: the mean of its channels is
  /// resampled, freed from silence, and brought to one loudness. The default is nothing.
  public struct Conversion: Sendable, Hashable, Codable {
    /// Samples a second, in Hz; nil keeps the file's own.
    public var sampleRate: Int?
    /// Silence at both ends is cut away where it is so many decibels below the loudest frame.
    public var trim: Double?
    /// The loudness that it is brought to; nil keeps its own.
    public var loudness: Loudness?

    /// Names all of them.
    public init(sampleRate: Int? = nil, trim: Double? = nil, loudness: Loudness? = nil) {
      (self.sampleRate, self.trim, self.loudness) = (sampleRate, trim, loudness)
    }
  }

  /// Decodes a file, takes the mean of its channels and resamples it; see `read(_:_:frameLimit:)`.
  public static func read(_ file: URL, rate: Int?) throws -> AudioClip {
    try read(file, Conversion(sampleRate: rate))
  }

  /// Decodes a file, takes the mean of its channels and does what `conversion` says.
  ///
  /// Integers become ±1 as libsndfile's (16 bit: divided by 32768), so samples are those that
  /// Python's soundfile gives. Silence is a sound like any other. A file that ends before its header
  /// says so is an error, as far as its format can tell: OGG and MP3 have no length in their header,
  /// and give what is there. Memory grows with what is in the file, never with what its header
  /// claims.
  ///
  /// Throws `FileError` where the file cannot be read, and `AudioError`.
  public static func read(
    _ file: URL, _ conversion: Conversion = Conversion(), frameLimit: Int = defaultFrameLimit
  ) throws -> AudioClip {
    try decode(file, frameLimit: frameLimit).converted(conversion)
  }

  private static func decode(_ file: URL, frameLimit: Int) throws -> AudioClip {
    let name = file.path
    let descriptor = try openForReading(file)
    defer { close(descriptor) }
    let declared = DeclaredLength(descriptor)
    if let missing = declared?.missing {
      throw AudioError.truncated(file: name, found: missing.found, expected: missing.expected)
    }
    // By a descriptor: given a name, libsndfile takes whatever is called x.au or x.gsm for sound. By
    // one of its own, for where it finds no sound it closes it, whatever it was told.
    var info = SF_INFO()
    guard let handle = sf_open_fd(dup(descriptor), Int32(SFM_READ), &info, Int32(SF_TRUE)) else {
      throw AudioError.cannotDecode(file: name, problem: String(cString: sf_strerror(nil)))
    }
    defer { sf_close(handle) }
    let format = FormatNames(info)
    let (channels, claimed) = (Int(info.channels), Int(info.frames))
    // A FLAC file written to a pipe does not know its length; libsndfile says that it is endless.
    let isKnown = claimed < Int.max / 2
    if isKnown, claimed > frameLimit {
      throw AudioError.tooLong(file: name, frames: claimed, limit: frameLimit)
    }
    let mono = try readMono(
      handle, channels: channels, expected: isKnown ? claimed : 0, name: name, limit: frameLimit)
    if isKnown, format.knowsItsLength, mono.count < claimed {
      throw AudioError.truncated(
        file: name, found: "\(mono.count) frames", expected: "\(claimed)")
    }
    guard !mono.isEmpty else { throw AudioError.noSamples(file: name) }
    var source = AudioClip.Source(
      format: format.major, encoding: format.encoding, channels: channels,
      sampleRate: Int(info.samplerate), frames: mono.count)
    source.name = name
    guard info.samplerate > 0 else {
      throw AudioError.cannotDecode(file: name, problem: "\(info.samplerate) samples a second")
    }
    return AudioClip(samples: mono, sampleRate: source.sampleRate, source: source)
  }

  private static func openForReading(_ file: URL) throws -> Int32 {
    let descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      guard errno == ENOENT else {
        throw FileError.unreadable(path: file.path, reason: systemReason())
      }
      throw FileError.missing(path: file.path, expected: "a sound", remedy: "check the path")
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw FileError.unreadable(path: file.path, reason: "it is no file, expected a sound")
    }
    return descriptor
  }

  /// The mean of the channels, frame by frame, until the decoder has no more.
  private static func readMono(
    _ handle: OpaquePointer, channels: Int, expected: Int, name: String, limit: Int
  ) throws -> [Float] {
    let blockFrames = max(1, 65536 / channels)
    var mono: [Float] = []
    // What the header says is believed as far as one block of 16 MB.
    mono.reserveCapacity(min(expected, 1 << 22))
    var block = [Float](repeating: 0, count: blockFrames * channels)
    while true {
      let frames = Int(sf_readf_float(handle, &block, sf_count_t(blockFrames)))
      guard frames > 0 else { break }
      let start = mono.count
      if channels == 1 {
        mono.append(contentsOf: block[..<frames])
      } else {
        let share = 1 / Float(channels)
        for frame in 0..<frames {
          var sum: Float = 0
          for channel in 0..<channels { sum += block[frame * channels + channel] }
          mono.append(sum * share)
        }
      }
      let isFinite = mono.withUnsafeBufferPointer { samples in
        samples.baseAddress.map { areFinite(count: frames, $0 + start) } ?? true
      }
      if !isFinite {
        let bad = mono[start...].firstIndex { !$0.isFinite } ?? start
        throw AudioError.notFinite(file: name, frame: bad)
      }
      guard mono.count <= limit else {
        throw AudioError.tooLong(file: name, frames: mono.count, limit: limit)
      }
    }
    guard sf_error(handle) == SF_ERR_NO_ERROR else {
      throw AudioError.cannotDecode(
        file: name, problem: String(cString: sf_strerror(handle)).trimmingSuffix("."))
    }
    return mono
  }
}

extension String {
  fileprivate func trimmingSuffix(_ suffix: String) -> String {
    hasSuffix(suffix) ? String(dropLast(suffix.count)) : self
  }
}

extension AudioClip {
  /// The sound with all done to it that `conversion` says, in its order. Throws `AudioError` where it
  /// cannot be resampled.
  public func converted(_ conversion: AudioFile.Conversion) throws -> AudioClip {
    var clip = self
    if let rate = conversion.sampleRate { clip = try clip.resampled(to: rate) }
    if let decibels = conversion.trim { clip = clip.trimmed(below: decibels) }
    if let loudness = conversion.loudness { clip = clip.normalised(to: loudness) }
    return clip
  }
}
