/// Sentences of four men in seven emotions: `DC_a01.wav`, or `a01.wav` in a folder `DC`, is speaker, emotion
/// and sentence (Haq and Jackson, "Speaker-dependent audio-visual emotion recognition", AVSP 2009).
public struct SAVEE: SoundCorpus {
  /// `savee`.
  public let name = "savee"
  /// For people.
  public let title = "SAVEE"
  /// Emotions.
  public let labels = SoundLabels.emotions
  /// For messages.
  public let example = "DC_a01.wav"

  static let emotions: [String: Emotion] = [
    "n": .neutral, "h": .happy, "sa": .sad, "a": .angry, "f": .fearful, "d": .disgust,
    "su": .surprised,
  ]
  private static let speakers: Set<String> = ["DC", "JE", "JK", "KL"]

  /// The corpus.
  public init() {}

  /// What speaker, letters and number say.
  public func label(of path: ClipPath) throws(UnknownName) -> ClipLabel {
    let fields = path.name.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
    // Where the name does not begin with the speaker, a folder on the way does.
    let speaker =
      fields.count == 2
      ? fields[0] : path.folders.last { Self.speakers.contains($0.uppercased()) } ?? ""
    let code = fields[fields.count - 1].lowercased()
    let letters = code.prefix { $0.isLetter }
    guard fields.count <= 2, Self.speakers.contains(speaker.uppercased()), !letters.isEmpty,
      code.dropFirst(letters.count).isDigits
    else {
      throw UnknownName("no name of SAVEE, expected speaker, emotion and number as in \(example)")
    }
    guard let emotion = Self.emotions[String(letters)] else {
      throw .code("emotion", letters, Self.emotions.keys.sorted().joined(separator: ", "))
    }
    return ClipLabel(
      emotion, speaker: speaker.uppercased(), ["statement": code, "sex": "male"])
  }
}
