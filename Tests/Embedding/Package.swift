// swift-tools-version: 6.1
import PackageDescription

// A program of its own that uses Mien as a library, as any other package would.
let package = Package(
  name: "Embedding",
  dependencies: [.package(name: "Mien", path: "../..")],
  targets: [
    .executableTarget(
      name: "Embedding", dependencies: [.product(name: "Mien", package: "Mien")],
      swiftSettings: [.swiftLanguageMode(.v6)])
  ]
)
