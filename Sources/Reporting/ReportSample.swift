internal import Foundation
public import Imaging

/// Why a network gave an answer, as a picture and a line.
public struct SampleExplanation: Sendable {
  /// The face with what spoke for and against the answer.
  public var image: RGBImage
  /// Which class is explained, and how well the explanation fits: `Happy, R² 0.82`.
  public var caption: String
  /// What speaks against it, a sentence each.
  public var doubts: [String]

  /// An explanation from its picture, its line and what speaks against it.
  public init(image: RGBImage, caption: String, doubts: [String] = []) {
    (self.image, self.caption, self.doubts) = (image, caption, doubts)
  }
}

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
  /// The picture, before any preprocessing.
  public var image: GrayImage
  /// The class it is labelled as.
  public var truth: String
  /// The most probable classes, most probable first; at least one.
  public var answers: [Answer]
  /// Why the first answer was given, where that was asked.
  public var explanation: SampleExplanation?

  /// An example with its answers.
  public init(
    row: Int, image: GrayImage, truth: String, answers: [Answer],
    explanation: SampleExplanation? = nil
  ) {
    precondition(!answers.isEmpty, "an example of row \(row) without an answer")
    (self.row, self.image, self.truth) = (row, image, truth)
    (self.answers, self.explanation) = (answers, explanation)
  }

  /// Whether the first answer is the label.
  public var isHit: Bool { answers[0].name == truth }
}

extension ReportSample {
  /// The example as a card; an error says so in words, for those who do not see the colour.
  func card() throws(ImagingError) -> HTML {
    let answer = answers[0].name
    var pictures: [HTML] = [
      .image(png: try image.png(), alternative: "a face labelled \(truth)", kind: "face")
    ]
    if let explanation {
      pictures.append(
        .image(
          png: try explanation.image.png(), alternative: "why \(explanation.caption)",
          kind: "explanation"))
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
        .tag("p", ["class": "quiet"], .text("row \(row)")),
      ])
  }

  private func bar(_ answer: Answer) -> HTML {
    let percent = String(format: "%.0f", 100 * answer.probability)
    return .tag(
      "div", ["class": "answer"],
      .tag("span", .text(answer.name)), .tag("span", .text("\(percent) %")),
      .tag("div", ["class": "track"], .tag("i", ["style": "width:\(percent)%"])))
  }
}
