import Foundation
import Mien
import TensorCore

/// One answer of `mien predict` about a sound file.
struct SoundRow: Encodable {
  private let answer: SoundAnswer
  private let classes: [String]
  /// Whether stretches are windows, rather than one that stands for the whole.
  private let isWindowed: Bool
  /// How much of a sound the network hears at once, in seconds; nil where it takes any length.
  private let inputSeconds: Double?

  init(_ answer: SoundAnswer, _ predictor: SoundPredictor) {
    (self.answer, classes) = (answer, predictor.classes)
    (isWindowed, inputSeconds) = (predictor.windows != nil, predictor.reader.seconds)
  }

  var path: String { answer.file.path }
  var stretches: [HeardStretch] { answer.stretches }
  /// Why the file could not be read, on one line.
  var error: String? {
    answer.error.map { "\($0)".split(whereSeparator: \.isNewline).joined(separator: " ") }
  }

  private enum CodingKeys: String, CodingKey {
    case path, face, box, duration, start, end, silent, label, probability, probabilities
    case majority, windows, error
  }

  private struct Majority: Encodable {
    let label: String
    let share: Double
  }

  private struct Window: Encodable {
    let start, end: Double
    let silent: Bool
    let label: String
    let probability: Float
    let probabilities: [String: Float]
  }

  private static func named(_ values: [Float], _ classes: [String]) -> [String: Float] {
    Dictionary(uniqueKeysWithValues: zip(classes, values))
  }

  /// Every key is there in every row; what does not apply is null. Label and probabilities are of the mean
  /// over windows.
  func encode(to encoder: any Encoder) throws {
    var object = encoder.container(keyedBy: CodingKeys.self)
    try object.encode(path, forKey: .path)
    try object.encodeNil(forKey: .face)
    try object.encodeNil(forKey: .box)
    try object.encode(answer.duration, forKey: .duration)
    try object.encode(stretches.first?.seconds.lowerBound, forKey: .start)
    try object.encode(stretches.last?.seconds.upperBound, forKey: .end)
    try object.encode(stretches.isEmpty ? nil : answer.isSilent, forKey: .silent)
    let summary = answer.summary
    try object.encode(summary.map { classes[$0.label] }, forKey: .label)
    try object.encode(summary.map { $0.mean[$0.label] }, forKey: .probability)
    try object.encode(summary.map { Self.named($0.mean, classes) }, forKey: .probabilities)
    try object.encode(
      isWindowed
        ? summary.map {
          Majority(
            label: classes[$0.majority],
            share: Double($0.counts[$0.majority]) / Double(answer.heard.count))
        } : nil, forKey: .majority)
    try object.encode(
      isWindowed && summary != nil
        ? stretches.map {
          Window(
            start: $0.seconds.lowerBound, end: $0.seconds.upperBound, silent: $0.isSilent,
            label: classes[$0.label],
            probability: $0.probabilities[$0.label],
            probabilities: Self.named($0.probabilities, classes))
        } : nil, forKey: .windows)
    try object.encode(error, forKey: .error)
  }

  /// The two most probable classes with their probabilities, as four cells.
  static func twoMostProbable(_ values: [Float], _ classes: [String]) -> [String] {
    let best = values.indices.sorted { (values[$0], $1) > (values[$1], $0) }.prefix(2)
      .flatMap { [classes[$0], percent(Double(values[$0]))] }
    return best + Array(repeating: "", count: 4 - best.count)
  }

  /// The row for a person.
  var cells: [String] {
    guard let summary = answer.summary, let duration = answer.duration else {
      return [path, "", "error", "", "", ""]
    }
    return [path, String(format: "%.1f s", duration)] + Self.twoMostProbable(summary.mean, classes)
  }

  /// Windows with nothing to hear, where others have something.
  private var silentCount: Int { stretches.count - answer.heard.count }

  /// What is to be said of a sound in which there is nothing to hear; nil of others.
  var silenceInWords: String? {
    answer.isSilent
      ? "warning: \(path) is silent (below −60 dB), what is answered means nothing" : nil
  }

  /// What is to be said of a sound that fills less than half of what the network hears; nil of others.
  var shortnessInWords: String? {
    let longest = stretches.map { $0.seconds.upperBound - $0.seconds.lowerBound }.max()
    guard let inputSeconds, let longest, longest < inputSeconds / 2 else { return nil }
    let (heard, wanted) = (String(format: "%.2g", longest), String(format: "%.3g", inputSeconds))
    return
      "warning: \(path): \(heard) s at once for a network that hears \(wanted) s; the rest is silence that "
      + "was added"
  }

  /// What most windows say, for a person; nil where there are none.
  var majorityInWords: String? {
    answer.summary.map {
      "\(classes[$0.majority]) in \($0.counts[$0.majority]) of \(counted(answer.heard.count, "window"))"
        + (silentCount > 0 ? ", \(silentCount) silent left out" : "")
    }
  }

  /// `part` is `whole`, or `window`, `mean` and `majority`, in which probabilities are shares of windows.
  static func csvHeader(_ classes: [String]) -> String {
    CSVLine.of(
      ["path", "part", "start", "end", "silent", "label", "probability"] + classes.map { "p_\($0)" }
        + [
          "error"
        ])
  }

  /// The lines of this file, at least one.
  var csvLines: String {
    guard let summary = answer.summary, let first = stretches.first, let last = stretches.last
    else {
      return CSVLine.of([path] + Array(repeating: "", count: 6 + classes.count) + [error ?? ""])
    }
    let all = first.seconds.lowerBound...last.seconds.upperBound
    func mean(as part: String) -> String {
      line(part, all, answer.isSilent, summary.label, summary.mean)
    }
    guard isWindowed else { return mean(as: "whole") }
    let shares = summary.counts.map { Float($0) / Float(answer.heard.count) }
    return stretches.map { line("window", $0.seconds, $0.isSilent, $0.label, $0.probabilities) }
      .joined()
      + mean(as: "mean") + line("majority", all, answer.isSilent, summary.majority, shares)
  }

  private func line(
    _ part: String, _ seconds: ClosedRange<Double>, _ isSilent: Bool, _ label: Int,
    _ values: [Float]
  ) -> String {
    CSVLine.of(
      [path, part] + [seconds.lowerBound, seconds.upperBound].map { String(format: "%.3f", $0) }
        + ["\(isSilent)", classes[label], "\(values[label])"] + values.map { "\($0)" } + [""])
  }
}
