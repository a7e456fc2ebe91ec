public import Foundation

/// Where the project's own files are.
public enum Project {
  /// The folder of Package.swift.
  public static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// Where the build put the running tests, the program `mien` and all modules.
  public static let products: URL = {
    // SwiftPM runs the test bundle itself, or a helper that is handed the bundle's path.
    let arguments = CommandLine.arguments
    let index = arguments.firstIndex(of: "--test-bundle-path")
    let bundle = index.map { arguments[$0 + 1] } ?? arguments[0]
    return URL(fileURLWithPath: bundle).deletingLastPathComponent()
  }()
}
