/// One number for all channels of an input, or one for each; the channels are the last axis, so that of a
/// table each column has its own. In JSON a number, or a list of numbers.
public struct ChannelValues: Hashable, Sendable {
  /// One number, or as many as there are channels; never none.
  public let values: [Double]

  /// The same for all channels.
  public init(_ value: Double) { values = [value] }

  /// One a channel. There must be at least one.
  public init(_ values: [Double]) {
    precondition(!values.isEmpty, "no values of channels")
    self.values = values
  }

  /// That of a channel, from 0.
  public subscript(channel: Int) -> Double { values[channel % values.count] }

  /// The number that all channels have; nil where they have several.
  public var common: Double? { values.count == 1 ? values[0] : nil }

  /// Whether inputs of so many channels can have these.
  public func suit(channels: Int) -> Bool { values.count == 1 || values.count == channels }
}

extension ChannelValues: Codable {
  /// Reads a number or a list of numbers.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let value = try? container.decode(Double.self) {
      values = [value]
      return
    }
    values = try container.decode([Double].self)
    guard !values.isEmpty else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "expected a number or a list of numbers, not an empty one")
    }
  }

  /// Writes a number where there is one.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if values.count == 1 { try container.encode(values[0]) } else { try container.encode(values) }
  }
}

extension ChannelValues: CustomStringConvertible, ExpressibleByFloatLiteral {
  /// `0.5`
  public init(floatLiteral value: Double) { self.init(value) }

  /// For messages.
  public var description: String { common.map { "\($0)" } ?? "\(values)" }
}
