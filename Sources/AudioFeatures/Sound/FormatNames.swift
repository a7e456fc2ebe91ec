internal import CSndFile

/// What libsndfile calls a format, in a word or two.
struct FormatNames {
  let major, encoding: String
  /// Whether the header tells how many frames there are, so that a cut file can be told from a
  /// whole one.
  let knowsItsLength: Bool

  init(_ info: SF_INFO) {
    let type = Int(info.format) & SF_FORMAT_TYPEMASK
    // "FLAC (Free Lossless Audio Codec)": the first word is enough.
    let words = Self.name(type).split(separator: " ")
    let isMPEG = type == SF_FORMAT_MPEG
    major = isMPEG ? "MP3" : words.first.map(String.init) ?? "unknown"
    let subtype = Int(info.format) & SF_FORMAT_SUBMASK
    encoding =
      switch subtype {
      case SF_FORMAT_PCM_S8, SF_FORMAT_PCM_U8: "8 bit"
      case SF_FORMAT_PCM_16: "16 bit"
      case SF_FORMAT_PCM_24: "24 bit"
      case SF_FORMAT_PCM_32: "32 bit"
      case SF_FORMAT_FLOAT: "float"
      case SF_FORMAT_DOUBLE: "double"
      default: Self.name(subtype)
      }
    knowsItsLength = !isMPEG && type != SF_FORMAT_OGG
  }

  private static func name(_ format: Int) -> String {
    var info = SF_FORMAT_INFO()
    info.format = Int32(format)
    let size = Int32(MemoryLayout<SF_FORMAT_INFO>.size)
    guard sf_command(nil, Int32(SFC_GET_FORMAT_INFO), &info, size) == 0, let name = info.name else {
      return "format \(String(format, radix: 16))"
    }
    return String(cString: name)
  }
}
