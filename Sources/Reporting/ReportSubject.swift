/// What the examples of a report are, which decides what is said of them.
public enum ReportSubject: Sendable, CaseIterable {
  /// Pictures of faces.
  case faces
  /// Recordings of speech, as spectrograms, series or rows of features.
  case speech
  /// Recordings of music, likewise.
  case music
  /// Recordings of which no more is known.
  case sounds
  /// Rows of a table of which no more is known.
  case rows

  /// One of them.
  public var one: String {
    switch self {
    case .faces: "face"
    case .speech, .sounds: "recording"
    case .music: "clip"
    case .rows: "row"
    }
  }

  /// Several of them.
  public var many: String { one + "s" }

  /// What a network's speed is counted in.
  public var speedUnit: String { self == .faces ? "images/s" : "examples/s" }
}

// What must be said of them to read a figure rightly.
extension ReportSubject {
  /// What a label is, and is not.
  var label: String {
    let advice = "Do not decide about people with these answers."
    return switch self {
    case .faces:
      "A label is what somebody read in a picture, not what the person felt. \(advice)"
    case .speech:
      "A label is what a speaker was asked to express or what somebody heard in the voice, not what the "
        + "person felt. \(advice)"
    case .music:
      "A label is what somebody called a piece of music. Genres run into each other, and others draw "
        + "the lines between them elsewhere."
    case .sounds, .rows:
      "A label is what somebody said of a \(one). Where that is about a person, it is not what the person "
        + "felt. \(advice)"
    }
  }

  /// What examples are changed into while a network learns.
  var changed: String {
    self == .faces
      ? "pictures changed at random" : "\(many) changed at random where the run has augmentation"
  }

  /// What an interval from drawn rows leaves open.
  var beyondInterval: String {
    switch self {
    case .faces: "nothing of another training or other kinds of faces"
    case .speech:
      "nothing of another training or other speakers: how far these differ, the results by speaker "
        + "show"
    case .music:
      "nothing of another training or other artists: how far these differ, the results by artist "
        + "show"
    case .sounds, .rows: "nothing of another training or other kinds of \(many)"
    }
  }

  /// Why labels may be disputed.
  var disputes: String {
    switch self {
    case .faces: "Look for labels that you would dispute, too: data sets of faces have many."
    case .speech:
      "Listen for labels that you would dispute, too: not every emotion that was acted is heard as such."
    case .music: "Listen for labels that you would dispute, too: many pieces are of two genres."
    case .sounds, .rows: "Look for labels that you would dispute, too."
    }
  }

  /// What no network that reads such labels may be used for.
  var misuses: [String] {
    let deciding =
      "Deciding about people: hiring, grading, lending, insurance, policing, border control, "
      + "health, or anything else in which somebody gains or loses by an answer. In the European "
      + "Union inferring emotions at work and in education is prohibited, but for medical and safety "
      + "reasons (Regulation (EU) 2024/1689, article 5)."
    func saying(_ label: String) -> String {
      "Saying what somebody feels, means or intends. A label is \(label); "
        + "expressions do not map to feelings reliably, across people, cultures or situations "
        + "(Barrett et al. 2019, DOI 10.1177/1529100619832930)."
    }
    let apart = "telling people apart by age, sex, origin, disability or health."
    let unlike = "unlike those it learnt from without measuring it on them first:"
    switch self {
    case .faces:
      return [
        deciding, saying("what an annotator read in a picture"),
        "Watching people who have not agreed to it, or \(apart)",
        "Pictures \(unlike) other cameras, poses, ages and origins. How its errors are spread over such "
          + "groups is not known, for the data do not say who is in a picture.",
      ]
    case .speech:
      return [
        deciding,
        saying("what a speaker was asked to express or what somebody heard in a voice"),
        "Listening to people who have not agreed to it, or \(apart)",
        "Recordings \(unlike) other languages, microphones, rooms and ages, and everyday speech where it "
          + "learnt from actors.",
      ]
    case .music:
      return [
        "Deciding about musicians or their works: pay, rights, what is played or taken away, or anything "
          + "else in which somebody gains or loses by an answer.",
        "Saying what a piece is: genres are habits of speaking, and a piece may be of several.",
        "Clips \(unlike) other times, countries and ways of recording, and genres that it has not learnt, "
          + "each of which it takes for one that it has.",
      ]
    case .sounds, .rows:
      return [
        deciding,
        "\(one.prefix(1).uppercased() + one.dropFirst())s \(unlike) other sources, other ways of measuring, "
          + "and classes that it has not learnt, each of which it takes for one that it has.",
      ]
    }
  }
}
