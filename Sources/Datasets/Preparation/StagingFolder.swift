internal import Foundation
internal import TensorCore

/// A hidden folder within another, in which its new contents are made.
struct StagingFolder {
  let url: URL
  private static let prefix = ".preparing-"

  /// Makes it, and takes away what a run that was killed has left.
  init(in folder: URL) throws {
    try createFolder(folder)
    AtomicFile.removeAbandoned(in: folder)
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
    where name.hasPrefix(Self.prefix) {
      try? FileManager.default.removeItem(at: folder.appendingPathComponent(name))
    }
    url = folder.appendingPathComponent("\(Self.prefix)\(getpid())")
    try createFolder(url)
  }

  func remove() { try? FileManager.default.removeItem(at: url) }
}
