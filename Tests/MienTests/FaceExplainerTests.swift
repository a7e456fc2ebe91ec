import Explainers
import Foundation
import Imaging
import TensorCore
import TestSupport
import Testing

@testable import Mien

@Suite("Faces explained several at once") struct FaceExplainerTests {
  private static let faces: [GrayImage] = (0..<7).map { number in
    var random = RandomStream(seed: UInt64(number))
    return GrayImage(
      width: 8, height: 8,
      pixels: (0..<64).map { UInt8(truncatingIfNeeded: $0 * 3 + random.integer(below: 90)) })
  }

  private static func explainer(_ folder: URL, automatic: Bool = false) throws -> FaceExplainer {
    var lime = LIME()
    lime.samples = 150
    if automatic { lime.automaticSamples = AutomaticSamples() }
    return FaceExplainer(
      try Predictor(SmallCheckpoint().made(in: folder)), method: lime, segments: .grid, parts: 9)
  }

  @Test("each has the numbers that it has alone, on any threads", arguments: [false, true])
  func alone(automatic: Bool) throws {
    try withTemporaryFolder { folder in
      let explainer = try Self.explainer(folder, automatic: automatic)
      let together = try explainer.explain(Self.faces, random: RandomStream(seed: 4))
      #expect(together.count == 7 && Set(together).count == 7)
      for (face, found) in zip(Self.faces, together) {
        #expect(try explainer.explain(face, random: RandomStream(seed: 4)) == found)
      }
      expectSameOnAnyNumber {
        try? explainer.explain(Self.faces, random: RandomStream(seed: 4))
      }
      #expect(try explainer.explain([], random: RandomStream(seed: 4)).isEmpty)
    }
  }

  @Test("progress is the share of all faces, and what it throws ends the work")
  func progress() throws {
    struct Stop: Error {}
    try withTemporaryFolder { folder in
      let explainer = try Self.explainer(folder)
      var told: [Double] = []
      _ = try explainer.explain(Self.faces, random: RandomStream(seed: 1)) { told.append($0) }
      #expect(told == told.sorted() && told.count == 14)
      expectClose([try #require(told.last)], [1.0], absolute: 1e-9)
      #expect(throws: Stop.self) {
        _ = try explainer.explain(Self.faces, random: RandomStream(seed: 1)) {
          if $0 > 0.5 { throw Stop() }
        }
      }
    }
  }

  @Test("a face that cannot be had ends the work after those before it")
  func missing() throws {
    struct Gone: Error {}
    try withTemporaryFolder { folder in
      let explainer = try Self.explainer(folder)
      var names: [String] = []
      #expect(throws: Gone.self) {
        let explainer = try InputExplainer(
          explainer.predictor, method: explainer.method, segments: .grid, parts: 9)
        try InputExplainer.explain(
          count: 7, by: [explainer], random: RandomStream(seed: 1),
          values: { index in
            if index == 3 { throw Gone() }
            return Predictor.levels(of: [Self.faces[index]]).reshaped(explainer.input.shape)
          }, finish: { index, values, _ in "\(index) \(Int(values[0, 0, 0]))" },
          deliver: { names.append($1) })
      }
      #expect(names == (0..<3).map { "\($0) \(Self.faces[$0].pixels[0])" })
    }
  }
}
