import Foundation
import Reporting
import TestSupport
import Testing

@testable import Mien
@testable import Training

private func record(_ epoch: Int, loss: Double = 1) -> EpochRecord {
  EpochRecord(
    epoch: epoch, learningRate: 0.01, trainLoss: loss / Double(epoch), trainAccuracy: 0.5,
    selectLoss: 1.1, selectAccuracy: 0.4, selectMacroF1: 0.3, seconds: 10.123456,
    imagesPerSecond: 99.987654, selectBalancedAccuracy: 0.35)
}

private let picture = TensorBoardPicture(
  tag: "pictures/curves", description: "d",
  png: [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, 0, 0, 0, 13] + Array("IHDR".utf8)
    + [0, 0, 0, 3, 0, 0, 0, 2])

private func withLog(_ body: (TensorBoardLog, TensorBoardFile) throws -> Void) throws {
  try withTemporaryFolder { folder in
    let checkpoint = try SmallCheckpoint().made(in: folder)
    try body(
      try TensorBoardLog(RunFolder(folder), checkpoint.configuration, checkpoint.model),
      TensorBoardFile(in: folder))
  }
}

/// What the file holds: the step and first tag of each event but the first.
private func contents(_ file: TensorBoardFile) throws -> [String] {
  let found = try file.events()
  #expect(found.isWhole)
  return found.events.dropFirst().map { event in
    event.summary.map { "\($0.step) \($0.tag)" } ?? "?"
  }
}

@Suite("The TensorBoard log") struct TensorBoardLogTests {
  @Test("an epoch is written once, as often as the file is brought up to it") func once() throws {
    try withLog { log, file in
      let history = (1...4).map { record($0) }
      try log.follow([])
      #expect(try contents(file) == ["0 network/layers"])
      for count in [1, 1, 2, 2, 4] { try log.follow(Array(history.prefix(count))) }
      let expected = ["0 network/layers"] + (1...4).map { "\($0) loss/train" }
      #expect(try contents(file) == expected)
      let bytes = try Data(contentsOf: file.url)
      try log.follow(history)
      #expect(try Data(contentsOf: file.url) == bytes)
      let times = try file.events().events.map(\.wallTime)
      #expect(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 })
      // Epochs that are added later end when they did: each as long after the other as it took.
      try FileManager.default.removeItem(at: file.url)
      try log.follow(history)
      let late = try file.events().events.map(\.wallTime)
      for index in 2...5 {
        expectClose([late[index] - late[index - 1]], [10.123456], absolute: 1e-3)
      }
      expectClose([late[5]], [Date().timeIntervalSince1970], absolute: 60)
    }
  }

  @Test("pictures of an epoch are written once, and stay when the run goes on") func pictures()
    throws
  {
    try withLog { log, file in
      let (picture, history) = (try #require(picture), (1...3).map { record($0) })
      try log.follow(Array(history.prefix(2)), pictures: [picture])
      try log.follow(Array(history.prefix(2)), pictures: [picture])
      try log.follow(Array(history.prefix(2)))
      try log.follow(history)
      try log.follow(history, pictures: [picture])
      try log.follow(history, pictures: [picture])
      #expect(
        try contents(file) == [
          "0 network/layers", "1 loss/train", "2 loss/train", "2 pictures/curves", "3 loss/train",
          "3 pictures/curves",
        ])
    }
  }

  @Test("a run that was set back has no epoch from before, and no picture of one") func setBack()
    throws
  {
    try withLog { log, file in
      let picture = try #require(picture)
      try log.follow((1...3).map { record($0) }, pictures: [picture])
      try log.follow([record(1)])
      #expect(try contents(file) == ["0 network/layers", "1 loss/train"])
      try log.follow([record(1), record(2, loss: 5)])
      try log.follow([record(1), record(2, loss: 6)], pictures: [picture])
      #expect(
        try contents(file) == [
          "0 network/layers", "1 loss/train", "2 loss/train", "2 pictures/curves",
        ])
    }
  }

  @Test("the file is mended wherever it was cut, and times of whole events stay") func mended()
    throws
  {
    try withLog { log, file in
      let history = (1...3).map { record($0) }
      try log.follow(history)
      let (whole, events) = (try Data(contentsOf: file.url), try file.events().events)
      for length in stride(from: 0, to: whole.count, by: 7) {
        try whole.prefix(length).write(to: file.url)
        let kept = try file.events().events
        try log.follow(history)
        let mended = try file.events()
        #expect(mended.isWhole && mended.events.count == events.count, "cut at \(length)")
        #expect(Array(mended.events.prefix(kept.count)) == kept)
        for (new, old) in zip(mended.events, events) { #expect(new.saysTheSame(as: old)) }
      }
      // Something that is no event at all.
      try Data("nonsense".utf8).write(to: file.url)
      try log.follow(history)
      #expect(try contents(file).count == 4)
    }
  }

  @Test("the layers are a table in Markdown") func layers() throws {
    try withLog { log, file in
      try log.follow([])
      let text = String(decoding: try Data(contentsOf: file.url), as: UTF8.self)
      for part in [
        "a network of 4 layers**: ", "parameters, ", " for an input of 8x8x1",
        "| layer | kind | settings | output | parameters | multiply-adds |",
        "|---|---|---|---|---:|---:|",
        "| 0 | conv2d | ", " | 4x4x3 | ", "| 3 | dense | ",
      ] { #expect(text.contains(part), "\(part)") }
    }
  }
}
