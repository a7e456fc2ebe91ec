public import Kernels
public import TensorCore

/// One layer of a model as data: `{"layer": "conv2d", "filters": 32, "kernel": 3, "padding": 1}`.
public struct LayerSpecification: Hashable, Sendable {
  /// The layer's kind, as in its registry.
  public let layer: String
  /// Its settings by name.
  public let settings: [String: JSONValue]

  /// A description of a layer of `layer`'s kind.
  public init(_ layer: String, _ settings: [String: JSONValue] = [:]) {
    self.layer = layer
    self.settings = settings
  }

  /// Throws `ModelError` if a setting is not among `known`: a typing error must not pass.
  public func expectOnly(_ known: String...) throws {
    for name in settings.keys.sorted() where !known.contains(name) {
      throw ModelError.badLayer(
        layer: layer, problem: "unknown setting \"\(name)\"",
        remedy: known.isEmpty
          ? "it has no settings" : "its settings are \(known.joined(separator: ", "))")
    }
  }

  /// An integer setting of at least `minimum` and at most 65,535, or the default; without one it
  /// has to be given.
  public func int(_ name: String, default value: Int? = nil, minimum: Int = 1) throws -> Int {
    let range = minimum...65_535
    switch settings[name] {
    case .int(let given) where range.contains(given): return given
    case nil:
      if let value { return value }
      throw bad(name, "is missing", "give an integer in \(range)")
    case let other?: throw bad(name, "is \(other)", "give an integer in \(range)")
    }
  }

  /// The shape of a layer's weights, if they are not more than 2²⁸ (a gigabyte): checked before
  /// memory is taken for them.
  public func weightShape(_ extents: Int...) throws -> Shape {
    var count = 1
    for extent in extents {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard !overflow, product <= 1 << 28 else {
        throw ModelError.badLayer(
          layer: layer, problem: "weights of \(extents.map(String.init).joined(separator: "x"))",
          remedy: "make it smaller, or pool its input first; a layer may have 2^28 weights")
      }
      count = product
    }
    return Shape(extents)
  }

  /// A setting for both axes, one integer or `[height, width]`, each at least `minimum` and at most
  /// 65,535 (so that no product of two can overflow); or the default, and without one it has to be
  /// given.
  public func extent(
    _ name: String, default value: Extent2D? = nil, minimum: Int = 1
  ) throws -> Extent2D {
    let range = minimum...65_535
    let remedy = "give an integer in \(range), or a list of two: [height, width]"
    switch settings[name] {
    case .int(let side) where range.contains(side): return Extent2D(side)
    case .array(let items):
      guard items.count == 2, case .int(let height) = items[0], case .int(let width) = items[1],
        range.contains(height), range.contains(width)
      else { throw bad(name, "is \(JSONValue.array(items))", remedy) }
      return Extent2D(height, width)
    case nil:
      if let value { return value }
      throw bad(name, "is missing", remedy)
    case let other?: throw bad(name, "is \(other)", remedy)
    }
  }

  /// A numeric setting within a range, or the default.
  public func float(
    _ name: String, default value: Float, in range: ClosedRange<Float>
  ) throws -> Float {
    let given: Float
    switch settings[name] {
    case nil: return value
    case .int(let number): given = Float(number)
    case .double(let number): given = Float(number)
    case let other?:
      throw bad(name, "is \(other)", "give a number in \(range.lowerBound)...\(range.upperBound)")
    }
    guard range.contains(given) else {
      throw bad(name, "is \(given)", "give a number in \(range.lowerBound)...\(range.upperBound)")
    }
    return given
  }

  /// A yes-or-no setting, or the default.
  public func bool(_ name: String, default value: Bool) throws -> Bool {
    switch settings[name] {
    case nil: return value
    case .bool(let given): return given
    case let other?: throw bad(name, "is \(other)", "give true or false")
    }
  }

  /// A list of integers of at least 1, or the default; it must not be empty.
  public func ints(_ name: String, default value: [Int]) throws -> [Int] {
    guard let given = settings[name] else { return value }
    guard case .array(let items) = given, !items.isEmpty else {
      throw bad(name, "is \(given)", "give a list of integers of at least 1")
    }
    return try items.map { item in
      guard case .int(let number) = item, number >= 1 else {
        throw bad(name, "holds \(item)", "give a list of integers of at least 1")
      }
      return number
    }
  }

  /// A list of layers inside this one.
  public func layers(_ name: String) throws -> [LayerSpecification] {
    guard case .array(let items)? = settings[name] else {
      throw bad(name, "is missing or no list", "give a list of layers")
    }
    return try items.map { try LayerSpecification($0) }
  }

  private func bad(_ name: String, _ problem: String, _ remedy: String) -> ModelError {
    .badLayer(layer: layer, problem: "\"\(name)\" \(problem)", remedy: remedy)
  }
}

extension JSONValue {
  /// An extent as `LayerSpecification.extent` reads it: one integer for a square.
  static func extent(_ extent: Extent2D) -> JSONValue {
    extent.height == extent.width
      ? .int(extent.height) : .array([.int(extent.height), .int(extent.width)])
  }
}

/// The double that prints like the float: 0.1, not 0.10000000149011612.
public func shortest(_ value: Float) -> Double { Double("\(value)") ?? Double(value) }

extension LayerSpecification: Codable {
  /// Reads the flat JSON object of a layer. Throws `ModelError`.
  public init(_ json: JSONValue) throws {
    guard case .object(var members) = json, case .string(let layer)? = members["layer"] else {
      throw ModelError.badLayer(
        layer: "of unknown kind",
        problem: "\(Self.words(json)) has no \"layer\" that names its kind",
        remedy: "write {\"layer\": \"relu\"}, for example")
    }
    members["layer"] = nil
    self.init(layer, members)
  }

  private static func words(_ json: JSONValue) -> String {
    guard case .object(let members) = json else { return "an item that is no object" }
    return "an object with the keys \(members.keys.sorted().joined(separator: ", "))"
  }

  /// The flat JSON object of the layer.
  public var json: JSONValue {
    .object(settings.merging(["layer": .string(layer)]) { _, kind in kind })
  }

  /// Reads the flat JSON object of a layer.
  public init(from decoder: any Decoder) throws {
    try self.init(JSONValue(from: decoder))
  }

  /// Writes the flat JSON object of the layer.
  public func encode(to encoder: any Encoder) throws { try json.encode(to: encoder) }
}
