internal import Foundation

/// How many bytes the header of a WAV, AIFF or AU file says there are. libsndfile takes a cut file
/// of these for a shorter one and says nothing.
struct DeclaredLength {
  let declared, found: Int

  /// Nil where the format does not say, or was written to a pipe and did not know.
  init?(_ descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    found = Int(status.st_size)
    var head = [UInt8](repeating: 0, count: 12)
    guard pread(descriptor, &head, head.count, 0) == head.count else { return nil }
    func number(_ range: Range<Int>, bigEndian: Bool) -> Int {
      let bytes = bigEndian ? Array(head[range]) : head[range].reversed()
      return bytes.reduce(0) { $0 << 8 | Int($1) }
    }
    switch Array(head[..<4]) {
    case Array("RIFF".utf8) where head[8...] == ArraySlice("WAVE".utf8):
      declared = 8 + number(4..<8, bigEndian: false)
    case Array("FORM".utf8): declared = 8 + number(4..<8, bigEndian: true)
    case Array(".snd".utf8):
      declared = number(4..<8, bigEndian: true) + number(8..<12, bigEndian: true)
    default: return nil
    }
    // What writes to a pipe writes the largest number, or nearly so, or none.
    guard declared < 0x7FFF_0000, declared > 8 else { return nil }
  }

  /// What was found and what the header says, where something is missing. The last byte may be:
  /// it is a pad that some writers count and do not write.
  var missing: (found: String, expected: String)? {
    found + 1 < declared ? ("\(found) bytes", "\(declared)") : nil
  }
}
