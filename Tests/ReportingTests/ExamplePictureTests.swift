import Foundation
import Imaging
import Testing

@testable import Reporting

extension Examples {
  /// A sound whose third band of four is loud in its second half.
  static func spectrogram(bands: Int = 4, frames: Int = 8) -> ExampleGrid {
    ExampleGrid(
      rows: (0..<bands).map { band in
        (0..<frames).map { band == 2 && $0 >= frames / 2 ? 0 : -80 }
      },
      axes: axes, low: -80, high: 0, valueLabel: "dB", words: "Low frequencies are below.")
  }

  static let axes = SoundAxes(
    time: 0...2.97, ticks: [.init(place: 0.125, text: "250"), .init(place: 0.75, text: "4000")],
    label: "Hz")

  static let series = ExampleGrid(
    rows: (0..<20).map { row in (0..<50).map { Float(($0 + row) % 7) - 3 } },
    axes: SoundAxes(
      time: 0...50, timeLabel: "frame",
      ticks: (0..<20).map {
        .init(place: (Double($0) + 0.5) / 20, text: "spectral_something_\($0)")
      }, label: ""), low: -3, high: 3, valueLabel: "σ", words: "Frame by frame.")

  static func bars(_ columns: Int) -> ExampleBars {
    ExampleBars(
      columns: (0..<columns).map {
        .init(
          name: "a_rather_long_name_of_a_column_\($0)", deviations: Double($0 * 7 % 11) - 5)
      })
  }

  static func sound(_ index: Int, _ picture: ExamplePicture) -> ReportSample {
    ReportSample(
      row: index, picture: picture, name: "03-01-0\(index).flac", group: "speaker <12>",
      truth: "calm", answers: [.init(name: index == 1 ? "sad" : "calm", probability: 0.7)])
  }

  static func groups(_ count: Int) -> GroupsFigure {
    GroupsFigure(
      title: "Accuracy by speaker",
      groups: (0..<count).map {
        let share = 1 - Double($0) / Double(max(1, count))
        return .init(
          name: "ravdess/a speaker of a very long name \($0)", share: share,
          low: max(0, share - 0.2), high: min(1, share + 0.1), n: 60 - $0 % 50)
      }, overall: 0.6)
  }
}

@Suite("Pictures of sounds and tables") struct ExamplePictureTests {
  @Test("texts stay inside and apart, with few rows and many, with one column and none")
  func readable() throws {
    #expect(try expectReadable(Examples.spectrogram(), "spectrogram") >= 10)
    #expect(try expectReadable(Examples.series, "series") >= 26)
    for count in [1, 3, 30] { try expectReadable(Examples.bars(count), "\(count) bars") }
    #expect(try Examples.bars(0).png(scale: 1).count > 100)
    for count in [1, 4, 30, 31, 200] { try expectReadable(Examples.groups(count), "\(count)") }
  }

  @Test("low frequencies are below, time goes to the right, the loud is dark") func upright() throws
  {
    let grid = Examples.spectrogram()
    let canvas = try Canvas(width: grid.size.width, height: grid.size.height)
    grid.draw(on: canvas)
    let image = try canvas.rgbImage()
    func level(_ x: Int, _ y: Int) -> Int { Int(image.pixels[3 * (y * image.width + x)]) }
    // The plot lies between 14 and 134, four bands of 30 each: the third from below is at 44 to 74.
    let right = [29, 59, 89, 119].map { level(220, $0) }
    let left = [29, 59, 89, 119].map { level(100, $0) }
    #expect(right[1] < 40 && right[0] > 240 && right[2] > 240 && right[3] > 240, "\(right)")
    #expect(left.allSatisfy { $0 > 240 }, "\(left)")
  }

  @Test("of a row the most unusual columns are shown, whichever way") func unusual() {
    let bars = ExampleBars(
      columns: [0.5, -4, 2, 4, -0.1].enumerated().map {
        .init(name: "c\($0.offset)", deviations: $0.element)
      })
    #expect(bars.bars.map(\.name) == ["c1", "c3", "c2", "c0", "c4"])
    #expect(Examples.bars(30).bars.count == ExampleBars.count)
  }

  @Test("of many speakers the ends are drawn, and how many are not") func ends() {
    #expect(Examples.groups(30).hiddenCount == 0 && Examples.groups(100).hiddenCount == 70)
    #expect(Examples.groups(100).size.height == Examples.groups(31).size.height)
  }

  @Test("a figure of samples has room for drawings with axes") func samples() throws {
    let pictures: [ExamplePicture] = (0..<6).map { _ in .grid(Examples.spectrogram()) }
    let figure = SamplesFigure(
      samples: pictures.enumerated().map { Examples.sound($0.offset, $0.element) },
      augmented: [("as epoch 1 shows them", pictures)])
    #expect(figure.columns == 4)
    try expectReadable(figure, "sounds")
    try expectReadable(
      SamplesFigure(samples: [Examples.sound(1, .bars(Examples.bars(30)))]), "a row")
    #expect(Examples.samples.columns == 8)
  }
}

@Suite("A report on sounds") struct SoundReportTests {
  private static func content(_ subject: ReportSubject) -> RunReport.Content {
    var content = RunReport.Content(title: "Voices", protocolLine: "trained on 14 speakers")
    content.subject = subject
    content.metrics = [.init("accuracy", "60.1 %", interval: "95 %: 58.4 to 61.7 %")]
    content.groupings = ["speaker", "corpus"].map { kind in
      RunReport.Grouping(
        kind: kind, note: "4 <of them>: from 50 % to 70 %.", figure: Examples.groups(4),
        table: .init(columns: [kind, "rows"], rows: [["ravdess/12", "60"]]))
    }
    content.curves = Examples.curves(3)
    content.hits = [0, 2].map { Examples.sound($0, .grid(Examples.spectrogram())) }
    content.errors = [Examples.sound(1, .bars(Examples.bars(9)))]
    content.audit = .init(notes: ["No reported row looks like one that was learnt from."])
    return content
  }

  @Test("a card has the file and the speaker, results stand by speaker and by corpus, all is whole")
  func page() throws {
    let html = try RunReport(Self.content(.speech)).html()
    for part in [
      "03-01-00.flac, speaker &lt;12&gt;, row 0", "By speaker", "By corpus", "4 &lt;of them&gt;",
      "ravdess/12", "a recording labelled calm", "Low frequencies are below.",
      "class=\"cards plots\"",
      "results by speaker", "not what the person felt", "everyday speech",
    ] { #expect(html.contains(part), "\(part)") }
    expectSelfContained(html)
    expectContents(html)
    let ids = html.matches(of: /\sid="([^"]*)"/).map(\.1)
    #expect(Set(ids).count == ids.count)
    let body = try #require(html.firstMatch(of: /(?s)<body>.*<\/body>/)).0
    #expect(isWellFormed(String(body.replacing(/<img [^>]*>/, with: "<img/>"))))
  }

  @Test("nothing speaks of faces but a report on faces", arguments: ReportSubject.allCases)
  func words(_ subject: ReportSubject) throws {
    let html = try RunReport(Self.content(subject)).html()
    let markdown = ReportMarkdown(Self.content(subject)).markdown
    let card = ModelCard(
      title: "a", summary: "b", protocolLine: "c", notes: [],
      data: .init(columns: [], rows: []), measures: .init(columns: [], rows: []),
      classes: .init(columns: [], rows: []), calibration: .init(columns: [], rows: []),
      weaknesses: [], settings: [])
    var own = card
    own.subject = subject
    own.groupings = Self.content(subject).groupings
    for text in [
      html.replacing(/(?s)<style>.*<\/style>/, with: "").replacing(/<[^>]*>/, with: " "), markdown,
      own.markdown,
    ] {
      let said = text.contains(/\b[Ff]aces?\b/) || text.contains(/\b[Pp]ictures?\b/)
      let mayBe = subject == .faces
      #expect(
        mayBe || !said,
        "\(subject): \(text.matches(of: /.{40}[Ff]aces?.{20}/).map { String($0.0) })")
    }
    #expect(own.markdown.contains("## By speaker\n\n4 &lt;of them&gt;"))
    #expect(markdown.contains("### By corpus"))
  }
}
