import Explainers
import Imaging
import Testing

@testable import Reporting

extension Examples {
  /// A map of 2 by 4 patches over a grey sound.
  static func soundMap(_ axes: SoundAxes = Examples.axes, largest: Double = 0.12) -> SoundMapPlot {
    let (width, height) = (32, 16)
    let labels = (0..<width * height).map { $0 / width / 8 * 4 + $0 % width / 8 }
    return SoundMapPlot(
      image: GrayImage(width: width, height: height, pixels: labels.map { _ in 255 }),
      explanation: Explanation(
        method: "lime",
        segmentation: Segmentation(width: width, height: height, labels: labels), samples: 100,
        probabilities: [0.7],
        classes: [
          ClassExplanation(weights: (0..<8).map { largest * (Double($0) - 3.5) / 3.5 })
        ]), classIndex: 0, axes: axes)
  }

  /// Axes of a sound of which the middle was heard.
  static var padded: SoundAxes {
    var axes = axes
    axes.heard = 1...2
    return axes
  }
}

@Suite("Small drawings of explanations") struct ExplanationPlotTests {
  private func image(_ figure: some Figure) throws -> RGBImage {
    let canvas = try Canvas(width: figure.size.width, height: figure.size.height)
    figure.draw(on: canvas)
    return try canvas.rgbImage()
  }

  private func color(_ image: RGBImage, _ x: Double, _ y: Double) -> [UInt8] {
    let place = 3 * (Int(y) * image.width + Int(x))
    return Array(image.pixels[place..<place + 3])
  }

  @Test("maps and bars can be read, whatever the weights and names")
  func readable() throws {
    for largest in [0, 1e-6, 0.12, 4321] {
      // The two marks, four of the time with its name, Hz, the scale's name and its three numbers.
      #expect(try expectReadable(Examples.soundMap(largest: largest), "\(largest)") >= 10)
    }
    try expectReadable(Examples.soundMap(Examples.series.axes), "series")
    try expectReadable(Examples.soundMap(Examples.padded), "padded")
    for count in [1, 9, 10, 57] {
      let bars = ExplanationBars(
        columns: (0..<count).map {
          .init(
            name: "a_rather_long_name_of_a_column_\($0)", weight: Double($0 * 7 % 11 - 5) / 30,
            error: 0.02)
        })
      #expect(bars.bars.count == min(count, ExplanationBars.count))
      #expect(try expectReadable(bars, "\(count) bars") == 2 * bars.bars.count + 2)
    }
  }

  @Test("a map lies where its example lies, so that a moment is at one place in both")
  func aligned()
    throws
  {
    let (grid, map) = (Examples.spectrogram(), Examples.soundMap())
    #expect(grid.size == map.size)
    let (one, other) = (try image(grid), try image(map))
    // The frames' left, right and lower edges are drawn at the same places.
    func edges(_ image: RGBImage) -> [Int] {
      (0..<image.width).filter { x in
        (20..<130).allSatisfy { color(image, Double(x), Double($0))[0] < 200 }
      }
    }
    #expect(!edges(one).isEmpty && !Set(edges(one)).isDisjoint(with: edges(other)))
  }

  @Test("what was added is hatched and called so, and what was heard is left as it is") func added()
    throws
  {
    let (plain, hatched) = (
      try image(Examples.spectrogram()),
      try image(
        {
          var grid = Examples.spectrogram()
          grid.axes = Examples.padded
          return grid
        }())
    )
    let changed = (0..<300).filter { x in
      (20..<130).contains {
        color(plain, Double(x), Double($0)) != color(hatched, Double(x), Double($0))
      }
    }
    // A third at either end, nothing between.
    let (first, last) = (try #require(changed.first), try #require(changed.last))
    let kept = Set(first...last).subtracting(changed)
    let span = Double(last - first)
    #expect(abs(Double(kept.count) / span - 1 / 2.97) < 0.03)
    #expect(kept.min().map { abs(Double($0 - first) / span - 1 / 2.97) < 0.03 } == true)
  }

  @Test("of columns the heaviest stand first, orange for and blue against") func bars() throws {
    let names = ["tempo", "rms", "flux"]
    let explanation = Explanation(
      method: "lime",
      segmentation: Segmentation(width: 3, height: 1, labels: [0, 1, 2], names: names),
      samples: 10, probabilities: [0.5, 0.5],
      classes: [
        ClassExplanation(weights: [0, 0, 1]), ClassExplanation(weights: [0.01, -0.3, 0.2]),
      ])
    let bars = ExplanationBars(explanation, classIndex: 1)
    #expect(bars.bars.map(\.name) == ["rms", "flux", "tempo"])
    let drawn = try image(bars)
    // The middle lies between the names and the numbers; bars lie 17 apart from 6 on.
    let middle = 134 + (300 - 134 - 48) / 2.0
    #expect(color(drawn, middle - 10, 6 + 8.5) == [0x00, 0x72, 0xB2])
    #expect(color(drawn, middle + 10, 6 + 25.5) == [0xD5, 0x5E, 0x00])
    #expect(color(drawn, middle - 10, 6 + 25.5) == [255, 255, 255])
  }

  @Test("tiles of drawings with axes stand three in a row, and each can be read") func tiles()
    throws
  {
    let map = Examples.soundMap()
    let figure = ExplanationTiles(
      title: "calm: 70.0 %", lead: "Orange speaks for calm.",
      tiles: [
        .init(title: "what the network hears", picture: .plot(Examples.spectrogram())),
        .init(title: "lime", picture: .plot(map), notes: ["100 samples"], doubts: ["1 doubt"]),
        .init(title: "rise", picture: .plot(map)),
        .init(title: "bars", picture: .plot(Examples.bars(9))),
      ])
    #expect(figure.columns == 3 && figure.size.width == 2 * 16 + 3 * 324)
    try expectReadable(figure, "sounds")
  }

  @Test("a card of a report has the drawing, with the marks of its axes") func card() throws {
    var sample = Examples.sound(0, .grid(Examples.spectrogram()))
    sample.explanation = SampleExplanation(
      picture: .plot(Examples.soundMap()), caption: "calm, R² 0.7")
    var content = RunReport.Content(title: "Voices", protocolLine: "four speakers")
    content.subject = .speech
    content.hits = [sample]
    let html = try RunReport(content).html()
    #expect(html.contains("class=\"cards plots explained\""))
    #expect(html.contains("role=\"img\" aria-label=\"why calm, R² 0.7\""))
    #expect(html.matches(of: /<svg/).count >= 2)
    expectSelfContained(html)
    let ids = html.matches(of: /\sid="([^"]*)"/).map(\.1)
    #expect(Set(ids).count == ids.count)
  }
}
