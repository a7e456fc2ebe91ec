internal import TensorCore

/// Random changes that make one training image into many: the object `augmentation` of a
/// configuration, a key a kind of change. All kinds are off unless they are set.
///
/// What becomes of an example depends on the run's seed, the epoch and the example's index alone.
public struct Augmentation: Codable, Hashable, Sendable {
  /// One of each kind, in the registry's order.
  private(set) var parts: [any AugmentationPart]
  /// The kinds that somebody named, by their keys: they are meant even where they are what is usual. No setting of
  /// its own: what is equal may have been come by in different ways.
  private var named: Set<String> = []

  /// Mirrors with probability `flip` and shifts by up to `shift` pixels.
  public init(flip: Float = 0, shift: Int = 0) {
    parts = AugmentationRegistry.parts.map { $0.init() }
    self.flip.probability = flip
    self.shift.pixels = shift
  }

  /// Reads the kinds that are named; the others are off.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    func decoded<P: AugmentationPart>(_ type: P.Type) throws -> any AugmentationPart {
      try values.decodeIfPresent(P.self, forKey: Key(stringValue: P.name)) ?? P()
    }
    parts = try AugmentationRegistry.parts.map { try decoded($0) }
  }

  /// Writes all kinds, so that every setting of a run can be read.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    for part in parts { try values.encode(part, forKey: Key(stringValue: type(of: part).name)) }
  }

  /// Whether all kinds are alike.
  public static func == (a: Augmentation, b: Augmentation) -> Bool { a.hashables == b.hashables }

  /// Hashes all kinds.
  public func hash(into hasher: inout Hasher) { hasher.combine(hashables) }

  private var hashables: [AnyHashable] { parts.map { AnyHashable($0) } }

  /// Throws `SettingError` for the first setting that is out of its range.
  public func validate() throws {
    for part in parts { try part.validate() }
    let left = 1 - mixup.probability
    try SettingError.expect(
      cutMix.probability <= left, key: "augmentation.cutmix.probability",
      found: cutMix.probability,
      expected: "at most \(left), which augmentation.mixup.probability leaves")
  }

  /// Notes that these keys were named, so that `suited` takes none of them for what is usual.
  public mutating func note(named keys: some Sequence<String>) { named.formUnion(keys) }

  /// This augmentation for examples of a kind: parts for others are off where they are as in `defaults` and nobody
  /// named them. Throws `SettingError` for one that was asked for.
  public func suited(to kind: String, defaults: Augmentation) throws -> Augmentation {
    var suited = self
    for (index, (part, usual)) in zip(parts, defaults.parts).enumerated()
    where !part.isOff && !type(of: part).kinds.contains(kind) {
      let isUsual = !named.contains(type(of: part).name) && AnyHashable(part) == AnyHashable(usual)
      try part.expect(
        isUsual, part.words,
        "nothing, for it is for examples of kind \(type(of: part).kinds.sorted().joined(separator: ", ")) "
          + "and these are of kind \(kind), for which there are \(Self.names(for: kind)); leave it out or set it to what "
          + "changes nothing")
      suited.parts[index] = type(of: part).init()
    }
    return suited
  }

  /// The kinds of change that are for examples of a kind.
  private static func names(for kind: String) -> String {
    AugmentationRegistry.parts.filter { $0.kinds.contains(kind) }.map { $0.name }
      .joined(separator: ", ")
  }

  /// What is done to the examples, for people.
  public var words: String {
    let active = parts.filter { !$0.isOff }.map(\.words)
    return active.isEmpty ? "none" : active.joined(separator: ", ")
  }

  /// The part of a kind.
  subscript<P: AugmentationPart>(_ kind: P.Type) -> P {
    get {
      for case let part as P in parts { return part }
      preconditionFailure("\(kind) is not in AugmentationRegistry")
    }
    set {
      for (index, part) in parts.enumerated() where part is P { parts[index] = newValue }
    }
  }

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}

/// Two numbers, the smaller first, written [low, high].
public struct Interval: Codable, Hashable, Sendable {
  /// The lower end.
  public var low: Float
  /// The upper end.
  public var high: Float

  /// From `low` to `high`.
  public init(_ low: Float, _ high: Float) { (self.low, self.high) = (low, high) }

  /// Reads [low, high].
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let ends = try container.decode([Float].self)
    guard ends.count == 2 else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "expected two numbers, as [0.9, 1.1]")
    }
    self.init(ends[0], ends[1])
  }

  /// Writes [low, high].
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode([low, high])
  }

  /// Whether both ends lie in `bounds`, in their order.
  func isWithin(_ bounds: ClosedRange<Float>) -> Bool {
    low <= high && bounds.contains(low) && bounds.contains(high)
  }
}
