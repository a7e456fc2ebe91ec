public import Foundation
internal import Imaging
internal import TensorCore

/// A picture file that somebody named, or that lies in a folder that somebody named.
public struct PhotoFile: Sendable, Hashable {
  /// Where it is.
  public let url: URL
  /// Its path as the user would write it.
  public let path: String
  /// Its path below the folder that was named, or its bare name: never leads out of a folder.
  public let place: String

  /// The pictures at some paths in their order; folders are searched through, by names that end
  /// like those of pictures, and their files come in the order of their paths. What does not exist
  /// is kept, so that reading it says so.
  ///
  /// Throws `FileError.unreadable` for a folder that cannot be listed.
  public static func find(_ paths: [URL]) throws -> [PhotoFile] {
    try paths.flatMap { url -> [PhotoFile] in
      var isFolder: ObjCBool = false
      guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder),
        isFolder.boolValue
      else {
        return [PhotoFile(url: url, path: url.relativePath, place: url.lastPathComponent)]
      }
      guard let all = FileManager.default.enumerator(atPath: url.path) else {
        throw FileError.unreadable(path: url.path, reason: systemReason())
      }
      let names = all.compactMap { $0 as? String }.filter(Self.isPicture).sorted()
      return names.map {
        let file = url.appendingPathComponent($0)
        return PhotoFile(
          url: file, path: url.relativePath == "." ? $0 : url.relativePath + "/" + $0, place: $0)
      }
    }
  }

  /// Formats that are read, and those that are refused by name, which is better than in silence.
  private static let extensions = ImageFile.extensions.union([
    "jpe", "jfif", "pnm", "gif", "heic", "heif", "avif",
  ])

  private static func isPicture(_ path: String) -> Bool {
    extensions.contains((path as NSString).pathExtension.lowercased())
      && !path.split(separator: "/").contains { $0.hasPrefix(".") }
  }
}
