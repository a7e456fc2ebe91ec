/// The framing of TensorFlow's record files (https://www.tensorflow.org/tutorials/load_data/tfrecord):
/// of each record 8 bytes of length, the masked CRC-32C of those, the bytes, and their masked CRC-32C,
/// all numbers with the low byte first.
enum TFRecord {
  /// Bytes around each record.
  private static let (headSize, tailSize) = (12, 4)

  /// The bytes of a file's part that holds one record.
  static func framed(_ record: [UInt8]) -> [UInt8] {
    let length = bytes(UInt64(record.count))
    return length + bytes(CRC32C.masked(length)) + record + bytes(CRC32C.masked(record))
  }

  /// The records at the beginning of a file, up to the first that is cut or damaged, and how many of
  /// the file's bytes they take.
  static func records(in file: [UInt8]) -> (records: [[UInt8]], length: Int) {
    var (records, start) = ([[UInt8]](), 0)
    while file.count - start >= headSize + tailSize {
      let length = file[start..<start + 8]
      guard number(file[start + 8..<start + headSize]) == UInt64(CRC32C.masked(length)),
        let size = Int(exactly: number(length)), size <= file.count - start - headSize - tailSize
      else { break }
      let record = file[start + headSize..<start + headSize + size]
      let end = record.endIndex + tailSize
      guard number(file[record.endIndex..<end]) == UInt64(CRC32C.masked(record)) else { break }
      records.append(Array(record))
      start = end
    }
    return (records, start)
  }

  private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.littleEndian) { Array($0) }
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
}
