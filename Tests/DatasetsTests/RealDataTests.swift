import Foundation
import TestSupport
import Testing

@testable import Datasets

@Suite("FER-2013") struct RealDataTests {
  static let source = Project.root.deletingLastPathComponent()
    .appendingPathComponent("shared/data/fer2013/fer2013.csv.xz")

  @Test(
    "has the published counts, mean and deviation",
    .enabled(
      if: FileManager.default.fileExists(atPath: source.path),
      "needs FER-2013 in ../shared/data/fer2013"))
  func published() throws {
    try withTemporaryFolder { folder in
      let manifest = try Preparation.prepare(Self.source, to: folder, Fixtures.options()).manifest
      #expect(manifest.splits["Training"]?.count == 28_709)
      #expect(manifest.splits["PublicTest"]?.count == 3_589)
      #expect(manifest.splits["Training"]?.perClass["Disgust"] == 436)
      #expect(abs(manifest.mean[0] - 0.5077) < 5e-5)
      #expect(abs(manifest.standardDeviation[0] - 0.255) < 5e-4)
    }
  }
}
