public import TensorCore

/// Something is wrong with a picture.
public enum ImagingError: MienError {
  /// The bytes are not an image that can be decoded; `problem` is the decoder's.
  case cannotDecode(file: String, format: String, problem: String)
  /// The first bytes belong to no known format; `found` shows them.
  case unknownFormat(file: String, found: String)
  /// More pixels than the limit allows; `found` is the size.
  case tooManyPixels(file: String, found: String, limit: Int)
  /// An encoder refused.
  case cannotEncode(format: String, problem: String)
  /// A drawing could not be made; `problem` is Cairo's.
  case cannotDraw(problem: String)

  /// `badData` for what is read, `internalFault` for what we make.
  public var kind: FailureKind {
    switch self {
    case .cannotDecode, .unknownFormat, .tooManyPixels: .badData
    case .cannotEncode, .cannotDraw: .internalFault
    }
  }

  /// One line for a person.
  public var description: String {
    switch self {
    case .cannotDecode(let file, let format, let problem):
      "\(file): not a whole \(format) image (\(problem)); "
        + "get the file again or leave it out"
    case .unknownFormat(let file, let found):
      "\(file): begins with \(found), expected a PNG or JPEG image; convert it or leave it out"
    case .tooManyPixels(let file, let found, let limit):
      "\(file): \(found), expected at most \(limit) in all; make the image smaller"
    case .cannotEncode(let format, let problem):
      "\(format): the image could not be encoded (\(problem)); choose a smaller size"
    case .cannotDraw(let problem):
      "drawing: the picture could not be made (\(problem)); choose a smaller size"
    }
  }
}
