/// The first directory of a TIFF block: of a TIFF file, or of the Exif data that other formats hold.
/// Only whole numbers are read.
struct TIFFDirectory {
  /// The entries that are of use here (TIFF 6.0, Adobe 1992).
  enum Tag: Int {
    case width = 256
    case height = 257
    case bitsPerSample = 258
    case photometric = 262
    case stripOffsets = 273
    case orientation = 274
    case samplesPerPixel = 277
    case stripByteCounts = 279
    case planarConfiguration = 284
    case tileOffsets = 324
    case tileByteCounts = 325
    case extraSamples = 338
    case sampleFormat = 339
  }

  /// Where the numbers of an entry lie.
  private struct Entry {
    let place, size, count: Int
  }

  private let block: ByteView
  private let littleEndian: Bool
  private var entries: [Int: Entry] = [:]

  /// Reads the directory; nil where there is none.
  init?(_ block: ByteView) {
    self.block = block
    littleEndian = block.hasText("II", at: 0)
    guard littleEndian || block.hasText("MM", at: 0), number(2, 2) == 42,
      let start = number(4, 4), let count = number(start, 2)
    else { return nil }
    for index in 0..<count {
      let place = start + 2 + 12 * index
      guard let tag = number(place, 2), let type = number(place + 2, 2),
        let length = number(place + 4, 4)
      else { return nil }
      guard let size = [1: 1, 3: 2, 4: 4][type], entries[tag] == nil else { continue }
      // Up to four bytes stand in the entry itself, more of them elsewhere.
      guard let values = length * size <= 4 ? place + 8 : number(place + 8, 4) else { return nil }
      entries[tag] = Entry(place: values, size: size, count: length)
    }
  }

  /// The numbers of an entry, those within the block; empty where it is missing.
  subscript(tag: Tag) -> [Int] {
    guard let entry = entries[tag.rawValue] else { return [] }
    let room = max(0, (block.count - entry.place) / entry.size)
    return (0..<min(entry.count, room)).compactMap {
      number(entry.place + $0 * entry.size, entry.size)
    }
  }

  private func number(_ offset: Int, _ size: Int) -> Int? {
    block.number(at: offset, size: size, littleEndian: littleEndian)
  }
}
