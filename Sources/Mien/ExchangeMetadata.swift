internal import Foundation
internal import NeuralNetwork
internal import TensorCore

/// What a file for other programs tells of a checkpoint beside its weights: texts by key, each of them
/// JSON but for the producer.
enum ExchangeMetadata {
  static let producer = "producer"
  /// The network as in a configuration: `{"name": "vgg10"}`.
  static let model = "model"
  /// The same layer by layer, every setting given: `{"layers": […]}`.
  static let architecture = "architecture"
  static let classes = "classes"
  /// Kind, shape [H, W, C], normalisation and preprocessing, as in a checkpoint's `config.json`.
  static let input = "input"
  /// What logits are divided by before they become probabilities; there only where one was fitted.
  static let temperature = "temperature"
}

extension Checkpoint {
  /// What a file for other programs tells of this checkpoint.
  ///
  /// - Parameter producer: the program that writes the file, with its version.
  func exchangeMetadata(producer: String) throws -> [String: String] {
    var metadata = [
      ExchangeMetadata.producer: producer,
      ExchangeMetadata.model: try Self.text(configuration.model),
      ExchangeMetadata.architecture: try Self.text(
        ModelConfiguration.layers(model.layers.map { $0.specification })),
      ExchangeMetadata.classes: try Self.text(classes),
      ExchangeMetadata.input: try Self.text(input),
    ]
    if let temperature { metadata[ExchangeMetadata.temperature] = "\(temperature)" }
    return metadata
  }

  /// A value as JSON on one line; equal values give equal texts.
  private static func text(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
}
