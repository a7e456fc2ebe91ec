import Datasets
import Foundation
import TensorCore

/// The options of `mien prepare` that sounds and tables of features listen to.
enum SoundArguments {
  /// What a split keeps together.
  enum Split: String, CaseIterable, ArgumentValue {
    case groups, random, none
  }

  static let features = Option<String?>(
    "--features", "SET", "what sounds become (default: logmel, pictures for a network)",
    Constraint(
      "one of \(SoundOptions.featureSets.joined(separator: ", "))",
      choices: SoundOptions.featureSets
    ) { SoundOptions.featureSets.contains($0) })
  static let trim = Option<Double?>(
    "--trim", "DB", "cut silence at both ends, so many decibels below the loudest frame",
    .between(1, 200))
  static let corpus = Option<String?>(
    "--corpus", "NAME", "the corpus of the sounds (default: the one that knows their names)",
    Constraint(
      "one of \(SyntheticCorpus.names.joined(separator: ", "))", choices: SyntheticCorpus.names
    ) { SyntheticCorpus.names.contains($0) })
  static let metadata = Option<URL?>(
    "--metadata", "F.csv", "more about the sounds, joined by a column id: artist, language …")
  static let label = Option<String?>(
    "--label", "COLUMN", "the column of --metadata that is the class")
  static let split = Option<Split?>(
    "--split", "WHAT",
    "draw whole speakers or artists (default), single rows, or nothing: all rows are train")
  static let trainGroups = Option<GroupNames?>(
    "--train-groups", "LIST", "speakers or artists to learn from, as 1-16 or ravdess/3,tess")
  static let testGroups = Option<GroupNames?>(
    "--test-groups", "LIST", "speakers or artists to examine with; the others are learnt from")
  static let copies = Option<Int?>(
    "--copies", "N", "changed copies of each training sound", .between(0, 100))
  static let change = Option<[String]>(
    "--change", "KEY=VALUE",
    "how copies are changed, as pitch=2, noise.snr=[10,30] or stretch=[0.9,1.1]; the first one given "
      + "switches the usual changes off")

  /// Those that say how sounds become rows: a table has its rows already.
  static let ofSounds: [any ArgumentKey] = [features, trim, corpus, copies, change]
  /// Those that a table listens to as well.
  static let ofRows: [any ArgumentKey] = [metadata, label, split, trainGroups, testGroups]
  static let all = ofSounds + ofRows

  /// What was given. Throws `UsageError`, and `MienError` for a change out of its range.
  static func options(_ arguments: ParsedArguments) throws -> SoundOptions {
    func conflict(_ text: String) -> UsageError {
      UsageError(PrepareCommand.declaration.name, .conflict(text))
    }
    var options = SoundOptions()
    options.features = arguments[features] ?? options.features
    options.trim = arguments[trim]
    options.corpus = arguments[corpus].flatMap { CorpusRegistry.corpus(named: $0) }
    options.metadata = arguments[metadata]
    options.label = arguments[label]
    options.copies = arguments[copies] ?? 0
    options.seed = arguments[SharedOptions.seed] ?? options.seed
    options.skipsBadRows = arguments[PrepareCommand.skipBadRows]
    let (train, test) = (arguments[trainGroups], arguments[testGroups])
    if train != nil || test != nil {
      guard arguments[split] == nil else {
        throw conflict("--split draws, --train-groups and --test-groups name; give one of them")
      }
      options.split = .named(train: train, test: test)
    } else {
      switch arguments[split] ?? .groups {
      case .groups: options.split = .groups
      case .random: options.split = .random
      case .none: options.split = .none
      }
    }
    if options.label != nil, options.metadata == nil {
      throw conflict("--label names a column of --metadata; give that, too")
    }
    if !arguments[change].isEmpty {
      guard options.copies > 0 else {
        throw conflict("--change is for changed copies; say how many with --copies N")
      }
      options.waveform = try waveform(arguments[change])
    }
    return options
  }

  private static func waveform(_ settings: [String]) throws -> WaveformAugmentation {
    var json = JSONValue.object([:])
    for setting in settings {
      func bad(_ expected: String) -> UsageError {
        UsageError(
          PrepareCommand.declaration.name,
          .badValue(name: "--change", found: setting, expected: expected))
      }
      let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
      guard parts.count == 2, !parts[0].isEmpty,
        let value = try? JSONDecoder().decode(JSONValue.self, from: Data(parts[1].utf8))
      else { throw bad("KEY=VALUE, as pitch=2 or stretch=[0.9,1.1]") }
      json.set(parts[0].split(separator: ".").map(String.init), to: value)
      do {
        _ = try JSONDecoder().decode(
          WaveformAugmentation.self, from: JSONEncoder().encode(json))
      } catch let error as DecodingError {
        throw bad(words(error))
      }
    }
    let changes = try JSONDecoder().decode(
      WaveformAugmentation.self, from: JSONEncoder().encode(json))
    try changes.validate()
    return changes
  }

  private static func words(_ error: DecodingError) -> String {
    if case .dataCorrupted(let context) = error { return context.debugDescription }
    return "a number, or a list of two, as pitch=2 or stretch=[0.9,1.1]"
  }
}

extension GroupNames: ArgumentValue {
  static var expectation: String {
    "names, numbers or ranges with commas, as 1-16 or ravdess/3,tess"
  }
  static func parse(_ word: String) -> GroupNames? { GroupNames(word) }
  var word: String { text }
}
