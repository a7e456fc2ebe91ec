public import Foundation

/// The files of some kinds in a folder and below it.
public struct FileTree: Sendable {
  /// Their paths below the folder, in order.
  public private(set) var paths: [String] = []
  /// The folders that could not be looked into, below the folder, with the reason.
  public private(set) var unreadable: [(path: String, error: FileError)] = []

  private let extensions: Set<String>

  /// Lists a folder, which may itself be a symbolic link. Files are known by the ends of their
  /// names; what is hidden is left out, as is what is no regular file, and links to folders are not
  /// followed, for they may lead in a circle.
  ///
  /// Throws `FileError.unreadable` where the folder itself cannot be listed.
  ///
  /// - Parameters:
  ///   - folder: where to look.
  ///   - extensions: the ends of names, in lower case.
  public init(in folder: URL, extensions: Set<String>) throws(FileError) {
    self.extensions = extensions
    let root = folder.resolvingSymlinksInPath()
    try add(Self.names(in: root), of: root, below: "")
    paths.sort()
  }

  private mutating func add(_ names: [String], of folder: URL, below prefix: String) {
    for name in names where !name.hasPrefix(".") {
      let (url, path) = (folder.appendingPathComponent(name), prefix + name)
      let values = try? url.resourceValues(forKeys: [.isSymbolicLinkKey, .isDirectoryKey])
      if values?.isDirectory == true, values?.isSymbolicLink != true {
        do throws(FileError) {
          add(try Self.names(in: url), of: url, below: path + "/")
        } catch {
          unreadable.append((path, error))
        }
      } else if extensions.contains(url.pathExtension.lowercased()), isFile(url) {
        paths.append(path)
      }
    }
  }

  /// A file, or a link to one; a link that leads nowhere counts, so that reading it says so.
  private func isFile(_ url: URL) -> Bool {
    var status = stat()
    return stat(url.path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG
  }

  private static func names(in folder: URL) throws(FileError) -> [String] {
    guard let directory = opendir(folder.path) else {
      throw .unreadable(path: folder.path, reason: systemReason())
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) {
            String(cString: $0)
          }
        })
    }
    return names
  }
}
