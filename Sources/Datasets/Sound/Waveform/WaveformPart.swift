internal import AudioFeatures
internal import TensorCore

/// One kind of random change of a sound before its features are made; without settings it is off.
///
/// It draws from a stream of its own, so that switching one kind on changes nothing about how the others
/// fall out.
protocol WaveformPart: Codable, Hashable, Sendable {
  /// Its key, which names its stream, too.
  static var key: StaticString { get }
  /// Switched off.
  init()
  /// Whether it changes nothing, ever.
  var isOff: Bool { get }
  /// What it does when it is on, for people.
  var words: String { get }
  /// Throws `SettingError` where a setting is out of its range.
  func validate() throws
  /// The changed sound. Throws `AudioError`.
  func change(_ clip: AudioClip, _ random: inout RandomStream) throws -> AudioClip
}

extension WaveformPart {
  /// Throws `SettingError` unless `isGood`; `setting` names one of several.
  func expect(
    _ isGood: Bool, _ found: Any, _ expected: String, setting: String? = nil
  ) throws {
    let key = Self.key.description + (setting.map { ".\($0)" } ?? "")
    guard isGood else {
      throw WaveformSettingError(key: key, found: "\(found)", expected: expected)
    }
  }
}

/// A setting of a change of sounds that is out of its range.
struct WaveformSettingError: MienError, Equatable {
  let key: String
  let found: String
  let expected: String

  var kind: FailureKind { .usage }
  var description: String {
    "setting \(key) of the changed copies is \(found), expected \(expected); change it with "
      + "--change \(key)=VALUE"
  }
}
