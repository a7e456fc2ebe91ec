public import Foundation
internal import NeuralNetwork
public import TensorCore

/// A format that other programs read networks in.
public enum ExportFormat: String, CaseIterable, Encodable, Sendable {
  /// A graph that runs elsewhere as it is: from stored numbers, as grey levels or decibels, to
  /// probabilities (`ONNXModel`).
  case onnx
  /// The weights as PyTorch has them, in a safetensors file (`StateDictionary`).
  case pytorch
}

/// A checkpoint written to a file for other programs, and what has to be known of it.
public struct ModelExport: Encodable, Sendable {
  /// Where preprocessing or normalisation is done.
  public enum Place: String, Encodable, Sendable {
    /// In the file's graph: whoever runs it gives what `values` says.
    case graph
    /// The metadata say how; whoever runs the network has to do it.
    case metadata
  }

  /// The format.
  public let format: ExportFormat
  /// The file that was written.
  public let file: String
  /// Its size.
  public let bytes: Int
  /// The weights it was made of.
  public let checkpoint: String
  /// What people call the network.
  public let model: String
  /// The numbers it has been trained to.
  public let parameters: Int
  /// The classes in the order of the outputs.
  public let classes: [String]
  /// One example's shape as the file takes it, channels first: [C, H, W], [C, T] or [F].
  public let inputShape: Shape
  /// What its numbers are, in words: grey levels, decibels, columns.
  public let values: String
  /// Where they are normalised.
  public let normalisation: Place
  /// What the logits are divided by before they become probabilities, 1 where nothing was fitted.
  public let temperature: Double
  /// What is done to grey levels before they are normalised; no file holds it. Nil for nothing.
  public let preprocessing: String?

  enum CodingKeys: String, CodingKey {
    case format, file, bytes, checkpoint, model, parameters, classes, values, normalisation
    case temperature, preprocessing
    case inputShape = "input_shape"
  }

  /// Writes the file.
  ///
  /// - Parameters:
  ///   - checkpoint: the network that is written, with what an answer needs.
  ///   - format: for whom.
  ///   - file: where; an export that is there is replaced whole, any other file refused.
  ///   - version: of the program that writes it.
  /// - Throws: `ModelError.notExchangeable` with the first layer that the format has no counterpart
  ///   of, `RunError.unsuited` for a file that is something else, `FileError.cannotWrite`.
  public init(
    of checkpoint: Checkpoint, as format: ExportFormat, to file: URL, version: String
  ) throws {
    try Self.refuseForeign(file)
    let (shape, preprocessing) = (checkpoint.input.shape, checkpoint.input.preprocessing)
    self.format = format
    self.file = file.path
    self.checkpoint = checkpoint.weights.path
    model = checkpoint.configuration.model.title
    parameters = try ModelSummary(checkpoint.model, input: shape).parameters
    classes = checkpoint.classes
    inputShape = shape.channelsFirst
    values = checkpoint.input.valuesInWords
    temperature = checkpoint.temperature ?? 1
    self.preprocessing = preprocessing.flatMap { $0.isOff ? nil : $0.words }
    switch format {
    case .onnx:
      normalisation = .graph
      let bytes = try checkpoint.onnx(version: version)
      try writeAtomically(bytes, to: file)
    case .pytorch:
      normalisation = .metadata
      // "pt" tells other readers of safetensors that tensors lie as in PyTorch.
      let metadata = try checkpoint.exchangeMetadata(producer: "mien \(version)")
        .merging(["format": "pt"]) { own, _ in own }
      try SafeTensors.write(
        StateDictionary.tensors(of: checkpoint.model, input: shape), metadata: metadata, to: file)
    }
    bytes = try FileManager.default.attributesOfItem(atPath: file.path)[.size] as? Int ?? 0
  }

  /// A run's own weights are safetensors, too, and a slip of the hand must not replace them: what is
  /// there has to name us as its producer, as exports of both formats do.
  private static func refuseForeign(_ file: URL) throws {
    guard let handle = try? FileHandle(forReadingFrom: file) else { return }
    defer { try? handle.close() }
    let beginning = try handle.read(upToCount: 1 << 16) ?? Data()
    let marks = ["\"\(ExchangeMetadata.producer)\":\"mien ", "\u{04}mien"]
    guard beginning.isEmpty || marks.contains(where: { beginning.range(of: Data($0.utf8)) != nil })
    else {
      throw RunError.unsuited(
        checkpoint: file.path, problem: "is there already, and mien export did not write it",
        remedy: "choose another --out")
    }
  }
}

extension Checkpoint {
  /// The bytes of an ONNX model. Throws `ModelError.notExchangeable`.
  fileprivate func onnx(version: String) throws -> [UInt8] {
    let (factors, centres) = input.normalisation.affine
    let network = try ONNXModel(
      model, input: input.shape, scaling: .init(centres: centres, factors: factors),
      temperature: temperature ?? 1)
    var metadata = try exchangeMetadata(producer: "mien \(version)")
    var levels = "\(input.valuesInWords), channels first; they are normalised inside"
    metadata["normalisation"] = "inside the graph"
    if let preprocessing = input.preprocessing, !preprocessing.isOff {
      metadata["preprocessing"] = "to be done before: \(preprocessing.words)"
      levels += "; to be done before: \(preprocessing.words)"
    } else {
      metadata["preprocessing"] = "none"
    }
    return network.encoded(
      producer: ("mien", version), documentation: levels, metadata: metadata)
  }
}
