internal import Foundation
internal import Imaging

/// One example to which several networks gave different answers.
public struct ComparedSample: Sendable {
  /// What one network said.
  public struct Answer: Sendable {
    /// What the network is called.
    public var run: String
    /// The class that it answered.
    public var name: String
    /// The probability of that class, 0 to 1.
    public var probability: Double

    /// An answer with its probability.
    public init(run: String, name: String, probability: Double) {
      (self.run, self.name, self.probability) = (run, name, probability)
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
  /// What each network said.
  public var answers: [Answer]

  /// An example with its answers.
  public init(
    row: Int, picture: ExamplePicture, name: String? = nil, group: String? = nil, truth: String,
    answers: [Answer]
  ) {
    (self.row, self.picture, self.truth, self.answers) = (row, picture, truth, answers)
    (self.name, self.group) = (name, group)
  }

  /// The example as a card; which answer is right stands there in words, for those who do not see the
  /// colour.
  func card(_ subject: ReportSubject, id: String) throws(ImagingError) -> HTML {
    .tag(
      "article", ["class": "card compared"],
      [
        .tag(
          "div", ["class": "pictures"],
          try picture.html(name: id, alternative: "a \(subject.one) labelled \(truth)")),
        .tag("p", .text("labelled \(truth)")),
        .tag("div", ["class": "answers"], answers.map(line)),
        .tag(
          "p", ["class": "quiet"],
          .text(([name, group].compactMap { $0 } + ["row \(row)"]).joined(separator: ", "))),
      ])
  }

  private func line(_ answer: Answer) -> HTML {
    let percent = String(format: "%.0f", 100 * answer.probability)
    let isRight = answer.name == truth
    return .tag(
      "p", ["class": isRight ? "hit" : "miss"],
      .tag("b", .text(answer.run)),
      .text(" \(isRight ? "right" : "wrong"): \(answer.name), \(percent)\u{A0}%"))
  }
}
