public import Foundation
public import TensorCore

/// The picture files in a folder and below it, known by the ends of their names
/// (`ImageFile.extensions`); how folders are looked through is said by `FileTree`.
public struct PictureFiles: Sendable {
  /// Their paths below the folder, in order.
  public let paths: [String]
  /// The folders that could not be looked into, below the folder, with the reason.
  public let unreadable: [(path: String, error: FileError)]

  /// Lists a folder. Throws `FileError.unreadable` where the folder itself cannot be listed.
  public init(in folder: URL) throws(FileError) {
    let files = try FileTree(in: folder, extensions: ImageFile.extensions)
    (paths, unreadable) = (files.paths, files.unreadable)
  }
}
