/// A corpus of sounds whose files say by their names what is heard.
public protocol SoundCorpus: Sendable {
  /// The word that `--corpus` takes and that stands before the slash in the names of its groups.
  var name: String { get }
  /// What it is called, for people.
  var title: String { get }
  /// What its classes are.
  var labels: SoundLabels { get }
  /// How its files are named, for messages: `OAF_back_angry.wav`.
  var example: String { get }
  /// What a path says.
  func label(of path: ClipPath) throws(UnknownName) -> ClipLabel
}

/// What a corpus has labels of; only corpora of one kind can be mixed.
public enum SoundLabels: String, Sendable {
  case emotions, genres

  /// What the rows of a group have in common.
  public var groupKind: String {
    switch self {
    case .emotions: "speaker"
    case .genres: "artist"
    }
  }
}

/// The corpora there are; a new one is added here. Where none is named, the first that knows the most
/// names of a folder is taken, so that folders of genres, which take any name, come last.
public enum CorpusRegistry {
  /// All of them.
  public static let corpora: [any SoundCorpus] = [
    RAVDESS(), TESS(), SAVEE(), CREMAD(), GTZAN(), GenreFolders(),
  ]

  /// The corpus of a name, in any case.
  public static func corpus(named name: String) -> (any SoundCorpus)? {
    corpora.first { $0.name == name.lowercased() }
  }

  /// The corpus that knows most of these paths; nil where none knows any.
  static func corpus(of paths: [ClipPath]) -> (any SoundCorpus)? {
    var best: (corpus: any SoundCorpus, known: Int)?
    for corpus in corpora {
      let known = paths.count { (try? corpus.label(of: $0)) != nil }
      // Folders of genres know any name: they are taken where nothing else knows half as many.
      if known > 0, best.map({ known > 2 * $0.known }) ?? true { best = (corpus, known) }
    }
    return best?.corpus
  }
}

extension StringProtocol {
  /// Whether it is digits alone.
  var isDigits: Bool { !isEmpty && allSatisfy { ("0"..."9").contains($0) } }
}
