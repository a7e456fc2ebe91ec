public import TensorCore

/// Something is wrong with a sound.
public enum AudioError: MienError {
  /// The bytes are not a sound that can be decoded; `problem` is the decoder's.
  case cannotDecode(file: String, problem: String)
  /// The file ends before its header says it does; both in the words of the header's unit.
  case truncated(file: String, found: String, expected: String)
  /// There is not one sample in it.
  case noSamples(file: String)
  /// A sample is NaN or infinite; `frame` counts from 0.
  case notFinite(file: String, frame: Int)
  /// More frames than the limit allows, by the header or by what was read.
  case tooLong(file: String, frames: Int, limit: Int)
  /// A feature needs a higher sampling rate; `needs` says which and why.
  case rateTooLow(sound: String, sampleRate: Int, needs: String)
  /// A feature needs more frames; `needs` says how many and why.
  case tooShort(frames: Int, needs: String)
  /// A rate could not be changed; `problem` is the resampler's.
  case cannotResample(from: Int, to: Int, problem: String)
  /// An encoder refused.
  case cannotEncode(file: String, problem: String)

  /// `badData` for what is read, `internalFault` for what we make.
  public var kind: FailureKind {
    switch self {
    case .cannotDecode, .truncated, .noSamples, .notFinite, .tooLong, .rateTooLow, .tooShort,
      .cannotResample:
      .badData
    case .cannotEncode: .internalFault
    }
  }

  /// One line for a person.
  public var description: String {
    switch self {
    case .cannotDecode(let file, let problem):
      "\(file): not a sound that can be decoded (\(problem)), expected a whole "
        + "WAV, FLAC, OGG, MP3, AIFF or AU file; convert it or leave it out"
    case .truncated(let file, let found, let expected):
      "\(file): ends after \(found), its header says \(expected); get the file again or leave it out"
    case .noSamples(let file):
      "\(file): a sound without a sample, expected at least one; leave it out"
    case .notFinite(let file, let frame):
      "\(file): frame \(frame) is not a finite number, expected samples within ±1; "
        + "make the file again or leave it out"
    case .tooLong(let file, let frames, let limit):
      "\(file): \(frames) frames, expected at most \(limit); cut it into pieces"
    case .rateTooLow(let sound, let sampleRate, let needs):
      "\(sound): \(sampleRate) samples a second, expected \(needs); resample it, or choose other features"
    case .tooShort(let frames, let needs):
      "sound: \(frames) frames, expected \(needs); take a longer one, or choose other features"
    case .cannotResample(let from, let to, let problem):
      "sound: \(from) Hz could not become \(to) Hz (\(problem)); choose another rate"
    case .cannotEncode(let file, let problem):
      "\(file): the sound could not be encoded (\(problem)); choose another rate or format"
    }
  }
}
