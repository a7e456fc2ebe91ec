// swift-tools-version: 6.1
import PackageDescription

/// One set of language rules for every target.
let swiftSettings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

/// A C library of the system: a module map, its pkg-config name and its Debian package.
func cLibrary(_ name: String, _ pkgConfig: String, _ debian: String) -> Target {
  .systemLibrary(
    name: name, path: "Sources/CLibraries/\(name)", pkgConfig: pkgConfig,
    providers: [.apt([debian])])
}

func library(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: swiftSettings)
}

/// The tests of a target. Golden values are found by path, not bundled.
func tests(
  _ name: String, _ dependencies: [Target.Dependency] = [], golden: Bool = false
) -> Target {
  .testTarget(
    name: "\(name)Tests",
    dependencies: [.init(stringLiteral: name), "TestSupport"] + dependencies,
    // Values of other programs, with the scripts that made them; tests read them in place.
    exclude: golden ? ["Golden"] : [], swiftSettings: swiftSettings)
}

let package = Package(
  name: "Mien",
  products: [
    .library(name: "Mien", targets: ["Mien"]),
    .library(name: "MienVideo", targets: ["MienVideo"]),
    .executable(name: "mien", targets: ["MienCommand"]),
    // Loaded when a video is to be read, not linked.
    .library(name: "MienVideoReader", type: .dynamic, targets: ["CVideo"]),
  ],
  targets: [
    // The system's libraries.
    cLibrary("COpenBLAS", "openblas", "libopenblas-dev"),
    cLibrary("CCairo", "cairo", "libcairo2-dev"),
    cLibrary("CZlib", "zlib", "zlib1g-dev"),
    cLibrary("CLZMA", "liblzma", "liblzma-dev"),
    cLibrary("CCrypto", "libcrypto", "libssl-dev"),
    cLibrary("CPNG", "libpng", "libpng-dev"),
    cLibrary("CJPEG", "libjpeg", "libjpeg-dev"),
    cLibrary("CSndFile", "sndfile", "libsndfile1-dev"),
    cLibrary("CSoxr", "soxr", "libsoxr-dev"),
    .target(name: "CImageCodecs", dependencies: ["CPNG", "CJPEG"]),
    .target(name: "CIntrinsics"),
    // OpenCV's pkg-config file names all its modules, which link 55 libraries, some of them GPL.
    // A link to its headers inside the package lets us name those that are used.
    .target(
      name: "CVision", cxxSettings: [.headerSearchPath("../CLibraries/COpenCV/include")],
      linkerSettings: ["core", "dnn", "imgproc", "objdetect"].map { .linkedLibrary("opencv_\($0)") }
    ),

    // OpenCV's reader of videos brings FFmpeg with it, in Debian a GPL build: a library of its own,
    // which only `MienVideo` loads.
    .target(name: "CVideoInterface"),
    .target(
      name: "CVideo", dependencies: ["CVideoInterface"],
      cxxSettings: [.headerSearchPath("../CLibraries/COpenCV/include")],
      linkerSettings: ["core", "imgproc", "videoio"].map { .linkedLibrary("opencv_\($0)") }),

    // SoundTouch throws. It is LGPL and linked as a library of the system.
    .target(name: "CStretch", linkerSettings: [.linkedLibrary("SoundTouch")]),

    // From the arithmetic up; each imports only what stands above it here.
    library("Kernels", ["COpenBLAS", "CIntrinsics"]),
    library("TensorCore", ["Kernels"]),
    library("NeuralNetwork", ["TensorCore", "Kernels"]),
    library("Imaging", ["TensorCore", "Kernels", "CImageCodecs", "CVision", "CCairo"]),
    library("AudioFeatures", ["TensorCore", "Kernels", "CSndFile", "CSoxr"]),
    library(
      "Datasets",
      [
        "Imaging", "AudioFeatures", "TensorCore", "Kernels", "CZlib", "CLZMA", "CCrypto",
        "CStretch",
      ]
    ),
    library("Evaluation", ["TensorCore"]),
    library("Training", ["NeuralNetwork", "Evaluation", "TensorCore", "Kernels"]),
    library("Explainers", ["NeuralNetwork", "Imaging", "TensorCore", "Kernels"]),
    library("Reporting", ["Evaluation", "Explainers", "Imaging", "TensorCore"]),
    library(
      "Mien",
      [
        "Reporting", "Explainers", "Training", "Datasets", "Evaluation", "Imaging",
        "AudioFeatures", "NeuralNetwork", "TensorCore", "Kernels",
      ]),
    library(
      "MienVideo", ["Mien", "Datasets", "Imaging", "TensorCore", "Kernels", "CVideoInterface"]),
    .executableTarget(
      name: "MienCommand",
      dependencies: [
        "MienVideo", "Mien", "Reporting", "Explainers", "Training", "Datasets", "Evaluation",
        "Imaging", "AudioFeatures", "NeuralNetwork", "TensorCore", "Kernels",
      ],
      swiftSettings: swiftSettings),
    .executableTarget(
      name: "MienBenchmarks",
      dependencies: [
        "Mien", "Explainers", "Training", "Datasets", "AudioFeatures", "Imaging",
        "NeuralNetwork", "TensorCore", "Kernels",
      ],
      // The same work in other frameworks, in Python.
      exclude: ["peers"], swiftSettings: swiftSettings),

    // Tests mirror sources.
    .target(
      name: "TestSupport", dependencies: ["NeuralNetwork", "TensorCore", "Kernels"],
      path: "Tests/TestSupport", swiftSettings: swiftSettings),
    tests("Kernels", golden: true),
    tests("TensorCore"),
    tests("NeuralNetwork", ["TensorCore", "Kernels"], golden: true),
    tests("Imaging", ["TensorCore"], golden: true),
    tests("AudioFeatures", ["TensorCore", "Kernels"], golden: true),
    tests("Datasets", ["AudioFeatures", "Imaging", "TensorCore", "Kernels"], golden: true),
    tests("Evaluation", ["TensorCore"], golden: true),
    tests("Training", ["NeuralNetwork", "Evaluation", "TensorCore"], golden: true),
    tests("Explainers", ["NeuralNetwork", "Imaging", "TensorCore"], golden: true),
    tests("Reporting", ["Evaluation", "Explainers", "Imaging", "TensorCore"]),
    tests(
      "Mien",
      [
        "Explainers", "Training", "Datasets", "AudioFeatures", "Imaging", "NeuralNetwork",
        "TensorCore",
      ]),
    tests("MienVideo", ["Mien", "Datasets", "Imaging", "TensorCore"], golden: true),
    tests("MienCommand", ["Mien", "Datasets", "AudioFeatures", "Imaging", "TensorCore"]),
    tests("MienBenchmarks"),
  ],
  cxxLanguageStandard: .cxx17
)
