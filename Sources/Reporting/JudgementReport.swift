public import Explainers
public import Foundation
internal import TensorCore

/// How far the explanations of a network can be trusted: a row a method, as a page, a table and numbers.
public struct JudgementReport: Sendable {
  private let judgements: [ExplainerJudgement]
  private let faces: [String]
  private let subject: String
  private let network: [String]
  private let segments: String
  private let seed: UInt64

  /// A report of judgements of the same faces.
  ///
  /// - Parameters:
  ///   - faces: what each is called, in the order in which they were judged.
  ///   - subject: which, in words.
  ///   - network: the files of weights that were asked.
  ///   - segments: how faces were cut.
  ///   - seed: what decided all but the times.
  public init(
    _ judgements: [ExplainerJudgement], faces: [String], subject: String, network: [String],
    segments: String, seed: UInt64
  ) {
    (self.judgements, self.faces, self.subject) = (judgements, faces, subject)
    (self.network, self.segments, self.seed) = (network, segments, seed)
  }

  /// Writes `judgement.html`, `judgement.csv` and `judgement.json` into a folder; gives the files. Throws
  /// `FileError.cannotWrite`.
  public func write(to folder: URL) throws -> [URL] {
    let files = ["html", "csv", "json"].map {
      folder.appendingPathComponent("judgement.\($0)")
    }
    try writeAtomically(html.utf8, to: files[0])
    try writeAtomically(csv.utf8, to: files[1])
    try writeAtomically(prettyJSON(summary(files: nil)), to: files[2])
    return files
  }

  /// A row a method, for people.
  public var table: RunReport.Table {
    RunReport.Table(
      columns: [
        "method", "faithful", "deletion gain", "insertion gain", "top 5", "ranks", "forgets", "ms",
        "fails",
      ],
      rows: judgements.map { judgement in
        [
          judgement.method, Self.mean(judgement.faithfulness), Self.gain(judgement.deletionGain),
          Self.gain(judgement.insertionGain), Self.mean(judgement.topOverlap),
          Self.mean(judgement.rankAgreement),
          judgement.agreementAfterForgetting.map { Self.number($0, "%.2f") } ?? "–",
          String(format: "%.0f", median(judgement.milliseconds)),
          judgement.failings.isEmpty ? "–" : "\(judgement.failings.count)",
        ]
      })
  }

  /// Below so many faces a standard error is itself hardly known.
  private static let fewFaces = 10

  /// What speaks against each method, a sentence each; and first, where it is so, that faces are few.
  public var failings: [String] {
    let caution =
      faces.count < Self.fewFaces
      ? ["Few faces: of less than \(Self.fewFaces) neither a gain nor that it fails can be told."]
      : []
    return caution
      + judgements.compactMap { judgement in
        judgement.failings.isEmpty
          ? nil : "\(judgement.method): \(judgement.failings.joined(separator: "; "))."
      }
  }

  /// The areas themselves.
  private var areas: RunReport.Table {
    RunReport.Table(
      columns: ["method", "deletion", "by chance", "insertion", "by chance"],
      rows: judgements.map { judgement in
        [
          judgement.method, Self.mean(judgement.deletion), Self.mean(judgement.deletionByChance),
          Self.mean(judgement.insertion), Self.mean(judgement.insertionByChance),
        ]
      })
  }

  /// With a minus, which no zero has.
  private static func number(_ value: Double, _ format: String) -> String {
    let text = String(format: format, value)
    return text.contains { ("1"..."9").contains($0) }
      ? text.replacing("-", with: "−") : text.replacing("-", with: "")
  }

  private static func mean(_ values: [Double]) -> String {
    number(SampleMean(values).value, "%.2f")
  }

  private static func gain(_ values: [Double]) -> String {
    let mean = SampleMean(values)
    return number(mean.value, "%+.3f")
      + (values.count > 1 ? String(format: " ± %.3f", mean.standardError) : "")
  }

  /// What is left of each map while the network forgets.
  private var forgetting: RunReport.Table {
    let layers = judgements.first?.randomisation.map(\.layer) ?? []
    return RunReport.Table(
      columns: ["method"] + layers,
      rows: judgements.map { judgement in
        [judgement.method]
          + judgement.randomisation.map {
            Self.number(SampleMean($0.agreement).value, "%.2f")
          }
      })
  }

  private var html: String {
    let title = "How far explanations can be trusted"
    return HTML.page(
      title: title, style: reportStyle,
      .lines(
        [
          .tag("h1", .text(title)),
          .tag(
            "p", ["class": "protocol"],
            .text(
              "\(faces.count == 1 ? "1 face" : "\(faces.count) faces"), \(subject); network \(network.joined(separator: ", ")); parts: "
                + "\(segments); seed \(seed)")),
          .section("Methods", nil, .table(table)),
          failings.isEmpty ? .empty : .tag("ul", failings.map { .tag("li", .text($0)) }),
        ] + Self.reading.map { .tag("p", ["class": "note"], .text($0)) }
          + [.section("Deletion and insertion", Self.areasLead, .table(areas))]
          + (forgetting.columns.count > 1
            ? [.section("While the network forgets", Self.forgettingLead, .table(forgetting))] : [])
      ))
  }

  private static let reading = [
    "faithful: the correlation between the weights of a fifth of the parts, drawn at random and hidden, and "
      + "by how much the probability falls; 1 is best, 0 is no better than chance.",
    "deletion gain and insertion gain: how much better the area under the probability is than by chance "
      + "while the parts are hidden, or shown, the heaviest first; with its standard error. A gain of less "
      + "than two of those fails.",
    "top 5 and ranks: how far explanations of one face from several seeds agree, on the five strongest "
      + "parts (Jaccard index) and on the order of all (rank correlation).",
    "forgets: the rank correlation with the map of a network that has forgotten all it has learnt, the mean "
      + "of the first faces, five at most; near 0 is good. From \(ExplainerJudgement.largestAgreement) on, "
      + "either way, the map does not show what the network learnt, and the method fails. ms: the median "
      + "time of one explanation, on the machine as it was.",
    "A method that hides parts in the way in which this test does has an advantage in it; and no measure "
      + "here says that a person would understand the picture rightly.",
  ]
  private static let areasLead =
    "The area itself: low is good for deletion, high for insertion. Chance is what random orders of the "
    + "same parts come to."
  private static let forgettingLead =
    "The rank correlation of each map with that of the trained network, while its layers get new random "
    + "weights, as before training, from the top down; each column names the lowest layer that did."

  /// A row a method and face.
  private var csv: String {
    "method,face,faithfulness,deletion,deletion_by_chance,insertion,insertion_by_chance,top_overlap,"
      + "rank_agreement\n"
      + judgements.map { judgement in
        judgement.deletion.indices.map { face in
          let values: [Double?] = [
            judgement.faithfulness[face], judgement.deletion[face],
            judgement.deletionByChance[face], judgement.insertion[face],
            judgement.insertionByChance[face],
            judgement.topOverlap.indices.contains(face) ? judgement.topOverlap[face] : nil,
            judgement.rankAgreement.indices.contains(face) ? judgement.rankAgreement[face] : nil,
          ]
          return CSVLine.of(
            [judgement.method, faces[face]] + values.map { $0.map { "\($0)" } ?? "" })
        }.joined()
      }.joined()
  }
}

// As JSON.
extension JudgementReport {
  /// All figures; `files` are those that were written, nil within one of them.
  public func summary(files: [String]?) -> some Encodable {
    Summary(
      faces: faces.count, subject: subject, network: network, segments: segments, seed: seed,
      methods: judgements.map(Method.init), files: files)
  }

  private struct Summary: Encodable {
    let faces: Int
    let subject: String
    let network: [String]
    let segments: String
    let seed: UInt64
    let methods: [Method]
    let files: [String]?
  }

  private struct Mean: Encodable {
    let mean, standardError: Double

    enum CodingKeys: String, CodingKey {
      case mean
      case standardError = "standard_error"
    }

    init(_ values: [Double]) {
      let sample = SampleMean(values)
      (mean, standardError) = (sample.value, sample.standardError)
    }
  }

  private struct Method: Encodable {
    struct Step: Encodable {
      let layer: String
      let agreement: Mean
    }

    let method: String
    let faithfulness, deletion, deletionByChance, deletionGain: Mean
    let insertion, insertionByChance, insertionGain: Mean
    let topOverlap, rankAgreement: Mean
    let randomisation: [Step]
    let changesWithNetwork: Bool?
    let milliseconds: Double
    let failings: [String]

    enum CodingKeys: String, CodingKey {
      case method, faithfulness, deletion, insertion, randomisation, milliseconds, failings
      case deletionByChance = "deletion_by_chance"
      case deletionGain = "deletion_gain"
      case insertionByChance = "insertion_by_chance"
      case insertionGain = "insertion_gain"
      case topOverlap = "top_overlap"
      case rankAgreement = "rank_agreement"
      case changesWithNetwork = "changes_with_network"
    }

    init(_ judgement: ExplainerJudgement) {
      method = judgement.method
      faithfulness = Mean(judgement.faithfulness)
      deletion = Mean(judgement.deletion)
      deletionByChance = Mean(judgement.deletionByChance)
      deletionGain = Mean(judgement.deletionGain)
      insertion = Mean(judgement.insertion)
      insertionByChance = Mean(judgement.insertionByChance)
      insertionGain = Mean(judgement.insertionGain)
      topOverlap = Mean(judgement.topOverlap)
      rankAgreement = Mean(judgement.rankAgreement)
      randomisation = judgement.randomisation.map {
        Step(layer: $0.layer, agreement: Mean($0.agreement))
      }
      changesWithNetwork = judgement.changesWithNetwork
      milliseconds = median(judgement.milliseconds)
      failings = judgement.failings
    }
  }
}

private func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  if sorted.isEmpty { return 0 }
  return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
}
