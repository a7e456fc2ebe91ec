import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite("Metadata of tracks") struct TrackMetadataTests {
  private func example(_ row: Int, _ name: String, _ genre: String = "jazz") -> Example {
    Example(
      row: row, name: name, corpus: "genres", className: genre, group: "genres/\(name)",
      groupIsKnown: false, attributes: ["title": "T"])
  }

  private func joined(
    _ csv: String, _ examples: [Example], label: String? = nil
  ) throws -> (examples: [Example], rejected: [RejectedRow], report: MetadataReport) {
    try withTemporaryFolder { folder in
      try TrackMetadata(Fixtures.write(csv, "tracks.csv", in: folder)).joined(
        to: examples, label: label)
    }
  }

  private func problem(_ csv: String, label: String? = nil) -> String {
    do {
      _ = try joined(csv, [example(0, "jazz/1.wav")], label: label)
      return "fine"
    } catch { return "\(error)" }
  }

  private let csv = """
    Track_ID,Artist,Title,Genre,Language,Duration
    1,"Green, Rivers",One,jazz,en,10.5
    2.mp3,Slow Engine,Two,Blues,de,11
    9,Nobody,Nine,jazz,en,9
    2,Someone,Twice,jazz,fr,3

    """

  @Test("rows are joined by names without folders and endings; artists become groups") func join()
    throws
  {
    let (found, rejected, report) = try joined(
      csv,
      [example(0, "jazz/1.wav"), example(1, "jazz/2.mp3.flac"), example(2, "jazz/7.wav")])
    #expect(
      found.map(\.group) == ["genres/Green, Rivers", "genres/Slow Engine", "genres/jazz/7.wav"])
    #expect(found.map(\.groupIsKnown) == [true, true, false])
    #expect(found[0].attributes["language"] == "en" && found[0].attributes["title"] == "One")
    #expect(found[0].className == "jazz" && found[2].attributes == ["title": "T"])
    #expect(report.matched == 2 && report.file == "tracks.csv")
    #expect(report.withoutRow == .init(["jazz/7.wav"]))
    #expect(report.withoutExample == .init(["9"]))
    #expect(report.repeatedIds == .init(["2"]))
    #expect(report.genresDiffer == .init(["jazz/2.mp3.flac"]))
    #expect(rejected == [])
  }

  @Test("a column can be the class; what it says nothing of has none, and is rejected")
  func label() throws {
    let (found, rejected, report) = try joined(
      csv + "5,A,Five,jazz,,1\n",
      [
        example(0, "jazz/1.wav"), example(1, "jazz/2.wav"), example(2, "x/7.wav"),
        example(3, "x/5.wav"),
      ], label: "Language")
    #expect(found.map(\.className) == ["en", "de"] && found.map(\.row) == [0, 1])
    #expect(rejected.map(\.row) == [2, 3] && rejected.map(\.excerpt) == ["x/7.wav", "x/5.wav"])
    #expect(
      rejected.allSatisfy { $0.reason == "tracks.csv says no Language of it, which is the class" })
    #expect(report.genresDiffer.total == 0 && report.withoutRow.total == 0)
    #expect(report.matched == 3)
  }

  @Test("tables that cannot be joined are refused in one line") func failures() {
    #expect(problem("artist,title\nA,B\n").contains("no column id"))
    #expect(problem("id,artist\n1\n").contains("line 2: 1 cells, expected 2"))
    #expect(problem("id,artist,artist\n1,a,b\n").contains("two columns are named"))
    #expect(problem("").contains("empty"))
    #expect(problem("id,artist\n77,A\n").contains("none of its 1 ids"))
    #expect(problem("id,artist\n1,A\n", label: "mood").contains("no column mood"))
    #expect(problem("\u{FEFF}id,artist\r\n1,A\r\n") == "fine")
  }
}
