/// Speech and song of 24 actors in eight emotions: `03-01-05-02-01-01-12.wav` is modality, vocal channel,
/// emotion, intensity, statement, repetition and actor (Livingstone and Russo, "The Ryerson
/// Audio-Visual Database of Emotional Speech and Song", PLoS ONE 13(5), 2018,
/// DOI 10.1371/journal.pone.0196391). Actors of odd numbers are men.
public struct RAVDESS: SoundCorpus {
  /// `ravdess`.
  public let name = "ravdess"
  /// For people.
  public let title = "RAVDESS"
  /// Emotions.
  public let labels = SoundLabels.emotions
  /// For messages.
  public let example = "03-01-05-02-01-01-12.wav"

  static let emotions: [String: Emotion] = [
    "01": .neutral, "02": .calm, "03": .happy, "04": .sad, "05": .angry, "06": .fearful,
    "07": .disgust, "08": .surprised,
  ]
  private static let channels = ["01": "speech", "02": "song"]
  private static let intensities = ["01": "normal", "02": "strong"]
  static let statements = [
    "01": "Kids are talking by the door", "02": "Dogs are sitting by the door",
  ]

  /// The corpus.
  public init() {}

  /// What seven numbers say.
  public func label(of path: ClipPath) throws(UnknownName) -> ClipLabel {
    let fields = path.name.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
    guard fields.count == 7, fields.allSatisfy({ $0.count == 2 && $0.isDigits }) else {
      throw UnknownName("no name of RAVDESS, expected seven numbers as in \(example)")
    }
    func meaning<T>(
      _ what: String, _ index: Int, of codes: [String: T]
    ) throws(UnknownName) -> T {
      guard let value = codes[fields[index]] else {
        let words = codes.keys.sorted()
        throw .code(what, fields[index], "\(words[0]) to \(words[words.count - 1])")
      }
      return value
    }
    _ = try meaning("modality", 0, of: ["01": 0, "02": 0, "03": 0])
    let channel = try meaning("vocal channel", 1, of: Self.channels)
    let emotion = try meaning("emotion", 2, of: Self.emotions)
    let intensity = try meaning("intensity", 3, of: Self.intensities)
    let statement = try meaning("statement", 4, of: Self.statements)
    guard let actor = Int(fields[6]), actor > 0 else {
      throw .code("actor", fields[6], "01 or more")
    }
    return ClipLabel(
      emotion, speaker: fields[6],
      [
        "channel": channel, "intensity": intensity, "statement": statement,
        "repetition": String(Int(fields[5]) ?? 0),
        "sex": actor.isMultiple(of: 2) ? "female" : "male",
      ])
  }
}
