public import Foundation
public import TensorCore

/// Which settings are searched: keys of the configuration, each with a list or a range of values.
///
///     {"optimiser.learning_rate": {"low": 0.001, "high": 0.1, "log": true},
///      "batch_size": [64, 128, 256],
///      "model.units": {"low": 64, "high": 512, "integer": true}}
public struct SearchSpace: Hashable, Sendable {
  /// One a key, in the order of the keys.
  public let dimensions: [SearchDimension]
  /// Where it was read, for messages.
  let file: String

  /// The most trials a grid may have.
  static let mostTrials = 10_000

  /// Keys that are the same for all trials, and why.
  private static let fixed: [(keys: [String], problem: String, remedy: String)] = [
    (["epochs"], "the rungs decide how long a trial learns", "give --min-epochs and --max-epochs"),
    (
      ["select_by"], "trials are compared by it", "give it for all with --set select_by=METRIC"
    ),
    (
      [
        "data.path", "data.fingerprint", "data.train_on", "data.select_on", "data.folds",
        "data.fold", "data.limit", "data.groups",
      ], "trials are compared on the same rows", "give it for all with --set"
    ),
    (["schema_version", "input", "classes", "temperature"], "it is filled in", "leave it out"),
  ]

  /// Reads a file. Throws `FileError` and `SearchError.badSpace`.
  public init(contentsOf file: URL) throws {
    let data = try readFile(file, expected: "a space of settings in JSON")
    do {
      try self.init(JSONDecoder().decode(JSONValue.self, from: data), file: file.path)
    } catch let error as DecodingError {
      throw SearchError.badSpace(
        file: file.path, key: nil, problem: "it is no JSON (\(error.inWords))",
        remedy: "write an object of keys, as {\"batch_size\": [64, 128]}")
    }
  }

  /// Reads JSON; `file` is where it came from. Throws `SearchError.badSpace`.
  public init(_ json: JSONValue, file: String) throws {
    guard case .object(let members) = json, !members.isEmpty else {
      throw SearchError.badSpace(
        file: file, key: nil, problem: "it names no key of the configuration",
        remedy: "write an object of keys, as {\"batch_size\": [64, 128]}")
    }
    self.file = file
    let keys = members.keys.sorted()
    for key in keys {
      for other in keys where other.isBelow(key) {
        throw SearchError.badSpace(
          file: file, key: other, problem: "it lies below \(key), which is searched as well",
          remedy: "name the one or the other")
      }
      for (fixed, problem, remedy) in Self.fixed
      where fixed.contains(where: { $0 == key || $0.isBelow(key) || key.isBelow($0) }) {
        throw SearchError.badSpace(
          file: file, key: key, problem: "it cannot be searched, \(problem)", remedy: remedy)
      }
    }
    dimensions = try members.sorted { $0.key < $1.key }
      .map { try SearchDimension($0.key, $0.value, file: file) }
  }

  /// The JSON object that says the same.
  var json: JSONValue {
    .object(Dictionary(uniqueKeysWithValues: dimensions.map { ($0.key, $0.json) }))
  }

  /// How many combinations there are, nil where ranges have no end of them.
  private var size: Int? {
    dimensions.reduce(1 as Int?) { product, dimension in
      guard let product, let own = dimension.size else { return nil }
      let (next, overflow) = product.multipliedReportingOverflow(by: own)
      return overflow ? nil : next
    }
  }

  /// Every combination, the last key's values changing fastest. Throws `SearchError.badSpace`.
  func grid() throws -> [[String: JSONValue]] {
    var combinations: [[String: JSONValue]] = [[:]]
    for dimension in dimensions {
      let values = try dimension.gridValues(file: file)
      guard combinations.count * values.count <= Self.mostTrials else {
        throw SearchError.badSpace(
          file: file, key: nil, problem: "its grid has more than \(Self.mostTrials) points",
          remedy: "name fewer values, or use --search random")
      }
      combinations = combinations.flatMap { settings in
        values.map { settings.merging([dimension.key: $0]) { $1 } }
      }
    }
    return combinations
  }

  /// Settings drawn at random, no two alike; fewer than asked for where the space has no more.
  ///
  /// A draw depends on the seed, its number and the key alone: more trials begin with the same ones,
  /// and another key leaves the values of the others as they were.
  func draws(_ count: Int, seed: UInt64) -> [[String: JSONValue]] {
    let root = RandomStream(seed: seed).substream("tune")
    var drawn: [[String: JSONValue]] = []
    var seen: Set<[String: JSONValue]> = []
    let wanted = size.map { min(count, $0) } ?? count
    // A space of lists gives up its last combination only after many draws that were there before.
    for number in 0..<1000 * count {
      if drawn.count == wanted { break }
      var settings: [String: JSONValue] = [:]
      for dimension in dimensions {
        var random = root.substream(number).substream(key: dimension.key)
        settings[dimension.key] = dimension.draw(&random)
      }
      if seen.insert(settings).inserted { drawn.append(settings) }
    }
    return drawn
  }
}

extension String {
  /// Whether a key lies below another: `a.b` below `a`.
  fileprivate func isBelow(_ key: String) -> Bool { hasPrefix(key + ".") }
}

extension SearchSpace: Codable {
  /// Reads the JSON object.
  public init(from decoder: any Decoder) throws {
    try self.init(JSONValue(from: decoder), file: "search.json")
  }

  /// Writes the JSON object.
  public func encode(to encoder: any Encoder) throws { try json.encode(to: encoder) }
}
