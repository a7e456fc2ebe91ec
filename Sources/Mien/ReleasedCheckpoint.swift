public import Foundation
internal import TensorCore

extension Checkpoint {
  /// The network that comes with Mien, where a command is not told another: a folder below the
  /// project's or, installed, below `share/mien`.
  public static let released = "checkpoints/fer2013-vgg10"

  /// Where that network is: below the working folder, or below one of the folders that the running
  /// program lies in. Throws `FileError.missing`.
  public static func releasedFolder() throws -> URL {
    try releasedFolder(
      from: URL(fileURLWithPath: FileManager.default.currentDirectoryPath),
      program: Bundle.main.executableURL)
  }

  /// The same for any working folder and program.
  static func releasedFolder(from working: URL, program: URL?) throws -> URL {
    var places = [working]
    // .build/TRIPLE/release/mien lies four folders deep in a checkout, bin/mien two in a prefix.
    if var folder = program?.resolvingSymlinksInPath().deletingLastPathComponent() {
      for _ in 0..<4 where folder.path != "/" {
        places.append(folder)
        places.append(folder.appendingPathComponent("share/mien"))
        folder.deleteLastPathComponent()
      }
    }
    for place in places {
      let folder = place.appendingPathComponent(released)
      if FileManager.default.fileExists(atPath: folder.path) { return folder }
    }
    throw FileError.missing(
      path: released, expected: "the checkpoint that is used where none is named",
      remedy: "name one with --checkpoint, such as the folder of a run")
  }
}
