/// What every method refuses before the network is asked.
enum SettingChecks {
  /// Throws `ExplanationError.badSetting` unless `isGood`.
  static func expect(
    _ name: String, _ isGood: Bool, _ found: some Any, _ expected: String, _ remedy: String
  ) throws(ExplanationError) {
    guard isGood else {
      throw .badSetting(name: name, found: "\(found)", expected: expected, remedy: remedy)
    }
  }

  /// The most pictures that one explanation may ask about: minutes of a network's work.
  static let mostPictures = 1_000_000

  /// A number of pictures in `least...mostPictures`.
  static func expect(
    samples: Int, atLeast least: Int, _ remedy: String
  ) throws(ExplanationError) {
    try expect(
      "samples", (least...mostPictures).contains(samples), samples,
      "from \(least) to \(mostPictures)", remedy)
  }

  /// At least one picture at a time.
  static func expect(batchSize: Int) throws(ExplanationError) {
    try expect("batch size", batchSize >= 1, batchSize, "at least 1", "128 is usual")
  }
}

extension Baseline {
  /// Throws `ExplanationError` for a blur or a value that is none.
  func check() throws(ExplanationError) {
    switch self {
    case .blurred(let share):
      try SettingChecks.expect(
        "baseline", share > 0 && share <= 1, "blurred by \(share)",
        "a share of the longer side, above 0 and at most 1", "0.1 is usual")
    case .value(let value):
      try SettingChecks.expect(
        "baseline", value.isFinite, value, "a finite value",
        "0 is black where pictures are grey levels")
    case .values(let values):
      try SettingChecks.expect(
        "baseline", values.allSatisfy(\.isFinite), values, "finite values", "training means are")
    case .inpainted, .partMean, .pictureMean, .rowMedian: break
    }
  }
}
