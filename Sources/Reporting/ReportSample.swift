internal import Foundation
internal import Imaging

/// One example of a report: a picture, what it is labelled as, and what the network says.
public struct ReportSample: Sendable {
  /// What the network thinks of one class.
  public struct Answer: Sendable {
    /// The class.
    public var name: String
    /// Its probability, 0 to 1.
    public var probability: Double

    /// A class with its probability.
    public init(name: String, probability: Double) {
      (self.name, self.probability) = (name, probability)
    }
  }

  /// The row of the source that it comes from, from 0.
  public var row: Int
  /// What it looks like.
  public var picture: ExamplePicture
  /// What it is called, such as a file's name, and whose it is; nil where that is not known.
  public var name, group: String?
  /// The class it is labelled as.
  public var truth: String
  /// The most probable classes, most probable first; at least one.
  public var answers: [Answer]
  /// Why the first answer was given, where that was asked.
  public var explanation: SampleExplanation?

  /// An example with its answers.
  public init(
    row: Int, picture: ExamplePicture, name: String? = nil, group: String? = nil, truth: String,
    answers: [Answer], explanation: SampleExplanation? = nil
  ) {
    precondition(!answers.isEmpty, "an example of row \(row) without an answer")
    (self.row, self.picture, self.truth) = (row, picture, truth)
    (self.name, self.group) = (name, group)
    (self.answers, self.explanation) = (answers, explanation)
  }

  /// Whether the first answer is the label.
  public var isHit: Bool { answers[0].name == truth }
}

extension ReportSample {
  /// The example as a card; an error says so in words, for those who do not see the colour.
  ///
  /// - Parameters:
  ///   - subject: what it is an example of.
  ///   - id: tells its drawing from others of the page.
  func card(_ subject: ReportSubject, id: String) throws(ImagingError) -> HTML {
    let answer = answers[0].name
    var pictures: [HTML] = [
      try picture.html(name: id, alternative: "a \(subject.one) labelled \(truth)")
    ]
    if let explanation {
      pictures.append(
        try explanation.picture.html(
          name: "\(id)-why", alternative: "why \(explanation.caption)"))
    }
    return .tag(
      "article", ["class": isHit ? "card" : "card wrong"],
      [
        .tag("div", ["class": "pictures"], pictures),
        .tag("p", ["class": "verdict"], .text(isHit ? "right: \(answer)" : "wrong: \(answer)")),
        .tag("p", .text(isHit ? "labelled the same" : "labelled \(truth)")),
        explanation.map { .tag("p", ["class": "quiet"], .text("why \($0.caption)")) } ?? .empty,
        .lines((explanation?.doubts ?? []).map { .tag("p", ["class": "doubt"], .text($0)) }),
        .tag("div", ["class": "answers"], answers.map(bar)),
        .tag("p", ["class": "quiet"], .text(origin)),
      ])
  }

  /// Which row it is, and as far as it is known of which file and by whom.
  var origin: String { ([name, group].compactMap { $0 } + ["row \(row)"]).joined(separator: ", ") }

  private func bar(_ answer: Answer) -> HTML {
    let percent = String(format: "%.0f", 100 * answer.probability)
    return .tag(
      "div", ["class": "answer"],
      .tag("span", .text(answer.name)), .tag("span", .text("\(percent) %")),
      .tag("div", ["class": "track"], .tag("i", ["style": "width:\(percent)%"])))
  }
}
