public import Foundation
internal import Testing

/// A program of somebody else's that imports Mien, compiled against the modules and objects of the
/// build under test: in a second, where a package of its own would build all of Mien anew.
public enum ForeignProgram {
  /// The compiler, nil where there is none.
  public static let swiftc = ChildProcess.find("swiftc")

  /// Compiles one file of Swift. Gives what the compiler left behind; `program` is there if its code
  /// is 0.
  public static func compile(_ source: URL, to program: URL) throws -> ChildProcess.Outcome {
    try ChildProcess(
      try #require(swiftc),
      ["-swift-version", "6", source.path, "-o", program.path] + modules() + objects()
    ).finish()
  }

  /// Where the compiler finds Mien's modules, and those of C that they were built on.
  private static func modules() throws -> [String] {
    let pkgConfig = try #require(ChildProcess.find("pkg-config"))
    func flags(_ kind: String, _ libraries: String...) throws -> [String] {
      try ChildProcess(pkgConfig, [kind] + libraries).finish().output
        .split(whereSeparator: \.isWhitespace).map(String.init)
    }
    let libraries = Project.root.appendingPathComponent("Sources/CLibraries")
    let maps = try FileManager.default.contentsOfDirectory(atPath: libraries.path).map {
      libraries.appendingPathComponent("\($0)/module.modulemap").path
    }.filter { FileManager.default.fileExists(atPath: $0) }
    let shims = ["CImageCodecs", "CIntrinsics", "CStretch", "CVideoInterface", "CVision"].map {
      Project.products.appendingPathComponent("\($0).build/module.modulemap").path
    }
    let headers = try flags("--cflags", "openblas", "cairo")
    let links = try flags(
      "--libs", "openblas", "cairo", "libpng", "libjpeg", "zlib", "liblzma", "libcrypto")
    return ["-I", Project.products.appendingPathComponent("Modules").path]
      + (maps + shims).flatMap { ["-Xcc", "-fmodule-map-file=\($0)"] }
      + headers.flatMap { ["-Xcc", $0] } + links
      + ["core", "dnn", "imgproc", "objdetect"].map { "-lopencv_\($0)" } + [
        "-lSoundTouch", "-lstdc++",
      ]
  }

  /// What the program `mien` was linked from, without its own module: the library and all below it.
  private static func objects() throws -> [String] {
    let list = Project.products.appendingPathComponent("mien.product/Objects.LinkFileList")
    return try String(contentsOf: list, encoding: .utf8).split(separator: "\n")
      .map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "\"'")) }
      .filter { !$0.contains("/MienCommand.build/") }
  }
}
