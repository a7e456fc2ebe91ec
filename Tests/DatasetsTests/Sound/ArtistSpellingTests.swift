import AudioFeatures
import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite("Artists in names and in metadata") struct ArtistSpellingTests {
  @Test("an artist spelt in two ways stands on one side; whom the metadata do not know is rejected")
  func spellings() throws {
    try withTemporaryFolder { folder in
      let source = folder.appendingPathComponent("music")
      for number in 0..<12 {
        let artist = ["Miles_Davis", "miles_davis", "Nina", "Ray", "Ella", "Otis"][number % 6]
        try SoundFixtures.write(
          SoundFixtures.noise(number), "jazz/\(artist)-\(number).wav", in: source)
      }
      let (result, data) = try SoundFixtures.prepare([source], folder)
      #expect(result.quality.groups.count == 5)
      #expect(result.quality.groups["genres/Miles Davis"]?.count == 4)
      #expect(Set(try #require(data.manifest.groupNames(count: data.count))).count == 5)
      let table = try Fixtures.write(
        "id,artist,mood\n" + "Nina-2,MILES DAVIS,slow\nNina-8,Nina,fast\n", "m.csv", in: folder)
      let (partial, _) = try SoundFixtures.prepare([source], folder, "partial") { $0.metadata = table }
      #expect(partial.quality.groups["genres/Miles Davis"]?.count == 5)
      #expect(partial.quality.metadata?.withoutRow.total == 10)
      func label(_ options: inout SoundOptions) {
        (options.metadata, options.label, options.split) = (table, "mood", .none)
      }
      let stop = SoundFixtures.problem([source], folder, label)
      #expect(stop.contains("10 rows cannot be used, the first is jazz/"), "\(stop)")
      #expect(stop.contains("m.csv says no mood of it"), "\(stop)")
      let (rest, moods) = try SoundFixtures.prepare([source], folder, "moods") {
        label(&$0)
        $0.skipsBadRows = true
      }
      #expect(moods.manifest.classes == ["fast", "slow"] && rest.rejectedRows == 10)
      let text = try String(
        contentsOf: folder.appendingPathComponent("moods/rejected.csv"), encoding: .utf8)
      #expect(text.split(separator: "\n").count == 11)
    }
  }
}
