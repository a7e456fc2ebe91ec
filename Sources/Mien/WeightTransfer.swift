internal import Foundation
internal import NeuralNetwork
internal import TensorCore

/// What a network took over from another one's weights when its run began.
public struct WeightTransfer: Codable, Hashable, Sendable {
  /// The file of the weights.
  public let path: String
  /// The tensors whose path and shape agree, and which therefore begin as they are there.
  public let taken: [String]
  /// Those that begin at random, for there is none of their path and shape.
  public let new: [String]
  /// Those of the file that have no place.
  public let left: [String]
  /// The classes that the weights are for, where they are as many as the run's, but others or in
  /// another order: the last layer then begins with answers to another question.
  public let otherClasses: [String]?

  enum CodingKeys: String, CodingKey {
    case path, taken, new, left
    case otherClasses = "other_classes"
  }

  /// One line for a person; what is new is named, for that is what has to be learnt.
  public var line: String {
    func list(_ names: [String]) -> String {
      names.prefix(6).joined(separator: ", ") + (names.count > 6 ? ", … (\(names.count))" : "")
    }
    return "begins with \(taken.count) of \(taken.count + new.count) tensors from \(path)"
      + (new.isEmpty ? "" : "; new: \(list(new))") + (left.isEmpty ? "" : "; left: \(list(left))")
      + (otherClasses.map { "; its classes are \($0.joined(separator: ", ")), in this order" } ?? "")
  }
}

extension Sequential {
  /// Takes over every parameter and buffer that a checkpoint has at the same path in the same shape.
  /// Throws `ModelError.badWeights` where none fits.
  ///
  /// - Parameter classes: the run's.
  mutating func takeOver(
    from reference: CheckpointReference, classes: [String]
  ) throws -> WeightTransfer {
    let path = reference.path
    let tensors = try SafeTensors.read(URL(fileURLWithPath: path)).tensors
    var given: [String: Tensor] = [:]
    for named in tensors { given[named.name] = named.tensor }
    var (taken, new) = ([String](), [String]())
    var misfit: String?
    func take(_ name: String, _ tensor: inout Tensor) {
      if let other = given[name], other.shape == tensor.shape {
        tensor = other
        taken.append(name)
      } else {
        new.append(name)
        if let other = given[name], misfit == nil {
          misfit = "\"\(name)\" is \(other.shape) there and \(tensor.shape) here"
        }
      }
    }
    forEachParameter(take)
    forEachBuffer(take)
    guard !taken.isEmpty else {
      throw ModelError.badWeights(
        file: path,
        problem: "none of its \(tensors.count) tensors has the path and shape of one of the network"
          + (misfit.map { " (\($0))" } ?? ""),
        remedy: "begin from a network of the same --model and widths")
    }
    let config = URL(fileURLWithPath: path).deletingLastPathComponent()
      .appendingPathComponent("config.json")
    // There need not be one: weights are enough to begin with.
    let theirs = (try? RunConfiguration(contentsOf: config))?.classes
    let left = Set(given.keys).subtracting(taken)
    return WeightTransfer(
      path: path, taken: taken, new: new, left: tensors.map(\.name).filter(left.contains),
      otherClasses: theirs?.count == classes.count && theirs != classes ? theirs : nil)
  }
}
