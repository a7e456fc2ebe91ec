import Testing

@testable import Datasets

@Suite("Spellings of groups") struct GroupSpellingTests {
  private func examples(_ groups: [(String, Bool)]) -> [Example] {
    groups.enumerated().map { row, group in
      Example(
        row: row, name: "\(row)", corpus: "genres", className: "jazz", group: group.0,
        groupIsKnown: group.1, attributes: ["n": "\(row)"])
    }
  }

  @Test("case, underscores and blanks make no other artist; the first spelling stands")
  func alike() {
    let found = examples([
      ("genres/Miles Davis", true), ("genres/miles_davis", true), ("genres/MILES  Davis ", true),
      ("genres/Miles Davies", true), ("tess/Miles Davis", true),
    ]).withGroupsSpeltAlike
    #expect(
      found.map(\.group) == [
        "genres/Miles Davis", "genres/Miles Davis", "genres/Miles Davis", "genres/Miles Davies",
        "tess/Miles Davis",
      ])
    #expect(found.map(\.row) == [0, 1, 2, 3, 4] && found[2].attributes == ["n": "2"])
  }

  @Test("where it is not known whose rows are, two files are two groups") func unknown() {
    let rows = examples([("genres/a.wav", false), ("genres/A.wav", false)])
    #expect(rows.withGroupsSpeltAlike == rows)
  }
}
