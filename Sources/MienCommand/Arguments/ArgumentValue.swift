import Foundation

/// A type that one word of the command line can be read as.
protocol ArgumentValue: ArgumentShape where Value == Self {
  /// What is expected, for help and errors: "a whole number".
  static var expectation: String { get }
  /// All words that are accepted, where they can be listed.
  static var choices: [String] { get }
  /// Whether a word is the path of a file or folder.
  static var isPath: Bool { get }
  /// The value that a word stands for, nil if none.
  static func parse(_ word: String) -> Self?
  /// The word that stands for this value, as help shows a default.
  var word: String { get }
}

/// How often an argument is given. The key's type says it: `URL` exactly once (or it has a
/// default), `URL?` at most once, `[URL]` any number of times.
protocol ArgumentShape: Sendable {
  associatedtype Value: ArgumentValue
  static var arity: Arity { get }
  /// The result for the values in the order given; nil where there are too few.
  static func collect(_ values: [Value]) -> Self?
}

/// How often an argument may be given.
enum Arity: Sendable {
  case once, optional, repeated
}

extension ArgumentValue {
  static var arity: Arity { .once }
  static func collect(_ values: [Self]) -> Self? { values.first }
  static var choices: [String] { [] }
  static var isPath: Bool { false }
}

extension ArgumentValue where Self: LosslessStringConvertible {
  static func parse(_ word: String) -> Self? { Self(word) }
  var word: String { description }
}

/// An enumeration of words is an argument without further ado.
extension ArgumentValue where Self: RawRepresentable & CaseIterable, RawValue == String {
  static var choices: [String] { allCases.map(\.rawValue) }
  static var expectation: String { "one of \(choices.joined(separator: ", "))" }
  static func parse(_ word: String) -> Self? { Self(rawValue: word) }
  var word: String { rawValue }
}

extension Optional: ArgumentShape where Wrapped: ArgumentValue {
  static var arity: Arity { .optional }
  static func collect(_ values: [Wrapped]) -> Wrapped?? { .some(values.first) }
}

extension Array: ArgumentShape where Element: ArgumentValue {
  static var arity: Arity { .repeated }
  static func collect(_ values: [Element]) -> [Element]? { values }
}

extension String: ArgumentValue {
  static var expectation: String { "a word" }
}

extension Int: ArgumentValue {
  static var expectation: String { "a whole number" }
}

extension UInt64: ArgumentValue {
  static var expectation: String { "a whole number, 0 or more" }
}

extension Double: ArgumentValue {
  static var expectation: String { "a number" }
  static func parse(_ word: String) -> Double? {
    Double(word).flatMap { $0.isFinite ? $0 : nil }
  }
}

extension URL: ArgumentValue {
  static var expectation: String { "a path" }
  static var isPath: Bool { true }
  static func parse(_ word: String) -> URL? {
    word.isEmpty ? nil : URL(fileURLWithPath: word)
  }
  var word: String { relativePath }
}
