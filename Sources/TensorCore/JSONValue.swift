/// Any JSON value, for the parts of a configuration whose keys depend on a name inside it (a
/// layer's parameters) or that are addressed by path (`--set optimiser.learning_rate=0.1`).
public enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case int(Int)
  case double(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// The value at a path of keys, nil where there is none.
  public subscript(_ path: [String]) -> JSONValue? {
    guard let key = path.first else { return self }
    guard case .object(let members) = self else { return nil }
    return members[key]?[Array(path.dropFirst())]
  }

  /// Puts `value` at a path of keys, making the objects on the way.
  public mutating func set(_ path: [String], to value: JSONValue) {
    guard let key = path.first else {
      self = value
      return
    }
    var members: [String: JSONValue] = [:]
    if case .object(let existing) = self { members = existing }
    var member = members[key] ?? .object([:])
    member.set(Array(path.dropFirst()), to: value)
    members[key] = member
    self = .object(members)
  }

  /// This value with `other` laid over it: objects are merged key by key, all else is replaced.
  public func overlaid(with other: JSONValue) -> JSONValue {
    guard case .object(let mine) = self, case .object(let theirs) = other else { return other }
    return .object(mine.merging(theirs) { $0.overlaid(with: $1) })
  }
}

extension JSONValue: Codable {
  /// Reads any JSON value; a number without a fraction is an `int`.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Bool.self) {
      self = .bool(value)
    } else if let value = try? container.decode(Int.self) {
      self = .int(value)
    } else if let value = try? container.decode(Double.self) {
      self = .double(value)
    } else if let value = try? container.decode(String.self) {
      self = .string(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .array(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  /// Writes the value as JSON.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .bool(let value): try container.encode(value)
    case .int(let value): try container.encode(value)
    case .double(let value): try container.encode(value)
    case .string(let value): try container.encode(value)
    case .array(let values): try container.encode(values)
    case .object(let members): try container.encode(members)
    }
  }
}

extension JSONValue: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
  ExpressibleByStringLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral
{
  /// `3`
  public init(integerLiteral value: Int) { self = .int(value) }
  /// `0.5`
  public init(floatLiteral value: Double) { self = .double(value) }
  /// `"text"`
  public init(stringLiteral value: String) { self = .string(value) }
  /// `true`
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  /// `[8, 16]`
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
}
