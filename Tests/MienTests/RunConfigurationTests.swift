import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Mien

@Suite("Run configuration") struct RunConfigurationTests {
  private func overlay(_ json: String) throws -> (origin: String, json: JSONValue) {
    ("test", try JSONDecoder().decode(JSONValue.self, from: Data(json.utf8)))
  }

  @Test("overlays are laid over the defaults in their order") func overlays() throws {
    let configuration = try RunConfiguration(overlays: [
      overlay(#"{"epochs": 3, "optimiser": {"momentum": 0.5}}"#),
      overlay(#"{"epochs": 5, "loss": {"label_smoothing": 0.1}}"#),
    ])
    #expect(configuration.epochs == 5)
    #expect(configuration.optimiser.momentum == 0.5)
    #expect(configuration.optimiser.nesterov)
    #expect(configuration.loss.labelSmoothing == 0.1)
    #expect(configuration.batchSize == 128)
  }

  @Test("another model does not inherit the settings of the one before") func model() throws {
    let wide = try overlay(#"{"model": {"name": "vgg10", "widths": [8, 8, 8, 8]}}"#)
    let other = try overlay(#"{"model": {"name": "simple-cnn"}}"#)
    #expect(try RunConfiguration(overlays: [wide, other]).model == .named("simple-cnn"))
    let widths = try overlay(#"{"model": {"widths": [8, 8, 8, 8]}}"#)
    #expect(
      try RunConfiguration(overlays: [widths]).model
        == RunConfiguration(overlays: [wide]).model)
  }

  @Test(
    "a key that does not exist, or a value of the wrong type, is refused by name",
    arguments: [
      (#"{"epoch": 3}"#, "unknown key epoch"), (#"{"optimiser": {"lr": 1}}"#, "optimiser.lr"),
      (#"{"epochs": "three"}"#, "epochs"), (#"{"schedule": {"name": "sine"}}"#, "schedule.name"),
      (#"{"select_by": "f1"}"#, "select_by: \"f1\", expected one of accuracy, macro_f1"),
      (#"{"optimiser": {"rate_factors": {"0": "slow"}}}"#, "optimiser.rate_factors"),
    ])
  func refused(json: String, word: String) throws {
    #expect {
      _ = try RunConfiguration(overlays: [overlay(json)])
    } throws: { error in
      "\(error)".contains(word) && (error as? any MienError)?.kind == .usage
    }
  }

  @Test("what is written is read again, and equal configurations are equal bytes")
  func roundTrip() throws {
    try withTemporaryFolder { folder in
      var configuration = RunConfiguration()
      configuration.seed = UInt64(Int.max)
      configuration.data.limit = 7
      configuration.classes = ["a", "b"]
      configuration.input = InputConfiguration(
        kind: "image", shape: [48, 48, 1],
        normalisation: .init(mean: 0.507, standardDeviation: 0.255))
      let file = folder.appendingPathComponent("config.json")
      try configuration.encoded().write(to: file)
      let again = try RunConfiguration(contentsOf: file)
      #expect(again == configuration)
      #expect(try again.encoded() == configuration.encoded())
    }
  }

  @Test("every key of the defaults is in the documentation") func documented() throws {
    let text = try String(
      contentsOf: Project.root.appendingPathComponent("docs/configuration.md"), encoding: .utf8)
    guard case .object(let members) = try JSONValue(encoding: RunConfiguration()) else {
      Issue.record("the configuration is no object")
      return
    }
    var count = 0
    for (key, value) in members {
      guard case .object(let inner) = value else {
        #expect(text.contains("`\(key)`"), "\(key)")
        continue
      }
      for name in inner.keys {
        #expect(text.contains("`\(key).\(name)`"), "\(key).\(name)")
        count += 1
      }
    }
    #expect(count > 10)
  }
}
