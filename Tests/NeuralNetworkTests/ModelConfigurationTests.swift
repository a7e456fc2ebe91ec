import Foundation
import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@Suite("ModelConfiguration") struct ModelConfigurationTests {
  func decode(_ json: String) throws -> ModelConfiguration {
    try JSONDecoder().decode(ModelConfiguration.self, from: Data(json.utf8))
  }

  @Test(
    "reads and writes both forms",
    arguments: [
      #"{"name": "vgg10", "widths": [8, 16]}"#, #"{"name": "simple-cnn"}"#,
      #"{"layers": [{"layer": "flatten"}, {"layer": "dense", "units": "classes"}]}"#,
    ])
  func roundTrip(_ json: String) throws {
    let configuration = try decode(json)
    let again = try JSONDecoder().decode(
      ModelConfiguration.self, from: JSONEncoder().encode(configuration))
    #expect(again == configuration)
    let plain = try JSONDecoder().decode(JSONValue.self, from: Data(json.utf8))
    #expect(configuration.json == plain)
  }

  @Test("puts the data's classes into dense layers, however deep") func classes() throws {
    let configuration = try decode(
      """
      {"layers": [{"layer": "flatten"}, {"layer": "dense", "units": "classes"},
        {"layer": "residual", "body": [{"layer": "dense", "units": "classes"}]}]}
      """)
    let model = try configuration.build(
      input: [2, 2, 1], classes: 5, random: RandomStream(seed: 1))
    #expect(model.predict(randomTensor([3, 2, 2, 1])).shape == [3, 5])
  }

  @Test("a model's own layers make it again") func explicit() throws {
    let named = try ModelConfiguration.named("resnet").build(
      input: [16, 16, 1], classes: 4, random: RandomStream(seed: 8))
    let listed = try ModelConfiguration.layers(named.layers.map(\.specification)).build(
      input: [16, 16, 1], classes: 4, random: RandomStream(seed: 8))
    #expect(listed.namedTensors() == named.namedTensors())
  }

  @Test("refuses what does not end in the classes, and what is no model")
  func refuses() throws {
    let fixed = try decode(#"{"layers": [{"layer": "flatten"}, {"layer": "dense", "units": 3}]}"#)
    #expect(throws: ModelError.self) {
      try fixed.build(input: [2, 2, 1], classes: 4, random: RandomStream(seed: 1))
    }
    for json in [
      "{}", "[]", "3", #"{"name": 3}"#, #"{"name": "vgg10", "layers": []}"#,
      #"{"layers": [{"kind": "relu"}]}"#, #"{"layers": [], "widths": [3]}"#,
    ] {
      #expect(throws: ModelError.self) { try decode(json) }
    }
    #expect(throws: ModelError.self) {
      try decode(#"{"layers": []}"#).build(
        input: [2, 2, 1], classes: 4, random: RandomStream(seed: 1))
    }
  }
}
