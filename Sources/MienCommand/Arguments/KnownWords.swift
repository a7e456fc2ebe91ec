import Datasets
import Foundation
import Mien
import NeuralNetwork
import TensorCore

// Words that a shell may propose for values that are any word. They are made from the registries and
// the configuration, so that what is new there is proposed.
extension Constraint where Value == String {
  /// A model of the zoo, or a JSON file with a list of layers.
  static var modelName: Constraint {
    suggesting(files: ".json") { ModelZoo.models.map { $0.name } }
  }

  /// A split, by the names that they mostly have.
  static var splitName: Constraint {
    suggesting { SyntheticFaces.splits + ["train", "validation", "test"] }
  }

  /// A setting of a run, `KEY=VALUE`.
  static var setting: Constraint { suggesting { settingKeys().map { $0 + "=" } } }

  /// A command of this program.
  static var commandName: Constraint {
    suggesting { CommandRegistry.all.map { $0.declaration.name } }
  }

  /// The paths of all keys that a run's configuration has by default, such as `optimiser.momentum`.
  static func settingKeys() -> [String] {
    func leaves(_ json: JSONValue, _ path: [String]) -> [String] {
      guard case .object(let members) = json, !members.isEmpty else {
        return [path.joined(separator: ".")]
      }
      return members.sorted { $0.key < $1.key }.flatMap { leaves($0.value, path + [$0.key]) }
    }
    guard let data = try? RunConfiguration().encoded(),
      let json = try? JSONDecoder().decode(JSONValue.self, from: data)
    else { return [] }
    return leaves(json, [])
  }
}
