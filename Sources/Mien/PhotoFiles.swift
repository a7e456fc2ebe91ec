public import Foundation
internal import Imaging
public import TensorCore

/// A picture file that somebody named, or that lies in a folder that somebody named.
public struct PhotoFile: Sendable {
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

  /// The pictures at some paths in their order; folders are searched as `PictureFiles` says. What
  /// does not exist or cannot be listed is kept, so that reading it says so.
  public static func find(_ paths: [URL]) -> [PhotoFile] {
    paths.flatMap { url -> [PhotoFile] in
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder),
        isFolder.boolValue
      else {
        return [PhotoFile(url: url, path: url.relativePath, place: url.lastPathComponent)]
      }
      func file(_ place: String, _ problem: FileError? = nil) -> PhotoFile {
        PhotoFile(
          url: url.appendingPathComponent(place),
          path: url.relativePath == "." ? place : url.relativePath + "/" + place, place: place,
          problem: problem)
      }
      do throws(FileError) {
        let found = try PictureFiles(in: url)
        return (found.paths.map { file($0) } + found.unreadable.map { file($0.path, $0.error) })
          .sorted { $0.place < $1.place }
      } catch {
        return [
          PhotoFile(
            url: url, path: url.relativePath, place: url.lastPathComponent, problem: error)
        ]
      }
    }
  }
}
