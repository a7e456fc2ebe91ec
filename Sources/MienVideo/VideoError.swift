public import TensorCore

/// What goes wrong with a video.
public enum VideoError: MienError, Equatable {
  /// What reads videos is not installed.
  case noReader(problem: String)
  /// A file is no video that can be read, or a camera gives no pictures.
  case cannotOpen(path: String, problem: String)
  /// A video breaks off.
  case breaksOff(path: String, at: VideoPosition, problem: String)
  /// A video cannot be written.
  case cannotWrite(path: String, problem: String)

  /// Whose fault it is.
  public var kind: FailureKind {
    switch self {
    case .noReader: .missingInput
    case .cannotOpen, .breaksOff: .badData
    case .cannotWrite: .cannotWrite
    }
  }

  /// Where, what was found, and what to do.
  public var description: String {
    switch self {
    case .noReader(let problem):
      "videos cannot be read: \(problem); install libopencv-videoio-dev and build mien again"
    case .cannotOpen(let path, let problem): "\(path): \(problem)"
    case .breaksOff(let path, let position, let problem):
      "\(path): breaks off after frame \(position.frame) (\(position.spelled)): \(problem); the rows up to there are whole"
    case .cannotWrite(let path, let problem): "\(path): \(problem)"
    }
  }
}
