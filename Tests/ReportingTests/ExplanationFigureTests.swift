import Explainers
import Foundation
import Imaging
import Testing

@testable import Reporting

/// Explanations in the shapes that break figures.
enum ExplanationExamples {
  static func figure(
    width: Int = 48, height: Int = 48, name: String = "Happy", r2: Double? = 0.83,
    largest: Double = 0.11, samples: Int = 1000
  ) -> ExplanationFigure {
    // A face's rough build: bright oval, dark eyes and mouth.
    let pixels = (0..<width * height).map { index -> UInt8 in
      let (x, y) = (
        Double(index % width) / Double(width) - 0.5, Double(index / width) / Double(height) - 0.5
      )
      if abs(abs(x) - 0.18) < 0.07 && abs(y + 0.1) < 0.05 { return 20 }
      if abs(x) < 0.2 && abs(y - 0.22) < 0.04 { return 60 }
      return x * x / 0.15 + y * y / 0.22 < 1 ? 200 : 30
    }
    let (rows, columns) = (min(7, height), min(6, width))
    let labels = (0..<width * height).map {
      $0 / width * rows / height * columns + $0 % width * columns / width
    }
    let segmentation = Segmentation(width: width, height: height, labels: labels)
    let count = Double(segmentation.count - 1)
    let weights = (0..<segmentation.count).map { largest * (2 * Double($0) / count - 1) }
    let fit = r2.map { SurrogateFit(intercept: 0.1, r2: $0, localPrediction: 0.91) }
    return ExplanationFigure(
      image: GrayImage(width: width, height: height, pixels: pixels),
      explanation: Explanation(
        method: "lime", segmentation: segmentation, samples: samples, probabilities: [0.1, 0.873],
        classes: [
          ClassExplanation(weights: weights.map { -$0 }, fit: fit),
          ClassExplanation(weights: weights, fit: fit),
        ]), classIndex: 1, className: name)
  }

  static let all: [(name: String, figure: ExplanationFigure)] = [
    ("usual", figure()), ("doubtful", figure(r2: 0.31)), ("nonsense", figure(r2: .nan)),
    ("no fit", figure(r2: nil)),
    ("long name", figure(name: String(repeating: "Disgust and then some more words ", count: 8))),
    ("no name", figure(name: "")), ("large", figure(width: 96, height: 96)),
    ("tall", figure(width: 48, height: 64)), ("wide", figure(width: 300, height: 40)),
    ("thin", figure(width: 2, height: 64)), ("line", figure(width: 64, height: 1)),
    ("nothing", figure(largest: 0)), ("hardly anything", figure(largest: 1e-7)),
    ("huge", figure(r2: -1234.5, largest: 4321, samples: 10_000_000)),
  ]
}

@Suite struct ExplanationFigureTests {
  @Test(
    "all texts lie inside the picture and none touches another",
    arguments: ExplanationExamples.all.indices)
  func texts(_ index: Int) throws {
    let (name, figure) = ExplanationExamples.all[index]
    let texts = try expectReadable(figure, name)
    // Title, legend, footer (captions where there is room) and at least three ticks; and a warning
    // where it is due.
    let isDoubtful = [
      "doubtful", "nonsense", "huge", "nothing", "hardly anything",
    ].contains(name)
    #expect(texts >= 6 + (isDoubtful ? 1 : 0), "\(name)")
    let image = try ImageFile.decode(figure.png(scale: 1)).rgb()
    #expect(image.width == Int(figure.size.width.rounded(.up)))
    #expect(image.height == Int(figure.size.height.rounded(.up)))
    let svg = try figure.svg(idPrefix: "p-")
    #expect(isWellFormed(svg))
    #expect(!svg.contains("href=\"#g"))
  }

  @Test("the warning stands there exactly where R² is below one half")
  func warning() throws {
    func texts(_ r2: Double?) throws -> (count: Int, height: Double) {
      let figure = ExplanationExamples.figure(r2: r2)
      let canvas = try Canvas(width: figure.size.width, height: figure.size.height)
      figure.draw(on: canvas)
      return (canvas.textBounds.count, figure.size.height)
    }
    let usual = try texts(0.83)
    for (r2, isWarned) in [(0.5, false), (0.499, true), (-2, true), (.nan, true), (nil, false)] {
      let found = try texts(r2)
      #expect(found.count == usual.count + (isWarned ? 1 : 0), "R² \(String(describing: r2))")
      #expect((found.height > usual.height) == isWarned)
    }
  }

  @Test("what speaks for the class is orange, what speaks against it blue, zero colourless")
  func colors() throws {
    let parts = Segmentation(width: 3, height: 2, labels: [0, 1, 2, 0, 1, 2])
    let explanation = Explanation(
      method: "lime", segmentation: parts, samples: 10, probabilities: [0.5],
      classes: [ClassExplanation(weights: [0.2, 0, -0.2])])
    let image = GrayImage(width: 3, height: 2, pixels: [255, 255, 255, 0, 0, 0])
    let map = HeatMapImage.render(image, explanation, ofClass: 0)
    #expect(map.width == 3 && map.height == 2)
    let pixels = stride(from: 0, to: 18, by: 3).map { Array(map.pixels[$0..<$0 + 3]) }
    #expect(pixels[0] == [0xD5, 0x5E, 0x00] && pixels[2] == [0x00, 0x72, 0xB2])
    #expect(pixels[1] == [255, 255, 255])
    // Black shows its colour, too, but is darker than white.
    #expect(pixels[4] == [153, 153, 153])
    #expect(pixels[3] == [128, 56, 0] && pixels[5] == [0, 68, 107])
  }

  @Test("colours are scaled to the largest weight, but never to less than a thousandth")
  func scale() {
    let half = SignedColors(covering: [0.4, -0.1])[0.2]
    #expect(half == SignedColors(covering: [-0.2, 0])[0.1])
    #expect(half != Color.white && half != SignedColors(covering: [0.4])[0.4])
    #expect(SignedColors(covering: [0.4])[9] == SignedColors(covering: [0.4])[0.4])
    #expect(SignedColors(covering: [0, 0])[0] == Color.white)
    #expect(SignedColors(covering: [1e-6]).limit == 0.001)
  }

  @Test("the drawn heat map has the colours of its parts where they are")
  func places() throws {
    let figure = ExplanationExamples.figure()
    let image = try ImageFile.decode(figure.png(scale: 1)).rgb()
    let map = HeatMapImage.render(figure.image, figure.explanation, ofClass: 1)
    // 7 units a pixel; the heat map begins a picture and a gap to the right of the margin.
    let left = Int((figure.size.width - 2 * 336 - 20 - 92) / 2) + 336 + 20
    for (x, y) in [(3, 2), (44, 45), (20, 25)] {
      let drawn = 3 * ((90 + 7 * y + 3) * image.width + left + 7 * x + 3)
      let expected = 3 * (y * 48 + x)
      #expect(image.pixels[drawn..<drawn + 3].elementsEqual(map.pixels[expected..<expected + 3]))
    }
  }
}
