public import Foundation
internal import Imaging
public import TensorCore

/// A file that somebody named, or that lies in a folder that somebody named.
public struct FoundFile: Sendable {
  /// Where it is.
  public let url: URL
  /// Its path as the user would write it.
  public let path: String
  /// Its path below the folder that was named, or its bare name: never leads out of a folder.
  public let place: String
  /// Why it cannot be had, where that is known already: it is a folder that cannot be looked into.
  public let problem: FileError?

  init(url: URL, path: String, place: String, problem: FileError? = nil) {
    (self.url, self.path, self.place, self.problem) = (url, path, place, problem)
  }

  /// The files at some paths in their order; folders are searched for names with these endings, in
  /// lower case, as `FileTree` says. What does not exist or cannot be listed is kept, so that reading
  /// it says so.
  public static func find(_ paths: [URL], extensions: Set<String>) -> [FoundFile] {
    paths.flatMap { url -> [FoundFile] in
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder),
        isFolder.boolValue
      else {
        return [FoundFile(url: url, path: url.relativePath, place: url.lastPathComponent)]
      }
      func file(_ place: String, _ problem: FileError? = nil) -> FoundFile {
        FoundFile(
          url: url.appendingPathComponent(place),
          path: url.relativePath == "." ? place : url.relativePath + "/" + place, place: place,
          problem: problem)
      }
      do throws(FileError) {
        let found = try FileTree(in: url, extensions: extensions)
        return (found.paths.map { file($0) } + found.unreadable.map { file($0.path, $0.error) })
          .sorted { $0.place < $1.place }
      } catch {
        return [
          FoundFile(
            url: url, path: url.relativePath, place: url.lastPathComponent, problem: error)
        ]
      }
    }
  }
}

/// A picture file.
public typealias PhotoFile = FoundFile

extension PhotoFile {
  /// The pictures at some paths; see `find(_:extensions:)`.
  public static func find(_ paths: [URL]) -> [PhotoFile] {
    find(paths, extensions: ImageFile.extensions)
  }
}
