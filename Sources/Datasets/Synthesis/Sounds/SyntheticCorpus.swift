internal import AudioFeatures
public import Foundation
internal import Kernels
internal import TensorCore

/// A small corpus of made-up sounds whose files are named as those of a real one. Sound `i` of a seed is the
/// same however many are made.
public struct SyntheticCorpus: Sendable {
  /// The corpora whose names are known here.
  public static let names = CorpusRegistry.corpora.map(\.name)

  /// What is made.
  public let corpus: any SoundCorpus
  /// How many speakers or artists there are; TESS and SAVEE have as many as they have.
  public let groupCount: Int
  /// How long music is, in seconds; speech is as long as its emotion makes it.
  public var seconds = 4.0

  private let speech: SyntheticSpeech
  private let music: SyntheticMusic

  /// A corpus of a seed.
  ///
  /// - Parameters:
  ///   - corpus: whose names the sounds have.
  ///   - seed: decides all of them.
  ///   - groups: how many speakers or artists; nil is 8, or as many as the corpus has.
  public init(_ corpus: any SoundCorpus, seed: UInt64, groups: Int? = nil) {
    self.corpus = corpus
    groupCount = min(groups ?? 8, Self.mostGroups(corpus))
    (speech, music) = (SyntheticSpeech(seed: seed), SyntheticMusic(seed: seed))
  }

  private static func mostGroups(_ corpus: any SoundCorpus) -> Int {
    switch corpus {
    case is TESS: 2
    case is SAVEE: 4
    case is RAVDESS: 24
    case is CREMAD: 91
    default: .max
    }
  }

  /// The classes that it has, in the order in which they are made.
  public var classes: [String] {
    switch corpus {
    case is RAVDESS: RAVDESS.emotions.sorted { $0.key < $1.key }.map(\.value.rawValue)
    case is TESS: Self.occurring(TESS.emotions)
    case is SAVEE: Self.occurring(SAVEE.emotions)
    case is CREMAD: Self.occurring(CREMAD.emotions)
    default: SyntheticMusic.genres
    }
  }

  private static func occurring(_ emotions: [String: Emotion]) -> [String] {
    Emotion.allCases.filter { emotions.values.contains($0) }.map(\.rawValue)
  }

  /// A sound with its path: all classes in turn, then all speakers or artists in turn.
  func sound(_ index: Int) -> (path: String, make: () -> AudioClip) {
    let classes = classes
    let (rest, place) = index.quotientAndRemainder(dividingBy: classes.count)
    let (number, group) = rest.quotientAndRemainder(dividingBy: groupCount)
    let name = classes[place]
    let path = path(of: name, group: group, number: number, index: index)
    let (speech, music, seconds) = (speech, music, seconds)
    guard let emotion = Emotion(rawValue: name) else {
      let artist = Self.artist(group)
      return (
        path, { music.piece(name, artist: artist, number: number, seconds: seconds) }
      )
    }
    let isFemale = isFemale(group)
    return (
      path,
      {
        speech.utterance(
          emotion, speaker: "\(corpus.name) \(group)", isFemale: isFemale, number: number)
      }
    )
  }

  /// How many speakers or artists the first sounds have: all classes have their turn before the next one.
  public func groups(in count: Int) -> Int {
    min(groupCount, (count + classes.count - 1) / classes.count)
  }

  private func isFemale(_ group: Int) -> Bool {
    switch corpus {
    case is TESS: true
    case is SAVEE: false
    default: !group.isMultiple(of: 2)
    }
  }

  /// How the corpus would name it.
  private func path(of name: String, group: Int, number: Int, index: Int) -> String {
    func code(_ codes: [String: Emotion]) -> String {
      codes.filter { $0.value.rawValue == name }.keys.sorted()[0]
    }
    switch corpus {
    case is RAVDESS:
      // Statement, then intensity (there is no strong neutral), then repetition.
      let intensities = name == Emotion.neutral.rawValue ? 1 : 2
      let intensity = number / 2 % intensities + 1
      let repetition = number / 2 / intensities + 1
      let actor = String(format: "%02d", group + 1)
      return "Actor_\(actor)/03-01-\(code(RAVDESS.emotions))-"
        + String(format: "%02d-%02d-%02d-", intensity, number % 2 + 1, repetition) + actor + ".wav"
    case is TESS:
      let speaker = ["OAF", "YAF"][group]
      let word = Self.words[number % Self.words.count]
      let again = number < Self.words.count ? "" : "\(number / Self.words.count + 1)"
      return "\(speaker)_\(name)/\(speaker)_\(word)\(again)_\(code(TESS.emotions)).wav"
    case is SAVEE:
      return ["DC", "JE", "JK", "KL"][group]
        + String(format: "_%@%02d.wav", code(SAVEE.emotions), number + 1)
    case is CREMAD:
      let sentences = CREMAD.sentences.keys.sorted()
      let level = ["XX", "LO", "MD", "HI"][number / sentences.count % 4]
      return "\(1001 + group)_\(sentences[number % sentences.count])_\(code(CREMAD.emotions))_"
        + level + ".wav"
    case is GTZAN:
      return String(format: "%@/%@.%05d.wav", name, name, index / classes.count)
    default:
      return "\(name)/" + Self.artist(group).split(separator: " ").joined(separator: "_")
        + String(format: "-Piece_%02d.wav", number + 1)
    }
  }

  /// How many sounds can be made before the corpus has no name left for another.
  public var mostSounds: Int {
    switch corpus {
    case is RAVDESS: classes.count * groupCount * 198
    case is SAVEE: classes.count * groupCount * 99
    case is CREMAD: classes.count * groupCount * 48
    case is GTZAN: classes.count * 100_000
    default: .max
    }
  }

  private static let words = [
    "back", "bean", "chalk", "dog", "fall", "gas", "home", "jar", "kite", "lid", "mill", "nice",
    "page", "rain", "sheep", "time", "vine", "wire", "young", "base",
  ]

  private static func artist(_ group: Int) -> String {
    let (first, second) = (
      ["Green", "Slow", "Northern", "Paper", "Silver", "Hollow", "Golden", "Winter"],
      ["Harbour", "Rivers", "Engine", "Lanterns", "Parade"]
    )
    let name = "The \(first[group % first.count]) \(second[group / first.count % second.count])"
    let again = group / (first.count * second.count)
    return again == 0 ? name : "\(name) \(again + 1)"
  }

  /// Writes sounds as WAV files of 16 bit into a folder, several at a time; gives how many there are of each
  /// class. Throws `FileError`, and what `progress` throws, which is told how many were just written.
  public func write(
    _ count: Int, to folder: URL, progress: (Int) throws -> Void = { _ in }
  ) throws -> [String: Int] {
    let classes = classes
    let block = 64
    for start in stride(from: 0, to: count, by: block) {
      let range = start..<min(count, start + block)
      let (_, failure) = parallelMap(range.count) { place in
        let (path, make) = sound(range.lowerBound + place)
        try AudioFile.write(make(), to: folder.appendingPathComponent(path))
      }
      if let failure { throw failure }
      try progress(range.count)
    }
    return (0..<count).reduce(into: [:]) { $0[classes[$1 % classes.count], default: 0] += 1 }
  }
}
