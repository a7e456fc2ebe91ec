import Explainers
import Mien
import TensorCore

/// A method of the registry by its name, or all of them.
struct MethodChoice: ArgumentValue, Equatable {
  let word: String

  static let all = MethodChoice(word: "all")
  static var choices: [String] { ExplainerRegistry.all.map { $0.name } + [all.word] }
  static var expectation: String { "one of \(choices.joined(separator: ", "))" }
  static func parse(_ word: String) -> Self? {
    choices.contains(word) ? Self(word: word) : nil
  }

  private init(word: String) { self.word = word }

  init(_ method: any Explainer.Type) { word = method.name }

  /// The methods with settings.
  func explainers(_ settings: ExplainerSettings) -> [any Explainer] {
    ExplainerRegistry.all.filter { self == .all || $0.name == word }.map { $0.init(settings) }
  }
}

/// How many pictures a network is asked about: a number, or as many as it takes.
enum SampleChoice: ArgumentValue {
  case fixed(Int)
  case automatic

  static var expectation: String { "a whole number of at least 2, or auto" }
  static var choices: [String] { [] }
  static func parse(_ word: String) -> SampleChoice? {
    word == "auto" ? .automatic : Int(word).flatMap { $0 >= 2 ? .fixed($0) : nil }
  }
  var word: String {
    switch self {
    case .fixed(let count): "\(count)"
    case .automatic: "auto"
    }
  }
}

/// `Baseline` by a word.
enum BaselineChoice: String, CaseIterable, ArgumentValue {
  case background, blurred, inpainted, silence
  case partMean = "part-mean"
  case pictureMean = "picture-mean"
  case trainingMean = "training-mean"

  /// What it is for inputs of that kind; nil where it means nothing to them.
  func baseline(for input: InputConfiguration) -> Baseline? {
    switch self {
    // What a band has most of the time.
    case .background: input.explainedKind == .spectrogram ? .rowMedian : nil
    case .blurred: .blurred(0.1)
    case .inpainted: .inpainted
    case .silence: input.silence
    case .partMean: .partMean
    case .pictureMean: .pictureMean
    case .trainingMean: input.trainingMean
    }
  }
}

/// Whether random masks come in pairs.
enum MaskChoice: String, CaseIterable, ArgumentValue {
  case antithetic, independent
}

extension SegmentationChoice: ArgumentValue {}
extension MaskDistance: ArgumentValue {}
