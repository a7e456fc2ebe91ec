internal import Foundation
internal import TensorCore

/// The folders in a folder and below it that hold a run, or look so: they have `config.json` or
/// `results.csv`.
struct RunFolders {
  /// Their paths below the folder; `.` is that folder itself.
  private(set) var paths: [String] = []
  /// The folders that could not be looked into.
  private(set) var unreadable: [(path: String, error: FileError)] = []
  private let root: String

  private static let signs = ["config.json", "results.csv"]

  /// Looks through a folder. What is hidden is left out. A link counts if it leads to a run elsewhere;
  /// no other is followed, for they may lead in a circle, or through a whole disk. Folders of a
  /// hundred thousand pictures take no time: of a file only its name is asked.
  ///
  /// Throws `FileError` where the folder itself cannot be listed.
  init(in folder: URL) throws(FileError) {
    root = folder.resolvingSymlinksInPath().path
    try look(into: folder, ".")
  }

  private mutating func look(into folder: URL, _ path: String) throws(FileError) {
    guard let directory = opendir(folder.path) else {
      let (isMissing, reason) = (errno == ENOENT, systemReason())
      guard !isMissing else {
        throw .missing(path: folder.path, expected: "a folder of runs", remedy: "check the path")
      }
      throw .unreadable(path: folder.path, reason: reason)
    }
    var (isRun, folders, links) = (false, [String](), [String]())
    while let entry = readdir(directory) {
      let kind = entry.pointee.d_type
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      if Self.signs.contains(name) { isRun = true }
      if name.hasPrefix(".") { continue }
      if kind == UInt8(DT_DIR) {
        folders.append(name)
      } else if kind == UInt8(DT_LNK) {
        links.append(name)
      } else if kind == UInt8(DT_UNKNOWN) {
        // Some file systems do not tell.
        var status = stat()
        let place = folder.appendingPathComponent(name).path
        guard lstat(place, &status) == 0 else { continue }
        if status.st_mode & S_IFMT == S_IFDIR { folders.append(name) }
        if status.st_mode & S_IFMT == S_IFLNK { links.append(name) }
      }
    }
    closedir(directory)
    if isRun { paths.append(path) }
    for name in links.sorted() where leadsToRun(folder.appendingPathComponent(name)) {
      paths.append(path == "." ? name : "\(path)/\(name)")
    }
    for name in folders.sorted() {
      let place = path == "." ? name : "\(path)/\(name)"
      do throws(FileError) {
        try look(into: folder.appendingPathComponent(name), place)
      } catch {
        unreadable.append((place, error))
      }
    }
  }

  /// Whether a link leads to a run that lies elsewhere; one below the folder is found by itself.
  private func leadsToRun(_ link: URL) -> Bool {
    let target = link.resolvingSymlinksInPath()
    return !"\(target.path)/".hasPrefix("\(root)/")
      && Self.signs.contains {
        FileManager.default.fileExists(atPath: target.appendingPathComponent($0).path)
      }
  }
}
