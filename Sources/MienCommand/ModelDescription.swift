import Foundation
import Mien
import NeuralNetwork
import TensorCore

extension ModelConfiguration {
  /// The model that a word on the command line stands for: a name, or a JSON file that holds a list of
  /// layers, a model as in a configuration, or a configuration. Throws `ModelError`, `RunError` and
  /// `FileError`.
  init(word: String) throws {
    guard word.hasSuffix(".json") else {
      self = .named(word)
      return
    }
    let json = try RunConfiguration.json(contentsOf: URL(fileURLWithPath: word))
    switch json {
    case .array(let layers): self = .layers(try layers.map { try LayerSpecification($0) })
    case .object(let members): try self.init(members["model"] ?? json)
    default: try self.init(json)
    }
  }
}

extension Shape {
  /// An input's shape on the command line, `48x48x1`, `128x20` or `58`. Throws `UsageError`.
  init(word: String, option: String, command: String) throws {
    let extents = word.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    guard (1...3).contains(extents.count), extents.allSatisfy({ (1...4096).contains($0) }) else {
      throw UsageError(
        command,
        .badValue(
          name: option, found: word,
          expected:
            "height, width and channels as 48x48x1, frames and numbers as 128x20, or 58 for a "
            + "row of numbers, each from 1 to 4096"))
    }
    self.init(extents)
  }
}
