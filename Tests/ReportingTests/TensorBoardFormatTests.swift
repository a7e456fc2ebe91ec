import Foundation
import TestSupport
import Testing

@testable import Reporting

/// Bytes in hexadecimal.
private func hex(_ bytes: [UInt8]) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined(separator: " ")
}

@Suite("TensorBoard's format") struct TensorBoardFormatTests {
  /// RFC 3720, B.4, and the check value of CRC-32C; masked by TensorBoard 2.21, `masked_crc32c`.
  @Test(
    "CRC-32C equals RFC 3720's examples, masked ones TensorBoard's",
    arguments: [
      ([], 0, 0xA282_EAD8),
      (Array("a".utf8), 0xC1D0_4330, 0x28E4_6E78),
      (Array("123456789".utf8), 0xE306_9283, 0xC78A_B0E5),
      ([UInt8](repeating: 0, count: 32), 0x8A91_36AA, 0x0FD7_FFFA),
      ([UInt8](repeating: 255, count: 32), 0x62A8_AB43, 0xF909_B029),
      (Array(0..<32), 0x46DD_794E, 0x951F_7892),
      (Array((0..<32).reversed()), 0x113F_DB5C, 0x593B_0D57),
    ] as [([UInt8], UInt32, UInt32)])
  func checksums(bytes: [UInt8], plain: UInt32, masked: UInt32) {
    #expect(CRC32C.checksum(bytes) == plain)
    #expect(CRC32C.masked(bytes) == masked)
  }

  /// TensorBoard 2.21: `RecordWriter(file).write(b"abc")`.
  @Test("a record is framed as TensorBoard's own writer frames it") func framing() {
    #expect(
      hex(TFRecord.framed(Array("abc".utf8)))
        == "03 00 00 00 00 00 00 00 b0 99 49 0e 61 62 63 6e 57 f1 21")
    #expect(hex(TFRecord.framed([])) == "00 00 00 00 00 00 00 00 29 03 98 07 d8 ea 82 a2")
  }

  @Test("records are read back; the first that is cut or changed anywhere ends the file")
  func reading() {
    let records: [[UInt8]] = [[1, 2, 3], [], [UInt8](repeating: 9, count: 300)]
    let file = records.flatMap(TFRecord.framed)
    let ends = [0, 19, 35, 351]
    for length in 0...file.count {
      let whole = ends.lastIndex { $0 <= length } ?? 0
      let found = TFRecord.records(in: Array(file[..<length]))
      #expect(found.records == Array(records[..<whole]) && found.length == ends[whole])
    }
    for index in file.indices {
      var damaged = file
      damaged[index] ^= 0x40
      let before = ends.lastIndex { $0 <= index } ?? 0
      let found = TFRecord.records(in: damaged)
      #expect(found.records == Array(records[..<before]), "byte \(index)")
    }
    // A length that no memory could hold, with a right checksum.
    let huge = [UInt8](repeating: 255, count: 8)
    let sum = withUnsafeBytes(of: CRC32C.masked(huge).littleEndian) { Array($0) }
    #expect(TFRecord.records(in: huge + sum + huge).records.isEmpty)
  }

  /// `SerializeToString` of TensorBoard 2.21's `Event` with protobuf 7.36.
  @Test("events are the messages of TensorBoard's own protocol") func messages() throws {
    #expect(
      hex(TensorBoardEvent.version(wallTime: 1.5).message)
        == "09 00 00 00 00 00 00 f8 3f 1a 0d 62 72 61 69 6e 2e 45 76 65 6e 74 3a 32")
    #expect(
      hex(
        TensorBoardEvent.scalars(
          [.init(tag: "loss/train", value: 0.25, description: "d")], described: true, step: 300,
          wallTime: 1.5
        ).message)
        == "09 00 00 00 00 00 00 f8 3f 10 ac 02 2a 25 0a 23 0a 0a 6c 6f 73 73 2f 74 72 61 69 6e "
        + "15 00 00 80 3e 4a 10 0a 09 0a 07 73 63 61 6c 61 72 73 1a 01 64 20 01")
    #expect(
      hex(
        TensorBoardEvent.text("md", tag: "t", description: "d", step: 1, wallTime: 1.5).message)
        == "09 00 00 00 00 00 00 f8 3f 10 01 2a 22 0a 20 0a 01 74 42 0c 08 07 12 04 12 02 08 01 42 "
        + "02 6d 64 4a 0d 0a 06 0a 04 74 65 78 74 1a 01 64 20 02")
    // The beginning of a PNG file of 3 x 2 pixels.
    let png: [UInt8] =
      [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, 0, 0, 0, 13] + Array("IHDR".utf8)
      + [0, 0, 0, 3, 0, 0, 0, 2]
    let picture = try #require(TensorBoardPicture(tag: "p", description: "d", png: png))
    #expect(
      hex(TensorBoardEvent.pictures([picture], step: 1, wallTime: 1.5).message)
        == "09 00 00 00 00 00 00 f8 3f 10 01 2a 38 0a 36 0a 01 70 22 20 08 02 10 03 18 03 22 18 "
        + hex(png) + " 4a 0f 0a 08 0a 06 69 6d 61 67 65 73 1a 01 64 20 03")
    #expect(TensorBoardPicture(tag: "p", description: "d", png: Array("no picture".utf8)) == nil)
  }

  @Test("an event is read back with its time, step and first tag") func takingApart() throws {
    let event = TensorBoardEvent.scalars(
      [
        .init(tag: "loss/train", value: 0.1, description: "one"),
        .init(tag: "é", value: -3, description: ""),
      ], described: true, step: 70_000, wallTime: 1_700_000_000.25)
    let again = try #require(TensorBoardEvent(message: event.message))
    #expect(again == event)
    #expect(again.summary?.step == 70_000 && again.summary?.tag == "loss/train")
    let later = TensorBoardEvent.scalars(
      [.init(tag: "loss/train", value: 0.1, description: "")], described: false, step: 70_000,
      wallTime: 2)
    #expect(!later.saysTheSame(as: event))
    #expect(TensorBoardEvent.version(wallTime: 3).summary == nil)
    #expect(TensorBoardEvent(message: [1, 2, 3]) == nil)
    for length in 0..<event.message.count {
      // Cut anywhere, it is not taken for what it is not.
      let cut = TensorBoardEvent(message: Array(event.message[..<length]))
      #expect(cut?.summary == nil)
    }
  }

  @Test("a file grows in place; where that fails it stays as it was") func growing() throws {
    try withTemporaryFolder { folder in
      let file = TensorBoardFile(in: folder)
      #expect(try file.events().events.isEmpty && file.events().isWhole)
      let events = (1...3).map { step in
        TensorBoardEvent.scalars(
          [.init(tag: "a", value: Double(step), description: "")], described: false, step: step,
          wallTime: 7)
      }
      try file.append([events[0]])
      let number = try FileManager.default.attributesOfItem(atPath: file.url.path)[
        .systemFileNumber]
      try file.append([events[1], events[2]])
      try file.append([])
      #expect(try file.events().events == events && file.events().isWhole)
      let after = try FileManager.default.attributesOfItem(atPath: file.url.path)[
        .systemFileNumber]
      #expect(number as? Int == after as? Int)
      // Half an event behind them, as a machine that lost its power may leave it.
      var bytes = try Data(contentsOf: file.url)
      bytes.append(contentsOf: TFRecord.framed(events[0].message).dropLast(5))
      try bytes.write(to: file.url)
      #expect(try file.events().events == events && !file.events().isWhole)
      try file.replace(with: events)
      #expect(try file.events().isWhole)
    }
  }
}
