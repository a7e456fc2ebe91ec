import Foundation
import TestSupport

@testable import Mien

/// Untrained networks as checkpoints in a folder: small, and with everything that members of an
/// ensemble may differ in.
struct SmallCheckpoint {
  var seed: UInt64 = 1
  var filters = 3
  var classes = ["calm", "glad", "sad"]
  var side = 8
  var normalisation = Normalisation(mean: 0.5, standardDeviation: 0.25)
  var temperature: Double?

  /// Writes it into a folder and loads it.
  func made(in folder: URL) throws -> Checkpoint {
    var configuration = RunConfiguration()
    configuration.model = .layers([
      try LayerSpecification(
        .object([
          "layer": "conv2d", "filters": .int(filters), "kernel": 3, "padding": 1, "stride": 2,
        ])),
      try LayerSpecification(.object(["layer": "relu"])),
      try LayerSpecification(.object(["layer": "flatten"])),
      try LayerSpecification(.object(["layer": "dense", "units": "classes"])),
    ])
    configuration.input = InputConfiguration(
      kind: "image", shape: [side, side, 1], normalisation: normalisation)
    configuration.classes = classes
    configuration.temperature = temperature
    let model = try configuration.model.build(
      input: [side, side, 1], classes: classes.count, random: RandomStream(seed: seed))
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try SafeTensors.write(
      model.namedTensors(), to: folder.appendingPathComponent("model.safetensors"))
    try configuration.encoded().write(to: folder.appendingPathComponent("config.json"))
    return try Checkpoint(at: folder)
  }

  /// Faces of noise: [n, side, side, 1] grey levels.
  static func levels(_ count: Int, side: Int = 8) -> Tensor {
    var random = RandomStream(seed: 77)
    return Tensor(
      [count, side, side, 1],
      (0..<count * side * side).map { _ in Float(random.integer(below: 256)) })
  }
}
