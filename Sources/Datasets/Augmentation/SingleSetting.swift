/// A part of a pipeline that is written as one value, such as `"brightness": 20`.
protocol SingleSetting: Codable {
  associatedtype Setting: Codable
  var setting: Setting { get }
  init(setting: Setting)
}

extension SingleSetting {
  /// Reads the value.
  public init(from decoder: any Decoder) throws {
    self.init(setting: try decoder.singleValueContainer().decode(Setting.self))
  }

  /// Writes the value.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(setting)
  }
}
