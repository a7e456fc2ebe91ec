import Foundation
import Testing

@testable import Reporting

@Suite struct SearchPageTests {
  /// A search of `count` trials with axes of all kinds; every fifth trial failed.
  static func page(_ count: Int, name: String = "optimiser.learning_rate") -> SearchPage {
    let axes: [ParallelCoordinates.Dimension] = [
      .init(name: name, scale: .numbers(low: 0.001, high: 0.1, isLogarithmic: true)),
      .init(name: "augmentation.rotation", scale: .numbers(low: 0, high: 20, isLogarithmic: false)),
      .init(name: "model.name", scale: .choices(["vgg10", "<b>resnet</b>", "a name \"so\" long"])),
      .init(name: "loss", scale: .falling(low: 0.9, high: 1.9)),
    ]
    let lines = (1...count).map { number -> ParallelCoordinates.Line in
      let isFailed = number % 5 == 0
      let share = Double(number) / Double(count)
      return .init(
        name: "trial \(number)", number: number,
        places: [
          0.001 * Foundation.pow(100, share), 20 * share, Double(number % 3),
          isFailed ? nil : 0.9 + share,
        ],
        labels: ["0.01", "10", "vgg10", isFailed ? "failed" : "1.2"],
        merit: isFailed ? nil : 1 - share,
        kind: isFailed ? .failed : number == 1 ? .best : number % 2 == 0 ? .stopped : .finished)
    }
    var page = SearchPage(
      title: "Search & find", protocolLine: "chosen on PublicTest",
      plot: ParallelCoordinates(axes: axes, lines: lines))
    page.legend = ("loss", "1.9", "0.9")
    page.columns = ["rank", "trial"]
    page.rows = lines.map {
      .init(number: $0.number, cells: ["\($0.number)", "<\($0.name)>"], kind: $0.kind)
    }
    page.failures = [("trial 5", "the loss is <NaN>")]
    return page
  }

  @Test("every trial has a line in both drawings and a row; nothing comes from elsewhere")
  func complete() {
    let html = Self.page(12).html()
    for number in 1...12 {
      #expect(html.matches(of: try! Regex("class=\"line [a-z]+ l\(number)[ \"]")).count == 2)
      #expect(html.matches(of: try! Regex("class=\"[a-z]+ r\(number)\"")).count == 1)
    }
    #expect(html.contains("Search &amp; find") && html.contains("&lt;b&gt;resnet"))
    #expect(html.contains("&lt;NaN&gt;") && !html.contains("<b>"))
    expectSelfContained(html)
  }

  @Test("it is well-formed, also with one trial, and with 400", arguments: [1, 400])
  func wellFormed(count: Int) throws {
    let html = Self.page(count, name: "a & <b>").html()
    let body = try #require(html.firstMatch(of: /(?s)<body>.*<\/body>/)).0
    // The words in angle brackets are text.
    #expect(isWellFormed(String(body).replacingOccurrences(of: "&lt;NaN&gt;", with: "")))
    #expect(html.utf8.count < 2_000_000)
  }

  @Test("lines keep inside the drawing, and better is up or to the right") func places() throws {
    for drawing in Self.page(20).html().components(separatedBy: "<svg").dropFirst() {
      let box = try #require(drawing.firstMatch(of: /viewBox="0 0 ([\d.]+) ([\d.]+)"/))
      let (width, height) = (try #require(Double(box.1)), try #require(Double(box.2)))
      for path in drawing.matches(of: /\sd="(M[^"]*)"/) {
        for point in path.1.split(whereSeparator: { "ML".contains($0) }) {
          let numbers = point.split(separator: " ").compactMap { Double($0) }
          try #require(numbers.count == 2, "\(point)")
          #expect((0...width).contains(numbers[0]) && (0...height).contains(numbers[1]))
        }
      }
    }
    let scale = ParallelCoordinates.Scale.falling(low: 0.9, high: 1.9)
    #expect(scale.share(0.9) == 1 && scale.share(1.9) == 0 && scale.share(.nan) == nil)
    let log = ParallelCoordinates.Scale.numbers(low: 0.01, high: 1, isLogarithmic: true)
    #expect(abs((log.share(0.1) ?? 0) - 0.5) <= 1e-12)
    #expect(ParallelCoordinates.Scale.choices(["a", "b", "c"]).share(1) == 0.5)
    let single = ParallelCoordinates.Scale.numbers(low: 2, high: 2, isLogarithmic: false)
    #expect(single.share(2) == 0.5)
  }

  @Test("ticks of logarithms are powers of ten, or 1, 2 and 5 of them where powers are few")
  func logTicks() {
    func labels(_ low: Double, _ high: Double) -> [String] {
      LogAxis(covering: [low, high]).ticks.map(shortNumber)
    }
    #expect(labels(1e-5, 10) == ["1e-5", "1e-4", "0.001", "0.01", "0.1", "1", "10"])
    #expect(labels(0.01, 0.3) == ["0.01", "0.02", "0.05", "0.1", "0.2"])
    #expect(labels(0.0031, 0.0039) == ["0.0031", "0.0039"])
    #expect(labels(2, 2).count >= 2)
    for (low, high) in [(1e-30, 1e30), (1e-9, 1e3)] {
      #expect((3...9).contains(LogAxis(covering: [low, high]).ticks.count))
    }
    let axis = LogAxis(covering: [0.01, 1])
    #expect(axis.share(0.01) == 0 && abs(axis.share(1) - 1) <= 1e-12)
  }

  @Test("numbers are said in three digits and as short as can be") func numbers() {
    let numbers = [0, 0.001, 0.000123, 1e-5, 0.0316, 1, 999.7, 1234, 123_456, 1e-10, 2.5e7, -0.5]
    #expect(
      numbers.map(shortNumber) == [
        "0", "0.001", "1.23e-4", "1e-5", "0.0316", "1", "1000", "1234", "1.23e5", "1e-10", "2.5e7",
        "-0.5",
      ])
  }
}
