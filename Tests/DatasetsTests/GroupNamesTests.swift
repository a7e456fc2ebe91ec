import Testing

@testable import Datasets

@Suite("Names of groups") struct GroupNamesTests {
  private let groups: Set = [
    "ravdess/01", "ravdess/02", "ravdess/16", "ravdess/17", "tess/OAF", "tess/YAF", "crema-d/1002",
    "genres/The Green Rivers",
  ]

  private func named(_ text: String) -> Set<String>? {
    GroupNames(text).map { names in groups.filter(names.contains) }
  }

  @Test("numbers, ranges, names, corpora, and corpora with either") func forms() {
    #expect(named("1-16") == ["ravdess/01", "ravdess/02", "ravdess/16"])
    #expect(named("1, 17") == ["ravdess/01", "ravdess/17"])
    #expect(named("ravdess/2") == ["ravdess/02"])
    #expect(named("oaf") == ["tess/OAF"])
    #expect(named("tess") == ["tess/OAF", "tess/YAF"])
    #expect(named("TESS/yaf,1001-1091") == ["tess/YAF", "crema-d/1002"])
    #expect(named("crema-d/1002") == ["crema-d/1002"])
    #expect(named("the green rivers") == ["genres/The Green Rivers"])
    #expect(named("genres/The Green Rivers,1") == ["genres/The Green Rivers", "ravdess/01"])
    #expect(named("savee") == [])
  }

  @Test("lists with an empty place and ranges that run backwards are none") func bad() {
    for text in ["", ",", "1,", "1,,2", "16-1", "ravdess/", "/1"] {
      #expect(GroupNames(text) == nil, "\(text)")
    }
  }

  @Test("words that name nothing are found") func strangers() {
    #expect(GroupNames("1-16,25,tess/OAF,DC")?.strangers(among: groups) == ["25", "DC"])
    #expect(GroupNames("1-16")?.strangers(among: groups) == [])
  }

  @Test("a name with a comma is written with a backslash; underscores and blanks are alike")
  func commas() {
    let artists: Set = ["genres/Earth, Wind", "genres/Earth", "genres/Miles Davis"]
    func named(_ text: String) -> Set<String>? {
      GroupNames(text).map { names in artists.filter(names.contains) }
    }
    #expect(named(#"Earth\, Wind"#) == ["genres/Earth, Wind"])
    #expect(
      named(#"genres/earth\, wind,miles_davis"#) == ["genres/Earth, Wind", "genres/Miles Davis"])
    #expect(named("Earth, Wind") == ["genres/Earth"])
    #expect(GroupNames("Earth, Wind")?.strangers(among: artists) == ["Wind"])
    #expect(GroupNames(#"Earth\,"#)?.strangers(among: artists) == ["Earth,"])
  }

  @Test("numbers of a range that nobody has are found, however far it reaches") func missing() {
    func missing(_ text: String) -> [String]? { GroupNames(text)?.missing(among: groups) }
    #expect(missing("1-2,oaf") == [])
    #expect(missing("1-18") == ["3-15", "18"])
    #expect(missing("ravdess/16-24,tess") == ["ravdess/18-24"])
    #expect(missing("0-999999999") == ["0", "3-15", "18-1001", "1003-999999999"])
    #expect(GroupNames("1-1000000000") == nil)
  }
}
