/// What LIME refuses, before the network works.
extension LIME {
  /// The most masks times parts: 100,000 samples of 100 parts.
  static let largestDesign = 10_000_000

  /// Refuses settings that make no sense for so many samples and parts.
  func check(samples: Int, parts: Int) throws(ExplanationError) {
    let isDesignSmall = samples <= Self.largestDesign / max(1, parts)
    let width = width(parts: max(1, parts))
    let problems: [(String, Bool, String, String, String)] = [
      (
        "parts", parts >= 2, "\(parts)", "at least 2", "cut the picture into more parts"
      ),
      (
        // With no more equations than unknowns any answers fit, and R² would say nothing.
        "samples", samples > parts + 1, "\(samples)", "more than \(parts + 1) for \(parts) parts",
        "ask for more samples or fewer parts"
      ),
      (
        "samples", isDesignSmall, "\(samples)",
        "at most \(Self.largestDesign / max(1, parts)) "
          + "for \(parts) parts", "ask for fewer samples or parts"
      ),
      ("penalty", penalty >= 0 && penalty.isFinite, "\(penalty)", "0 or more", "1 is usual"),
      (
        "kernel width", width > 0 && width.isFinite, "\(width)", "more than 0", usualWidth(parts)
      ),
      ("batch size", batchSize >= 1, "\(batchSize)", "at least 1", "128 is usual"),
    ]
    for (name, isGood, found, expected, remedy) in problems where !isGood {
      throw .badSetting(name: name, found: found, expected: expected, remedy: remedy)
    }
    try baseline.check()
  }

  /// Refuses bounds that nothing meets, or anything.
  func check(_ automatic: AutomaticSamples) throws(ExplanationError) {
    for (error, remedy) in [
      (automatic.relativeError, "0.04 is usual"), (automatic.absoluteError, "0.001 is usual"),
    ] where !(error >= 0 && error.isFinite) {
      throw .badSetting(
        name: "standard error", found: "\(error)", expected: "0 or more", remedy: remedy)
    }
  }

  /// A kernel so narrow that only the whole picture counts would "explain" it with zeros.
  func checkReach(of sampleWeights: [Double], _ masks: Masks) throws(ExplanationError) {
    let hiding = (0..<masks.samples).filter { masks.shownCount(in: $0) < masks.parts }
    guard hiding.reduce(0, { $0 + sampleWeights[$1] }) > 1e-6 else {
      throw .badSetting(
        name: "kernel width", found: "\(width(parts: masks.parts))",
        expected: "a width at which pictures with hidden parts count",
        remedy: usualWidth(masks.parts))
    }
  }

  private func usualWidth(_ parts: Int) -> String {
    let usual = distance.usualWidth(parts: max(1, parts))
    return "\((100 * usual).rounded() / 100) is usual for the \(distance.rawValue) distance"
  }
}
