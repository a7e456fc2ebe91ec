import Foundation
import Mien

/// Where the class of a sound file is written.
enum FeatureClasses: ArgumentValue {
  /// The name of the folder that it lies in.
  case folder
  /// A field of its name, from 1: fields are parted by `-`, `_` and `.`.
  case field(Int)
  /// Nowhere.
  case none

  static var expectation: String { "folder, field:N (of the file's name) or none" }
  static let choices = ["folder", "none"]

  static func parse(_ word: String) -> FeatureClasses? {
    switch word {
    case "folder": return .folder
    case "none": return FeatureClasses.none
    default:
      guard let match = word.wholeMatch(of: /field:(\d+)/), let field = Int(match.1), field >= 1
      else { return nil }
      return .field(field)
    }
  }

  var word: String {
    switch self {
    case .folder: "folder"
    case .field(let number): "field:\(number)"
    case .none: "none"
    }
  }

  /// The class of a file; empty where its name has too few fields, nil where classes are not wanted.
  func name(of file: FoundFile) -> String? {
    switch self {
    case .folder: return file.url.deletingLastPathComponent().standardizedFileURL.lastPathComponent
    case .field(let number):
      let fields = file.url.deletingPathExtension().lastPathComponent.split {
        "-_.".contains($0)
      }
      return number <= fields.count ? String(fields[number - 1]) : ""
    case .none: return nil
    }
  }
}
