import Datasets
import Foundation
import Mien
import TensorCore

/// Where the class of a sound file is written.
enum FeatureClasses: ArgumentValue {
  /// The name of the folder that it lies in.
  case folder
  /// Its name, as a corpus writes it.
  case corpus(any SoundCorpus)
  /// A field of its name, from 1: fields are parted by `-`, `_` and `.`.
  case field(Int)
  /// Nowhere.
  case none

  static var expectation: String {
    "\(choices.joined(separator: ", ")) or field:N (of the file's name)"
  }
  static let choices = ["folder"] + CorpusRegistry.corpora.map(\.name) + ["none"]

  static func parse(_ word: String) -> FeatureClasses? {
    switch word {
    case "folder": return .folder
    case "none": return FeatureClasses.none
    default:
      if let corpus = CorpusRegistry.corpus(named: word) { return .corpus(corpus) }
      guard let match = word.wholeMatch(of: /field:(\d+)/), let field = Int(match.1), field >= 1
      else { return nil }
      return .field(field)
    }
  }

  var word: String {
    switch self {
    case .folder: "folder"
    case .corpus(let corpus): corpus.name
    case .field(let number): "field:\(number)"
    case .none: "none"
    }
  }

  /// The class of a file, as `name` has it. Throws `MissingField` where its name has no such field.
  func label(of file: FoundFile) throws -> String? {
    let label = name(of: file)
    if case .field(let number) = self, label?.isEmpty != false {
      throw MissingField(path: file.path, number: number)
    }
    return label
  }

  /// The class of a file; empty where its name does not say, nil where classes are not wanted.
  func name(of file: FoundFile) -> String? {
    let path = file.url.standardizedFileURL
    switch self {
    case .folder: return path.deletingLastPathComponent().lastPathComponent
    case .corpus(let corpus):
      // With the folder it lies in, which some corpora name their speakers by.
      let place = path.pathComponents.suffix(2).joined(separator: "/")
      return (try? corpus.label(of: ClipPath(place)))?.className ?? ""
    case .field(let number):
      let fields = path.deletingPathExtension().lastPathComponent.split { "-_.".contains($0) }
      return number <= fields.count ? String(fields[number - 1]) : ""
    case .none: return nil
    }
  }
}

/// A file whose name has fewer fields than the one that is to be its class.
private struct MissingField: MienError {
  let path: String
  let number: Int

  let kind = FailureKind.usage
  var description: String {
    "\(path): its name has no field \(number) between -, _ and .; give --class another field, or folder"
  }
}
