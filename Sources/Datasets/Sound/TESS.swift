/// 200 words in seven emotions, each spoken by two women: `OAF_back_angry.wav` is speaker, word and
/// emotion (Pichora-Fuller and Dupuis, "Toronto emotional speech set", 2020,
/// DOI 10.5683/SP2/E8H2MF).
public struct TESS: SoundCorpus {
  /// `tess`.
  public let name = "tess"
  /// For people.
  public let title = "TESS"
  /// Emotions.
  public let labels = SoundLabels.emotions
  /// For messages.
  public let example = "OAF_back_angry.wav"

  static let emotions: [String: Emotion] = [
    "neutral": .neutral, "happy": .happy, "sad": .sad, "angry": .angry, "fear": .fearful,
    "disgust": .disgust, "ps": .surprised,
  ]
  /// `OA` stands in the name of one file of the published set, where `OAF` is meant.
  private static let speakers = ["OAF": "OAF", "YAF": "YAF", "OA": "OAF"]

  /// The corpus.
  public init() {}

  /// What speaker, word and emotion say.
  public func label(of path: ClipPath) throws(UnknownName) -> ClipLabel {
    let fields = path.name.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
    guard fields.count == 3, let speaker = Self.speakers[fields[0].uppercased()], !fields[1].isEmpty
    else {
      throw UnknownName("no name of TESS, expected speaker, word and emotion as in \(example)")
    }
    guard let emotion = Self.emotions[fields[2].lowercased()] else {
      throw .code("emotion", fields[2], Self.emotions.keys.sorted().joined(separator: ", "))
    }
    return ClipLabel(
      emotion, speaker: speaker,
      ["statement": "Say the word \(fields[1].lowercased())", "sex": "female"])
  }
}
