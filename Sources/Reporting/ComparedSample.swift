internal import Foundation
public import Imaging

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
  /// The picture, before any preprocessing.
  public var image: GrayImage
  /// The class it is labelled as.
  public var truth: String
  /// What each network said.
  public var answers: [Answer]

  /// An example with its answers.
  public init(row: Int, image: GrayImage, truth: String, answers: [Answer]) {
    (self.row, self.image, self.truth, self.answers) = (row, image, truth, answers)
  }

  /// The example as a card; which answer is right stands there in words, for those who do not see the
  /// colour.
  func card() throws(ImagingError) -> HTML {
    .tag(
      "article", ["class": "card compared"],
      [
        .tag(
          "div", ["class": "pictures"],
          .image(png: try image.png(), alternative: "a face labelled \(truth)", kind: "face")),
        .tag("p", .text("labelled \(truth)")),
        .tag("div", ["class": "answers"], answers.map(line)),
        .tag("p", ["class": "quiet"], .text("row \(row)")),
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
