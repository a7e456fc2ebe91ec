/// What a file's first bytes declare, for the formats that OpenCV decodes. It is read here first,
/// because OpenCV allocates whatever a file asks for, and reads some forms wrongly without a word.
struct ImageHeader {
  /// What cannot be read, and why, as in "an animated WebP image".
  struct Unsupported: Error {
    let what: String
  }

  let width: Int
  let height: Int
  /// Whether OpenCV's colours come multiplied by their alpha.
  var isPremultiplied = false

  /// Reads the header; nil where it is cut or makes no sense. Throws `Unsupported`.
  init?(_ bytes: [UInt8], _ format: ImageFormat) throws(Unsupported) {
    let view = ByteView(bytes)
    let found: ImageHeader?
    switch format {
    case .png, .jpeg: found = nil  // their own libraries look at the size
    case .bmp: found = Self.bmp(view)
    case .webp: found = try Self.webp(view)
    case .tiff: found = try Self.tiff(view)
    case .jpeg2000: found = try Self.jpeg2000(view)
    case .pnm: found = try Self.pnm(view)
    }
    guard let found, found.width > 0, found.height > 0 else { return nil }
    self = found
  }

  private init(width: Int, height: Int, isPremultiplied: Bool = false) {
    (self.width, self.height, self.isPremultiplied) = (width, height, isPremultiplied)
  }

  private static func bmp(_ file: ByteView) -> ImageHeader? {
    guard let size = file.little(14, 4) else { return nil }
    if size == 12 {
      guard let width = file.little(18, 2), let height = file.little(20, 2) else { return nil }
      return ImageHeader(width: width, height: height)
    }
    guard let width = file.little(18, 4), let height = file.little(22, 4) else { return nil }
    // A negative height means that the upper row comes first.
    return ImageHeader(
      width: width, height: Int(Int32(truncatingIfNeeded: height).magnitude))
  }

  private static func webp(_ file: ByteView) throws(Unsupported) -> ImageHeader? {
    if file.hasText("VP8X", at: 12) {
      guard let flags = file.little(20, 1), let width = file.little(24, 3),
        let height = file.little(27, 3)
      else { return nil }
      if flags & 2 != 0 { throw Unsupported(what: "an animated WebP image") }
      return ImageHeader(width: width + 1, height: height + 1)
    }
    if file.hasText("VP8L", at: 12), let bits = file.little(21, 4) {
      return ImageHeader(width: bits & 0x3FFF + 1, height: bits >> 14 & 0x3FFF + 1)
    }
    guard file.hasText("VP8 ", at: 12), let width = file.little(26, 2),
      let height = file.little(28, 2)
    else { return nil }
    return ImageHeader(width: width & 0x3FFF, height: height & 0x3FFF)
  }

  private static func tiff(_ file: ByteView) throws(Unsupported) -> ImageHeader? {
    guard let tags = TIFFDirectory(file), let width = tags[.width].first,
      let height = tags[.height].first
    else { return nil }
    // libtiff passes over some of what is missing, so a file that was cut is looked for here.
    for (offsets, counts) in [
      (tags[.stripOffsets], tags[.stripByteCounts]), (tags[.tileOffsets], tags[.tileByteCounts]),
    ] where zip(offsets, counts).contains(where: { $0 + $1 > file.count }) { return nil }
    let bits = tags[.bitsPerSample].max() ?? 1
    let samples = tags[.samplesPerPixel].first ?? 1
    let photometric = tags[.photometric].first ?? 1
    if tags[.sampleFormat].contains(3) {
      throw Unsupported(what: "a TIFF image of floating-point samples")
    }
    if tags[.sampleFormat].contains(where: { $0 != 1 && $0 != 4 }) {
      throw Unsupported(what: "a TIFF image of signed or complex samples")
    }
    // Grey with alpha: OpenCV drops the alpha.
    guard [1, 2, 4, 8, 16].contains(bits), [1, 3, 4].contains(samples) else {
      throw Unsupported(what: "a TIFF image of \(samples) samples of \(bits) bits")
    }
    let isPlanar = tags[.planarConfiguration].first == 2
    // 16 bits OpenCV takes as they lie there.
    if bits == 16 && (isPlanar && samples > 1 || ![1, 2].contains(photometric)) {
      throw Unsupported(
        what: "a 16-bit TIFF image, \(isPlanar ? "planar" : "of photometric \(photometric)"),")
    }
    // 8 bits pass through libtiff's RGBA interface, which multiplies.
    let isPremultiplied = bits <= 8 || tags[.extraSamples].first != 2
    return ImageHeader(width: width, height: height, isPremultiplied: isPremultiplied)
  }

  /// The markers SOC and SIZ.
  private static let codestreamStart = 0xFF4F_FF51

  private static func jpeg2000(_ file: ByteView) throws(Unsupported) -> ImageHeader? {
    var start = 0
    if file.big(0, 4) != codestreamStart {
      while !file.hasText("jp2c", at: start + 4) {
        // A length of 1 means that it follows in eight bytes, which no header needs.
        guard let length = file.big(start, 4), length >= 8 else { return nil }
        start += length
      }
      start += file.big(start, 4) == 1 ? 16 : 8
    }
    let box = file.piece(from: start, count: 64)
    guard box.big(0, 4) == codestreamStart, let right = box.big(8, 4), let bottom = box.big(12, 4),
      let left = box.big(16, 4), let top = box.big(20, 4), let depth = box.big(42, 1)
    else { return nil }
    guard depth == 7 || depth == 15 else {
      throw Unsupported(
        what: "a JPEG 2000 image of \(depth & 0x7F + 1) bits\(depth > 127 ? " with sign" : "")")
    }
    return ImageHeader(width: right - left, height: bottom - top)
  }

  private static func pnm(_ file: ByteView) throws(Unsupported) -> ImageHeader? {
    var numbers: [Int] = []
    var digits = ""
    var isComment = false
    let isBitmap = file.hasText("P1", at: 0) || file.hasText("P4", at: 0)
    for byte in file.bytes.dropFirst(2).prefix(4096) {
      let character = Character(UnicodeScalar(byte))
      if isComment {
        isComment = !character.isNewline
      } else if character == "#" {
        isComment = true
      } else if character.isASCII && character.isNumber && digits.count < 10 {
        digits.append(character)
        continue
      } else if !character.isWhitespace {
        return nil
      }
      if let number = Int(digits) { numbers.append(number) }
      digits = ""
      if numbers.count == (isBitmap ? 2 : 3) { break }
    }
    guard numbers.count == (isBitmap ? 2 : 3) else { return nil }
    if !isBitmap && numbers[2] != 255 && numbers[2] != 65535 {
      throw Unsupported(what: "a PNM image of levels up to \(numbers[2])")
    }
    return ImageHeader(width: numbers[0], height: numbers[1])
  }
}
