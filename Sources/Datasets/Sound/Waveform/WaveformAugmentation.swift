internal import AudioFeatures
internal import TensorCore

/// Random changes that make several sounds of one, before their features are made: an object with a key a
/// kind of change, which `mien prepare --copies` takes. All kinds are off unless they are set.
///
/// What becomes of a sound depends on the seed, the number of the copy and the sound's row alone.
public struct WaveformAugmentation: Codable, Hashable, Sendable {
  /// One of each kind, in the order in which they are applied.
  private(set) var parts: [any WaveformPart]

  /// The kinds there are, in that order; a new one is added here.
  static let kinds: [any WaveformPart.Type] = [
    Stretch.self, Pitch.self, Shift.self, Gain.self, Noise.self,
  ]

  /// All kinds are off.
  public init() { parts = Self.kinds.map { $0.init() } }

  /// What `mien prepare --copies` does where nothing else is asked for: a little of everything.
  public static var usual: WaveformAugmentation {
    var usual = WaveformAugmentation()
    usual[Stretch.self].factors = Interval(0.9, 1.1)
    usual[Pitch.self].semitones = 1
    usual[Shift.self].share = 0.1
    usual[Gain.self].decibels = 6
    usual[Noise.self] = Noise(probability: 0.5, ratio: Interval(15, 35))
    return usual
  }

  /// Reads the kinds that are named; the others are off. A key that does not exist is refused.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    let known = Self.kinds.map { $0.key.description }
    if let stranger = values.allKeys.first(where: { !known.contains($0.stringValue) }) {
      throw DecodingError.dataCorruptedError(
        forKey: stranger, in: values,
        debugDescription: "one of the changes \(known.joined(separator: ", "))"
      )
    }
    func decoded<P: WaveformPart>(_ type: P.Type) throws -> any WaveformPart {
      try values.decodeIfPresent(P.self, forKey: Key(stringValue: P.key.description)) ?? P()
    }
    parts = try Self.kinds.map { try decoded($0) }
  }

  /// Writes all kinds.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    for part in parts {
      try values.encode(part, forKey: Key(stringValue: type(of: part).key.description))
    }
  }

  /// Whether all kinds are alike.
  public static func == (a: WaveformAugmentation, b: WaveformAugmentation) -> Bool {
    a.hashables == b.hashables
  }

  /// Hashes all kinds.
  public func hash(into hasher: inout Hasher) { hasher.combine(hashables) }

  private var hashables: [AnyHashable] { parts.map { AnyHashable($0) } }

  /// Throws for the first setting that is out of its range.
  public func validate() throws { for part in parts { try part.validate() } }

  /// Whether nothing is ever changed.
  public var isOff: Bool { parts.allSatisfy(\.isOff) }

  /// What is done to the sounds, for people.
  public var words: String {
    isOff ? "none" : parts.filter { !$0.isOff }.map(\.words).joined(separator: ", ")
  }

  /// The part of a kind.
  subscript<P: WaveformPart>(_ kind: P.Type) -> P {
    get {
      for case let part as P in parts { return part }
      preconditionFailure("\(kind) is not among the kinds")
    }
    set {
      for (index, part) in parts.enumerated() where part is P { parts[index] = newValue }
    }
  }

  /// A changed sound, for the random stream of one copy of one row. Throws `AudioError`.
  func change(_ clip: AudioClip, _ random: RandomStream) throws -> AudioClip {
    try parts.filter { !$0.isOff }.reduce(clip) { clip, part in
      var stream = random.substream(type(of: part).key)
      return try part.change(clip, &stream)
    }
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}
