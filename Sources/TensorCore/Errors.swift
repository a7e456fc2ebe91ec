internal import Foundation

/// What a failure means for the program that asked; the raw value is the process's exit code.
public enum FailureKind: Int32, CaseIterable, Sendable {
  /// The request itself is wrong: an unknown option, an impossible setting.
  case usage = 64
  /// What was read is not what it should be.
  case badData = 65
  /// A file or folder that was named is not there or cannot be read.
  case missingInput = 66
  /// A fault of our own.
  case internalFault = 70
  /// An output cannot be written.
  case cannotWrite = 73
  /// The user asked us to stop.
  case interrupted = 130

  /// What it means, in a few words.
  public var words: String {
    switch self {
    case .usage: "The command line or a setting is wrong"
    case .badData: "What was read is not what it should be"
    case .missingInput: "A file or folder is not there or cannot be read"
    case .internalFault: "A fault of our own"
    case .cannotWrite: "An output cannot be written"
    case .interrupted: "Interrupted"
    }
  }
}

/// An error for a person: `description` is one line that says where, what was found, what was
/// expected and what to do.
public protocol MienError: Error, Sendable, CustomStringConvertible {
  /// What the failure means for the program that asked.
  var kind: FailureKind { get }
}

/// Something went wrong with a file as a file, whatever it holds.
public enum FileError: MienError {
  /// Nothing is at the path; `expected` says what should be, `remedy` what to do.
  case missing(path: String, expected: String, remedy: String)
  /// It is there but cannot be read; `reason` is the system's.
  case unreadable(path: String, reason: String)
  /// It cannot be written; `reason` is the system's.
  case cannotWrite(path: String, reason: String)

  /// `missingInput` for what is read, `cannotWrite` for what is written.
  public var kind: FailureKind {
    switch self {
    case .missing, .unreadable: .missingInput
    case .cannotWrite: .cannotWrite
    }
  }

  private static func isLackOfRoom(_ reason: String) -> Bool {
    [ENOSPC, EDQUOT, EFBIG].contains { reason == String(cString: strerror($0)) }
  }

  /// One line for a person.
  public var description: String {
    switch self {
    case .missing(let path, let expected, let remedy):
      "\(path): not found, expected \(expected); \(remedy)"
    case .unreadable(let path, let reason):
      "\(path): cannot be read (\(reason)); check the path and its permissions"
    case .cannotWrite(let path, let reason):
      "\(path): cannot be written (\(reason)); "
        + (Self.isLackOfRoom(reason) ? "free some space" : "check its permissions")
        + " or choose another folder, what was there before is untouched"
    }
  }
}

/// A setting of a configuration that is out of its range.
public struct SettingError: MienError, Equatable {
  /// The path of the key, such as `augmentation.flip`.
  public let key: String
  /// What it is.
  public let found: String
  /// What it has to be.
  public let expected: String

  /// Names the key, what it is and what it has to be.
  public init(key: String, found: String, expected: String) {
    (self.key, self.found, self.expected) = (key, found, expected)
  }

  /// Throws a `SettingError` unless `isGood`.
  public static func expect(
    _ isGood: Bool, key: String, found: Any, expected: String
  ) throws(SettingError) {
    guard isGood else { throw SettingError(key: key, found: "\(found)", expected: expected) }
  }

  /// `usage`.
  public var kind: FailureKind { .usage }

  /// One line for a person.
  public var description: String {
    "setting \(key) is \(found), expected \(expected); change it with --set \(key)=VALUE"
  }
}
