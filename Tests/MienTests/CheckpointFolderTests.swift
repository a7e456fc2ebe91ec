import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Mien

@Suite("A network left as a checkpoint") struct CheckpointFolderTests {
  private let input = InputConfiguration(
    kind: "image", shape: [8, 8, 1],
    normalisation: Normalisation(mean: 0.4, standardDeviation: 0.3))

  private func model() throws -> Sequential {
    try ModelConfiguration.layers([
      LayerSpecification("conv2d", ["filters": 2, "kernel": 3]),
      LayerSpecification("batch_norm"), LayerSpecification("flatten"),
      LayerSpecification("dense", ["units": 3]),
    ]).build(input: [8, 8, 1], classes: 3, random: RandomStream(seed: 5))
  }

  @Test("says the same when it is loaded, with its temperature") func roundTrip() throws {
    let (model, levels) = (try model(), SmallCheckpoint.levels(4))
    try withTemporaryFolder { folder in
      let place = folder.appendingPathComponent("a/b")
      try Checkpoint.write(
        model, input: input, classes: ["x", "y", "z"], temperature: 2, to: place)
      let checkpoint = try Checkpoint(at: place)
      #expect(checkpoint.classes == ["x", "y", "z"])
      #expect(checkpoint.input == input && checkpoint.temperature == 2)
      let inputs = input.normalisation.normalise(levels)
      #expect(checkpoint.model.predict(inputs) == model.predict(inputs))
    }
  }

  @Test("a network that does not fit leaves nothing") func misfit() throws {
    try withTemporaryFolder { folder in
      let place = folder.appendingPathComponent("bad")
      #expect(throws: ModelError.self) {
        try Checkpoint.write(try model(), input: input, classes: ["x", "y"], to: place)
      }
      #expect(!FileManager.default.fileExists(atPath: place.path))
    }
  }

  @Test("the folder of a run is refused, for its own weights would be found") func runFolder()
    throws
  {
    try withTemporaryFolder { folder in
      try Data().write(to: folder.appendingPathComponent("best.safetensors"))
      #expect(throws: RunError.self) {
        try Checkpoint.write(try model(), input: input, classes: ["x", "y", "z"], to: folder)
      }
      let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(names == ["best.safetensors"])
    }
  }

  @Test("a picture in memory is answered as its file is, and as the predictor answers its crop")
  func pictures() throws {
    try withTemporaryFolder { folder in
      let checkpoint = try SmallCheckpoint().made(in: folder.appendingPathComponent("c"))
      let predictor = try Predictor(checkpoint)
      let photos = try PhotoPredictor(predictor)
      let levels = SmallCheckpoint.levels(1)
      let image = GrayImage(width: 8, height: 8, pixels: levels.elements.map { UInt8($0) })
      let file = folder.appendingPathComponent("a.png")
      try Data(image.png()).write(to: file)
      let (fromFile, fromMemory) = (
        try photos.faces(in: file), try photos.faces(in: image)
      )
      #expect(fromFile.count == 1 && fromMemory.count == 1)
      #expect(fromFile[0].probabilities == fromMemory[0].probabilities)
      #expect(fromMemory[0].probabilities == predictor.probabilities(ofLevels: levels).elements)
      #expect(fromMemory[0].label == predictor.probabilities(ofLevels: levels).argmax()[0])
      let tiny = GrayImage(width: 3, height: 3, pixels: [UInt8](repeating: 0, count: 9))
      let error = #expect(throws: ImagingError.self) { try photos.faces(in: tiny) }
      #expect(error?.description.hasPrefix("image: ") == true)
    }
  }
}
