internal import Datasets
internal import Explainers
internal import Foundation
internal import Kernels
internal import Mien
internal import TensorCore

/// How much LIME's answer depends on the seed, for the default and for other settings: the table of
/// docs/derivations/lime.md.
///
/// The parts are the same for all seeds; only what is hidden is drawn anew. A network is asked once
/// for all settings that differ in the fit alone, and the samples of a smaller number are the first
/// of a larger one.
struct StabilityComparison {
  /// Settings to be looked at.
  private struct Candidate {
    let name: String
    let lime: LIME
    var parts = 50
    var segments = SegmentationChoice.slic

    /// What it has in common with those that can share its answers.
    var answers: [String] {
      [
        "\(lime.isAntithetic)", "\(lime.baseline)", "\(parts)", segments.rawValue,
        lime.automaticSamples == nil ? "" : name,
      ]
    }
  }

  /// What is measured of one face.
  private struct Measures {
    var samples = 0.0, jaccard = 0.0, spearman = 0.0, r2 = 0.0, localError = 0.0, error = 0.0,
      halves = 0.0
    /// The share of seeds under which nothing is said against the explanation.
    var trusted = 0.0
  }

  private static let (seeds, strongest) = (5, 5)

  private let dataset: PreparedDataset
  private let predictor: Predictor
  private let rows: [Int]
  private let candidates: [Candidate]

  /// `faces` rows of `PublicTest`, evenly spread; the settings whose names begin with `filter`.
  init(checkpoint: String, data: String, faces: Int, filter: String) throws {
    dataset = try PreparedDataset(at: URL(fileURLWithPath: data))
    predictor = try Predictor(Checkpoint(at: URL(fileURLWithPath: checkpoint)))
    let all = try dataset.rows(ofSplit: "PublicTest", at: data, for: "compare on")
    rows = (0..<min(faces, all.count)).map { all[$0 * all.count / min(faces, all.count)] }
    candidates = Self.candidates.filter { $0.name.hasPrefix(filter) }
  }

  private static var candidates: [Candidate] {
    func lime(_ change: (inout LIME) -> Void = { _ in }) -> LIME {
      var lime = LIME()
      change(&lime)
      return lime
    }
    var result = [Candidate(name: "default", lime: lime())]
    for samples in [500, 1000, 2000] {
      for pairs in [false, true] {
        for baseline in [Baseline.blurred(0.1), .inpainted, .partMean] {
          let widths = baseline == .blurred(0.1) ? [0.25, 0.354, 0.5, 0.75, 1e3] : [0.354, 0.75]
          for width in widths {
            result.append(
              Candidate(
                name: "\(pairs ? "pairs" : "single") \(word(baseline)) width \(width) N \(samples)",
                lime: lime {
                  ($0.isAntithetic, $0.baseline) = (pairs, baseline)
                  ($0.kernelWidth, $0.samples) = (width, samples)
                }))
          }
        }
      }
    }
    for error in [0.03, 0.04, 0.05] {
      result.append(
        Candidate(
          name: "auto \(error)",
          lime: lime {
            $0.automaticSamples = AutomaticSamples()
            $0.automaticSamples?.relativeError = error
          }))
    }
    for penalty in [0.01, 10] {
      result.append(
        Candidate(name: "penalty \(penalty)", lime: lime { $0.penalty = penalty }))
    }
    for parts in [25, 36] {
      for width in [0.354, 0.75] {
        for samples in [1000, 2000] {
          result.append(
            Candidate(
              name: "parts \(parts) width \(width) N \(samples)",
              lime: lime { ($0.kernelWidth, $0.samples) = (width, samples) }, parts: parts))
        }
      }
    }
    return result
  }

  private static func word(_ baseline: Baseline) -> String {
    if case .blurred = baseline { return "blurred" }
    return "\(baseline)"
  }

  /// Tells a line of Markdown for each of the settings.
  func run(say: (String) -> Void) throws {
    say(
      "\(rows.count) faces, \(Self.seeds) seeds, the predicted class; means over the faces")
    say(
      "| settings | samples | Jaccard of 5 | rank correlation | R² | local error | error / weight "
        + "| halves | trusted | Jaccard of these |")
    say("|---|---|---|---|---|---|---|---|---|---|")
    var groups: [[Candidate]] = []
    for candidate in candidates {
      if let index = groups.firstIndex(where: { $0[0].answers == candidate.answers }) {
        groups[index].append(candidate)
      } else {
        groups.append([candidate])
      }
    }
    for group in groups {
      let measures = try measure(group)
      for (index, candidate) in group.enumerated() {
        say(Self.line(candidate.name, measures.map { $0[index] }))
      }
    }
  }

  /// `[face][candidate]`.
  private func measure(_ group: [Candidate]) throws -> [[Measures]] {
    var found = [Result<[Measures], any Error>?](repeating: nil, count: rows.count)
    found.withUnsafeMutableBufferPointer { found in
      let found = found
      parallelFor(rows.count) { index in
        found[index] = Result { try measure(group, row: rows[index]) }
      }
    }
    return try found.compactMap { try $0?.get() }
  }

  private func measure(_ group: [Candidate], row: Int) throws -> [Measures] {
    let face = dataset.image(of: row)
    let segmentation = try group[0].segments.segmentation(of: face, parts: group[0].parts)
    var lime = group[0].lime
    lime.samples = group.map(\.lime.samples).max() ?? lime.samples
    let image = Predictor.levels(of: [face]).reshaped(predictor.shape)
    let seeds = (0..<Self.seeds).map { RandomStream(seed: UInt64($0 + 1)) }
    let isAutomatic = lime.automaticSamples != nil
    let answers =
      try isAutomatic
      ? [] : seeds.map { try lime.sample(image, segmentation, of: predictor, random: $0) }
    return try group.map { candidate in
      var measures = Measures()
      let explanations =
        try isAutomatic
        ? seeds.map { try lime.explain(image, segmentation, of: predictor, random: $0) }
        : answers.map {
          try candidate.lime.explain($0.prefix(candidate.lime.samples), segmentation)
        }
      let explained = explanations.map { $0.classes[$0.mostProbable] }
      measures.samples =
        explanations.reduce(0) { $0 + Double($1.samples) } / Double(explanations.count)
      let weights = explained.map(\.weights)
      measures.jaccard =
        RankAgreement.mean(overPairsOf: weights) {
          RankAgreement.jaccard($0, $1, strongest: Self.strongest)
        } ?? 0
      measures.spearman =
        RankAgreement.mean(overPairsOf: weights, RankAgreement.spearman) ?? 0
      for one in explained {
        guard let fit = one.fit else { continue }
        let share = 1 / Double(explained.count)
        let largest = one.weights.reduce(1e-9) { max($0, abs($1)) }
        measures.r2 += share * fit.r2
        measures.localError += share * (fit.localError ?? 0)
        measures.error += share * (one.sampling?.standardErrors.max() ?? 0) / largest
        measures.halves += share * (one.sampling?.splitHalfStability ?? 0)
        if one.doubts.isEmpty { measures.trusted += share }
      }
      return measures
    }
  }

  private static func line(_ name: String, _ faces: [Measures]) -> String {
    func mean(_ value: (Measures) -> Double) -> Double {
      faces.reduce(0) { $0 + value($1) } / Double(faces.count)
    }
    let trusted = mean(\.trusted)
    let numbers = [
      mean(\.jaccard), mean(\.spearman), mean(\.r2), mean(\.localError), mean(\.error),
      mean(\.halves), trusted, mean { $0.jaccard * $0.trusted } / trusted,
    ]
    return "| \(name) | \(Int(mean(\.samples).rounded())) | "
      + numbers.map { String(format: "%.3f", $0) }.joined(separator: " | ")
      + " |"
  }
}
