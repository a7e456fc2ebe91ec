public import TensorCore

/// Something is wrong with a picture.
public enum ImagingError: MienError {
  /// The bytes are not an image that can be decoded; `problem` is the decoder's.
  case cannotDecode(file: String, format: String, problem: String)
  /// The first bytes belong to no known format; `found` shows them.
  case unknownFormat(file: String, found: String)
  /// A known format in a form that is not read; `found` names it: "an animated WebP image".
  case unsupported(file: String, found: String)
  /// OpenCV's library of codecs, which the format needs, cannot be loaded; `problem` is the loader's.
  case missingCodecs(file: String, format: String, problem: String)
  /// A face could not be looked for; `problem` is OpenCV's.
  case cannotDetect(problem: String)
  /// A file for a detector holds something else; `problem` is OpenCV's.
  case unsuitedDetector(file: String, problem: String)
  /// More pixels than the limit allows; `found` is the size.
  case tooManyPixels(file: String, found: String, limit: Int)
  /// Too few pixels to tell anything; `found` is the size.
  case tooFewPixels(file: String, found: String)
  /// An encoder refused.
  case cannotEncode(format: String, problem: String)
  /// A drawing could not be made; `problem` is Cairo's.
  case cannotDraw(problem: String)

  /// `badData` for what is read, `missingInput` for what is not installed, `internalFault` for what
  /// we make.
  public var kind: FailureKind {
    switch self {
    case .cannotDecode, .unknownFormat, .unsupported, .unsuitedDetector, .tooManyPixels,
      .tooFewPixels:
      .badData
    case .missingCodecs: .missingInput
    case .cannotEncode, .cannotDraw, .cannotDetect: .internalFault
    }
  }

  /// One line for a person.
  public var description: String {
    switch self {
    case .cannotDecode(let file, let format, let problem):
      "\(file): not a whole \(format) image (\(problem)); "
        + "get the file again or leave it out"
    case .unknownFormat(let file, let found):
      "\(file): begins with \(found), expected a \(ImageFormat.list) image; "
        + "convert it or leave it out"
    case .unsupported(let file, let found):
      "\(file): \(found) is not read; convert it to PNG or JPEG"
    case .missingCodecs(let file, let format, let problem):
      "\(file): a \(format) image, for which OpenCV's codecs are needed (\(problem)); "
        + "install libopencv-imgcodecs-dev, or convert it to PNG or JPEG"
    case .cannotDetect(let problem):
      "faces: they could not be looked for (\(problem)); choose a smaller image"
    case .unsuitedDetector(let file, let problem):
      "\(file): not a detector of faces that can be used (\(problem)); "
        + "get that file from OpenCV's model zoo, or leave --detector out"
    case .tooManyPixels(let file, let found, let limit):
      "\(file): \(found), expected at most \(limit) in all; make the image smaller"
    case .tooFewPixels(let file, let found):
      "\(file): \(found), expected at least "
        + "\(FaceReader.smallestSide)x\(FaceReader.smallestSide); choose a larger image"
    case .cannotEncode(let format, let problem):
      "\(format): the image could not be encoded (\(problem)); choose a smaller size"
    case .cannotDraw(let problem):
      "drawing: the picture could not be made (\(problem)); choose a smaller size"
    }
  }
}
