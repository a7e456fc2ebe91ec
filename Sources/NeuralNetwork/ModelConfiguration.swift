public import TensorCore

/// A model as data: `{"name": "vgg10", "widths": [32, 64, 128, 256]}`, a model of the zoo with its
/// settings, or `{"layers": […]}`, a list of layers. The number of classes comes with the data.
public enum ModelConfiguration: Hashable, Sendable {
  /// A model of the zoo, and its settings.
  case named(String, settings: [String: JSONValue] = [:])
  /// The layers; in a dense one, "units" may be "classes".
  case layers([LayerSpecification])

  /// What people call it.
  public var title: String {
    switch self {
    case .named(let name, _): name
    case .layers(let layers):
      switch Residual.summands(of: layers).count {
      case 1: "a network of \(layers.count) layers"
      case let count: "a sum of \(count) networks"
      }
    }
  }

  /// The layers for a number of classes. Throws `ModelError`.
  public func layers(classes: Int) throws -> [LayerSpecification] {
    switch self {
    case .named(let name, let settings):
      try ModelZoo.model(name).layers(settings, classes: classes)
    case .layers(let layers):
      try layers.map { try LayerSpecification(Self.settingClasses($0.json, classes)) }
    }
  }

  /// The shape of one example that it is shown with: of a named model the usual one, else a face's.
  /// Throws `ModelError.unknownModel`.
  public func usualInput() throws -> Shape {
    guard case .named(let name, _) = self else { return ModelInput.picture.usualShape }
    return try ModelZoo.model(name).input.usualShape
  }

  /// Makes the model for examples of a shape and a number of classes, with weights drawn from
  /// `random`. Throws `ModelError`, also where its output is not one logit a class.
  public func build(input: Shape, classes: Int, random: RandomStream) throws -> Sequential {
    let layers = try layers(classes: classes)
    let model: Sequential
    if case .named(let name, _) = self {
      let expected = try ModelZoo.model(name).input
      guard expected.takes(input) else {
        throw ModelError.unsuitedModel(
          name: name, input: input, expected: expected, usual: ModelZoo.usual(for: input).name)
      }
      do {
        model = try Sequential(layers, input: input, random: random)
      } catch ModelError.badLayer(let layer, let problem, let remedy) {
        // The layers are not the user's: say whose they are, and of what size the examples.
        throw ModelError.badLayer(
          layer: "\(layer) of \(name) for examples of \(input)", problem: problem,
          remedy: "\(remedy), or larger examples")
      }
    } else {
      model = try Sequential(layers, input: input, random: random)
    }
    try Self.expectLogits(of: model, input: input, classes: classes)
    return model
  }

  /// Throws `ModelError` where a network's output is not one logit a class.
  public static func expectLogits(of model: Sequential, input: Shape, classes: Int) throws {
    let output = try model.outputShape(for: input)
    guard output == [classes] else {
      throw ModelError.badLayer(
        layer: model.layers.last.map { type(of: $0).kind } ?? "none",
        problem: "the model ends in \(output), the data have \(classes) classes",
        remedy: "end with {\"layer\": \"dense\", \"units\": \"classes\"}")
    }
  }

  /// Puts the number in place of "classes" in every dense layer, however deep in the list it is.
  private static func settingClasses(_ json: JSONValue, _ classes: Int) -> JSONValue {
    switch json {
    case .array(let items): return .array(items.map { settingClasses($0, classes) })
    case .object(var members):
      members = members.mapValues { settingClasses($0, classes) }
      if members["layer"] == .string(Dense.kind), members["units"] == "classes" {
        members["units"] = .int(classes)
      }
      return .object(members)
    default: return json
    }
  }
}

extension ModelConfiguration: Codable {
  /// Reads either form. Throws `ModelError`.
  public init(_ json: JSONValue) throws {
    guard case .object(var members) = json else {
      throw ModelError.badLayer(
        layer: "model", problem: "\(json) describes none",
        remedy: "write {\"name\": \"vgg10\"} or {\"layers\": […]}")
    }
    switch (members["name"], members["layers"]) {
    case (.string(let name)?, nil):
      members["name"] = nil
      self = .named(name, settings: members)
    case (nil, .array(let layers)?) where members.count == 1:
      self = .layers(try layers.map { try LayerSpecification($0) })
    default:
      throw ModelError.badLayer(
        layer: "model", problem: "keys \(members.keys.sorted().joined(separator: ", "))",
        remedy: "give either \"name\" and its settings or \"layers\"")
    }
  }

  /// The JSON object that says the same.
  public var json: JSONValue {
    switch self {
    case .named(let name, let settings):
      .object(settings.merging(["name": .string(name)]) { _, name in name })
    case .layers(let layers): .object(["layers": .array(layers.map(\.json))])
    }
  }

  /// Reads either form.
  public init(from decoder: any Decoder) throws { try self.init(JSONValue(from: decoder)) }

  /// Writes the JSON object.
  public func encode(to encoder: any Encoder) throws { try json.encode(to: encoder) }
}
