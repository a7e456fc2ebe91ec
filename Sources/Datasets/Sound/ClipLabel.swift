internal import AudioFeatures

/// What the place and the name of a sound file say about it.
public struct ClipLabel: Equatable, Sendable {
  /// The name of its class: an emotion, or a genre.
  public var className: String
  /// Who is heard: a speaker or an artist, as the corpus calls them; nil where the name does not say.
  public var group: String?
  /// What else the name says: `intensity`, `statement`, `sex`, `title` …
  public var attributes: [String: String]

  /// A class, who is heard, and more.
  public init(_ className: String, group: String?, _ attributes: [String: String] = [:]) {
    (self.className, self.group, self.attributes) = (className, group, attributes)
  }

  /// An emotion of a speaker.
  init(_ emotion: Emotion, speaker: String, _ attributes: [String: String] = [:]) {
    self.init(emotion.rawValue, group: speaker, attributes)
  }
}

/// Why a name is none of a corpus.
public struct UnknownName: Error, Equatable {
  /// What was found and what was expected.
  public let reason: String

  /// Whether the name has the corpus's form and only a code in it is unknown.
  public let hasItsForm: Bool

  init(_ reason: String, hasItsForm: Bool = false) {
    (self.reason, self.hasItsForm) = (reason, hasItsForm)
  }

  /// A name in the corpus's form with a code that it does not know.
  static func code(_ what: String, _ found: some StringProtocol, _ expected: String) -> UnknownName
  {
    UnknownName("\(what) \(found), expected \(expected)", hasItsForm: true)
  }
}

/// A sound file's path below the folder that was named.
public struct ClipPath: Hashable, Sendable {
  /// The whole of it, with slashes.
  public let text: String

  /// A path with slashes.
  public init(_ text: String) { self.text = text }

  /// The folders on the way.
  public var folders: [String] { Array(parts.dropLast()) }

  /// The name without its endings; music often has two of them, as `song.mp3.flac`.
  public var name: String {
    var name = parts.last ?? ""
    while let dot = name.lastIndex(of: "."), dot > name.startIndex,
      AudioFile.extensions.contains(name[name.index(after: dot)...].lowercased())
    {
      name = String(name[..<dot])
    }
    return name
  }

  private var parts: [String] { text.split(separator: "/").map(String.init) }
}
