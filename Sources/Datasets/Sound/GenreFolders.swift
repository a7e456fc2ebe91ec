internal import Foundation

/// GTZAN: a hundred pieces of 30 seconds of each of ten genres, `blues/blues.00042.wav` (Tzanetakis and Cook,
/// "Musical genre classification of audio signals", IEEE Transactions on Speech and Audio Processing
/// 10(5), 2002, DOI 10.1109/TSA.2002.800560). The names do not say whose they are, although several
/// pieces are of one artist (Sturm, "The GTZAN dataset", 2013, arXiv 1306.1461): give a
/// metadata file with a column `artist`.
public struct GTZAN: SoundCorpus {
  /// `gtzan`.
  public let name = "gtzan"
  /// For people.
  public let title = "GTZAN"
  /// Genres.
  public let labels = SoundLabels.genres
  /// For messages.
  public let example = "blues/blues.00042.wav"

  /// The corpus.
  public init() {}

  /// The genre before the dot. It must be that of the folder, where there is one.
  public func label(of path: ClipPath) throws(UnknownName) -> ClipLabel {
    let fields = path.name.split(separator: ".").map(String.init)
    guard fields.count == 2, fields[1].count == 5, fields[1].isDigits,
      path.folders.last.map({ $0 == fields[0] }) ?? true
    else {
      throw UnknownName("no name of GTZAN, expected genre and number as in \(example)")
    }
    return ClipLabel(fields[0], group: nil, ["title": path.name])
  }
}

/// Any music that lies in a folder by genre, `jazz/Some_Artist-Some_Title.mp3`: the artist is what stands
/// before the first hyphen of the name.
public struct GenreFolders: SoundCorpus {
  /// `genres`.
  public let name = "genres"
  /// For people.
  public let title = "a folder of genres"
  /// Genres.
  public let labels = SoundLabels.genres
  /// For messages.
  public let example = "jazz/Some_Artist-Some_Title.mp3"

  /// The corpus.
  public init() {}

  /// The last folder's name, and the artist before the hyphen.
  public func label(of path: ClipPath) throws(UnknownName) -> ClipLabel {
    guard let genre = path.folders.last else {
      throw UnknownName("it lies in no folder of a genre, expected a path as \(example)")
    }
    let name = path.name
    guard let hyphen = name.firstIndex(of: "-") else {
      return ClipLabel(genre, group: nil, ["title": Self.words(name)])
    }
    let artist = Self.words(name[..<hyphen])
    let title = Self.words(name[name.index(after: hyphen)...])
    return ClipLabel(genre, group: artist.isEmpty ? nil : artist, ["title": title])
  }

  /// With blanks for underscores, one for several, and none at the ends.
  private static func words(_ name: some StringProtocol) -> String {
    name.split { $0 == "_" || $0.isWhitespace }.joined(separator: " ")
  }
}
