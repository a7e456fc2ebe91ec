internal import Foundation
public import TensorCore

/// All that decides a search, as it stands in `search.json`.
public struct SearchPlan: Codable, Sendable {
  /// How the trials are found.
  public enum Strategy: String, Choice {
    /// Every combination.
    case grid
    /// Combinations drawn by the seed.
    case random
  }

  /// The version of this format.
  public private(set) var schemaVersion = 1
  /// How the trials were found.
  public let strategy: Strategy
  /// Which trials go on.
  public let halving: SuccessiveHalving
  /// What is searched.
  public let space: SearchSpace
  /// The settings that all trials share.
  public let configuration: RunConfiguration
  /// Each trial's own.
  public let settings: [[String: JSONValue]]

  enum CodingKeys: String, CodingKey {
    case halving, space, configuration, settings
    case strategy = "search"
    case schemaVersion = "schema_version"
  }

  init(
    _ strategy: Strategy, _ halving: SuccessiveHalving, _ space: SearchSpace,
    _ configuration: RunConfiguration, settings: [[String: JSONValue]]
  ) {
    (self.strategy, self.halving, self.space) = (strategy, halving, space)
    (self.configuration, self.settings) = (configuration, settings)
  }

  /// Reads `search.json`; keys that later versions of the configuration have get their defaults.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    schemaVersion = try values.decode(Int.self, forKey: .schemaVersion)
    strategy = try values.decode(Strategy.self, forKey: .strategy)
    halving = try values.decode(SuccessiveHalving.self, forKey: .halving)
    space = try values.decode(SearchSpace.self, forKey: .space)
    configuration = try RunConfiguration(overlays: [
      ("search.json", values.decode(JSONValue.self, forKey: .configuration))
    ])
    settings = try values.decode([[String: JSONValue]].self, forKey: .settings)
  }

  /// What the network is called, unless it is what is searched.
  public var title: String? {
    let isSearched = space.dimensions.contains { $0.key.split(separator: ".").first == "model" }
    return isSearched ? nil : configuration.model.title
  }

  /// The whole configuration of a trial with such settings. Throws `RunError.badConfiguration`.
  func configuration(with settings: [String: JSONValue]) throws -> RunConfiguration {
    try Self.configuration(configuration, with: settings, origin: space.file)
  }

  /// A configuration with settings laid over it.
  static func configuration(
    _ base: RunConfiguration, with settings: [String: JSONValue], origin: String
  ) throws -> RunConfiguration {
    var own = JSONValue.object([:])
    for (key, value) in settings.sorted(by: { $0.key < $1.key }) {
      own.set(key.split(separator: ".").map(String.init), to: value)
    }
    return try RunConfiguration(overlays: [
      ("search.json", JSONValue(encoding: base)), (origin, own),
    ])
  }
}
