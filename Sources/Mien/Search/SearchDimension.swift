internal import Foundation
public import TensorCore

/// One key of a search space and the values it may have.
public struct SearchDimension: Hashable, Sendable {
  /// The configuration's key, as `optimiser.learning_rate`.
  public let key: String
  /// What it may be.
  public let values: Values

  /// What a key may be.
  public enum Values: Hashable, Sendable {
    /// One of a list, in its order.
    case choices([JSONValue])
    /// A number between two others.
    case range(SearchRange)
  }

  /// Reads `[…]` or `{"low": …, "high": …}`. Throws `SearchError.badSpace`.
  init(_ key: String, _ json: JSONValue, file: String) throws {
    func bad(_ problem: String, _ remedy: String) -> SearchError {
      .badSpace(file: file, key: key, problem: problem, remedy: remedy)
    }
    self.key = key
    switch json {
    case .array(let choices):
      guard !choices.isEmpty else { throw bad("an empty list", "name at least one value") }
      for (index, choice) in choices.enumerated() where choices[..<index].contains(choice) {
        throw bad("\(choice.words) is there twice", "name each value once")
      }
      values = .choices(choices)
    case .object(let members):
      values = .range(try SearchRange(members, bad: bad))
    default:
      throw bad(
        "found \(json.words)",
        "expected a list of values, or a range as {\"low\": 0.001, \"high\": 0.1, \"log\": true}")
    }
  }

  /// The JSON that it was read from, but for defaults.
  var json: JSONValue {
    switch values {
    case .choices(let choices): .array(choices)
    case .range(let range): range.json
    }
  }

  /// All values that a grid has. Throws `SearchError.badSpace` for a range without a number of
  /// points.
  func gridValues(file: String) throws -> [JSONValue] {
    switch values {
    case .choices(let choices): return choices
    case .range(let range):
      guard let values = range.gridValues else {
        throw SearchError.badSpace(
          file: file, key: key, problem: "a range has no grid",
          remedy: "add \"points\": N, list the values, or use --search random")
      }
      return values
    }
  }

  /// How many values there are, nil where there is no end of them.
  var size: Int? {
    switch values {
    case .choices(let choices): choices.count
    case .range(let range): range.isInteger ? Int(range.high - range.low) + 1 : nil
    }
  }

  /// Values that stand for all where it is asked whether the configuration takes them.
  var representatives: [JSONValue] {
    switch values {
    case .choices(let choices): choices
    case .range(let range): [range.value(range.low), range.value(range.high)]
    }
  }

  /// A value as people are told it: the beginning of one that is long, such as a list of layers, with
  /// its place in the list of choices, for beginnings may be alike.
  public func label(_ value: JSONValue?) -> String {
    guard let value else { return "" }
    let words = value.words
    guard words.count > 24, case .choices(let choices) = values,
      let index = choices.firstIndex(of: value)
    else { return words }
    return "\(index + 1): \(words.prefix(20))…"
  }

  /// A value drawn: a choice, each equally likely, or a number, evenly in itself or in its
  /// logarithm.
  func draw(_ random: inout RandomStream) -> JSONValue {
    switch values {
    case .choices(let choices): choices[random.integer(below: choices.count)]
    case .range(let range): range.draw(&random)
    }
  }
}

/// Numbers between two others.
public struct SearchRange: Hashable, Sendable {
  /// The ends, which belong to it.
  public let low, high: Double
  /// Whether numbers are spread evenly by their logarithms.
  public let isLogarithmic: Bool
  /// Whether only whole numbers count.
  public let isInteger: Bool
  /// How many values a grid takes of it, the ends among them.
  public let points: Int?

  init(
    _ members: [String: JSONValue], bad: (_ problem: String, _ remedy: String) -> SearchError
  ) throws {
    let keys = ["low", "high", "log", "integer", "points"]
    if let unknown = members.keys.filter({ !keys.contains($0) }).min() {
      throw bad(
        "a range has no \"\(unknown)\"", "its keys are \(keys.joined(separator: ", "))")
    }
    func number(_ name: String) throws -> Double {
      switch members[name] {
      case .int(let value): return Double(value)
      case .double(let value): return value
      case let other:
        throw bad(
          "\"\(name)\" is \(other?.words ?? "missing")", "give a number, as \"\(name)\": 0.1")
      }
    }
    func flag(_ name: String) throws -> Bool {
      switch members[name] {
      case nil: return false
      case .bool(let value): return value
      case let other?: throw bad("\"\(name)\" is \(other.words)", "give true or false")
      }
    }
    (low, high) = (try number("low"), try number("high"))
    (isLogarithmic, isInteger) = (try flag("log"), try flag("integer"))
    switch members["points"] {
    case nil: points = nil
    case .int(let count)? where (2...10_000).contains(count): points = count
    case let other?:
      throw bad("\"points\" is \(other.words)", "give a whole number from 2 to 10000")
    }
    guard low < high else {
      throw bad(
        "\"low\" is \(shortest(low)), \"high\" is \(shortest(high))", "low has to be the smaller")
    }
    guard !isLogarithmic || low > 0 else {
      throw bad("\"low\" is \(shortest(low))", "with \"log\" it has to be above 0")
    }
    guard !isInteger || [low, high].allSatisfy({ $0 == $0.rounded() && abs($0) <= 1e9 }) else {
      throw bad(
        "from \(shortest(low)) to \(shortest(high))",
        "with \"integer\" both ends have to be whole numbers")
    }
  }

  var json: JSONValue {
    var members: [String: JSONValue] = ["low": value(low), "high": value(high)]
    if isLogarithmic { members["log"] = true }
    if isInteger { members["integer"] = true }
    members["points"] = points.map { .int($0) }
    return .object(members)
  }

  /// The values of a grid: `points` of them, or all whole numbers; nil where it is said neither.
  var gridValues: [JSONValue]? {
    guard let points else {
      guard isInteger, high - low < 10_000 else { return nil }
      return (Int(low)...Int(high)).map { .int($0) }
    }
    var values: [JSONValue] = []
    for index in 0..<points {
      let share = Double(index) / Double(points - 1)
      let next = value(index == points - 1 ? high : number(at: share))
      // Whole numbers that are near each other may become one.
      if !values.contains(next) { values.append(next) }
    }
    return values
  }

  func draw(_ random: inout RandomStream) -> JSONValue {
    let share = Double(random.next() >> 11) * 0x1p-53
    guard isInteger else { return value(number(at: share)) }
    // Each whole number has the room from itself to the next one, also by logarithms.
    let end = high + 1
    let drawn = isLogarithmic ? low * pow(end / low, share) : low + (end - low) * share
    return .int(Int(min(drawn.rounded(.down), high)))
  }

  private func number(at share: Double) -> Double {
    isLogarithmic ? low * pow(high / low, share) : low + (high - low) * share
  }

  /// A number as it is tried: four significant digits say enough, and can be typed again.
  func value(_ number: Double) -> JSONValue {
    if isInteger { return .int(Int(number.rounded())) }
    if number == low || number == high { return JSONValue(number: number) }
    let rounded = Double(String(format: "%.3e", number)) ?? number
    return JSONValue(number: min(max(rounded, low), high))
  }
}

private func shortest(_ number: Double) -> String { JSONValue(number: number).words }

extension JSONValue {
  /// A number as it comes back from a file: without a fraction an `int`.
  init(number: Double) {
    self = number == number.rounded() && abs(number) < 1e15 ? .int(Int(number)) : .double(number)
  }

  /// A value in a table: a text as it is, all else as JSON.
  public var words: String {
    switch self {
    case .string(let text): return text
    case .int(let value): return "\(value)"
    case .double(let value): return "\(value)"
    default:
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "\(self)"
    }
  }
}
