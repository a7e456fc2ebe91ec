/// Twelve sentences of 91 actors in six emotions: `1001_DFA_ANG_XX.wav` is actor, sentence, emotion and level
/// (Cao et al., "CREMA-D: crowd-sourced emotional multimodal actors dataset", IEEE Transactions on
/// Affective Computing 5(4), 2014, DOI 10.1109/TAFFC.2014.2336244).
public struct CREMAD: SoundCorpus {
  /// `crema-d`.
  public let name = "crema-d"
  /// For people.
  public let title = "CREMA-D"
  /// Emotions.
  public let labels = SoundLabels.emotions
  /// For messages.
  public let example = "1001_DFA_ANG_XX.wav"

  static let emotions: [String: Emotion] = [
    "NEU": .neutral, "HAP": .happy, "SAD": .sad, "ANG": .angry, "FEA": .fearful, "DIS": .disgust,
  ]
  /// A single `X` stands in the name of one file of the published set.
  private static let levels = [
    "LO": "low", "MD": "medium", "HI": "high", "XX": "unspecified", "X": "unspecified",
  ]
  static let sentences = [
    "IEO": "It's eleven o'clock", "TIE": "That is exactly what happened",
    "IOM": "I'm on my way to the meeting", "IWW": "I wonder what this is about",
    "TAI": "The airplane is almost full", "MTI": "Maybe tomorrow it will be cold",
    "IWL": "I would like a new alarm clock", "ITH": "I think I have a doctor's appointment",
    "DFA": "Don't forget a jacket", "ITS": "I think I've seen this before",
    "TSI": "The surface is slick", "WSI": "We'll stop in a couple of minutes",
  ]

  /// The corpus.
  public init() {}

  /// What actor, sentence, emotion and level say.
  public func label(of path: ClipPath) throws(UnknownName) -> ClipLabel {
    let fields = path.name.uppercased().split(separator: "_", omittingEmptySubsequences: false)
      .map(String.init)
    guard fields.count == 4, fields[0].count == 4, fields[0].isDigits else {
      throw UnknownName(
        "no name of CREMA-D, expected actor, sentence, emotion and level as in \(example)")
    }
    guard let sentence = Self.sentences[fields[1]] else {
      throw .code("sentence", fields[1], Self.sentences.keys.sorted().joined(separator: ", "))
    }
    guard let emotion = Self.emotions[fields[2]] else {
      throw .code("emotion", fields[2], Self.emotions.keys.sorted().joined(separator: ", "))
    }
    guard let level = Self.levels[fields[3]] else {
      throw .code("level", fields[3], "LO, MD, HI or XX")
    }
    return ClipLabel(emotion, speaker: fields[0], ["statement": sentence, "intensity": level])
  }
}
