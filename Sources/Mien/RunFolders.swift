internal import Foundation
internal import TensorCore

/// The folders in a folder and below it that hold a run, or look so: they have `config.json` or
/// `results.csv`.
struct RunFolders {
  /// Their paths below the folder; `.` is that folder itself.
  private(set) var paths: [String] = []
  /// The folders that could not be looked into.
  private(set) var unreadable: [(path: String, error: FileError)] = []

  /// Looks through a folder. What is hidden is left out, and links to folders are not followed, for
  /// they may lead in a circle. Folders of a hundred thousand pictures take no time: of a file only its
  /// name is asked.
  ///
  /// Throws `FileError` where the folder itself cannot be listed.
  init(in folder: URL) throws(FileError) {
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
    var (isRun, folders) = (false, [String]())
    while let entry = readdir(directory) {
      let kind = entry.pointee.d_type
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      if name == "config.json" || name == "results.csv" { isRun = true }
      if name.hasPrefix(".") { continue }
      if kind == UInt8(DT_DIR) {
        folders.append(name)
      } else if kind == UInt8(DT_UNKNOWN) {
        // Some file systems do not tell.
        var status = stat()
        let place = folder.appendingPathComponent(name).path
        if lstat(place, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { folders.append(name) }
      }
    }
    closedir(directory)
    if isRun { paths.append(path) }
    for name in folders.sorted() {
      let place = path == "." ? name : "\(path)/\(name)"
      do throws(FileError) {
        try look(into: folder.appendingPathComponent(name), place)
      } catch {
        unreadable.append((place, error))
      }
    }
  }
}
