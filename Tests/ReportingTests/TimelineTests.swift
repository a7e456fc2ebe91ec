import Imaging
import Testing

@testable import Reporting

@Suite("Timelines") struct TimelineTests {
  /// A window a second of a sound: one class, then another, with nothing from `silence`.
  private static func points(
    _ count: Int, silence: Range<Int> = 0..<0, classes: Int = 2
  ) -> [(seconds: Double, probabilities: [Double])] {
    (0..<count).filter { !silence.contains($0) }.map { second in
      let answer = second < count / 2 ? 0 : 1
      return (Double(second) + 0.5, (0..<classes).map { $0 == answer ? 0.8 : 0.2 })
    }
  }

  private static func figure(
    _ points: [(seconds: Double, probabilities: [Double])], seconds: Double, classes: Int = 2
  ) -> TimelineFigure {
    TimelineFigure(
      title: "talk.wav", panels: [.init(title: "talk.wav", points: points)],
      classNames: (0..<classes).map { "class \($0)" }, range: 0...seconds, gap: 1.5,
      absence: "silent")
  }

  @Test("few answers are lines, more than can be followed a map")
  func choice() {
    let most = TimelineFigure.mostPoints
    #expect(!Self.figure(Self.points(most), seconds: 150).isMap)
    #expect(Self.figure(Self.points(most + 1), seconds: 151).isMap)
  }

  @Test(
    "texts stay inside and apart, of seconds and hours, of one answer and none, of many classes")
  func readable() throws {
    for (count, classes) in [
      (0, 2), (1, 8), (40, 8), (600, 8), (3600, 12), (3600, 40), (90_000, 3),
    ] {
      let points = Self.points(count, silence: 100..<140, classes: classes)
      try expectReadable(
        Self.figure(points, seconds: Double(max(1, count)), classes: classes), "\(count)")
    }
  }

  @Test("a column has the mean of its answers and the class that most are; silence has none")
  func columns() throws {
    func map(
      _ points: [(seconds: Double, probabilities: [Double])], _ seconds: Double, edge: Double = 0
    ) -> TimelineMap {
      TimelineMap(
        points: points, classes: [0, 1], names: ["a", "b"], axis: TimeAxis(0...seconds, count: 9),
        edge: edge)
    }
    // A column a second: every answer stands alone.
    let single = map(Self.points(200, silence: 50..<60), 200).columns(200)
    for (second, column) in single.enumerated() {
      guard !(50..<60).contains(second) else {
        #expect(column == nil, "\(second)")
        continue
      }
      let found = try #require(column, "\(second)")
      #expect(found.majority == (second < 100 ? 0 : 1))
      #expect(abs(found.means[0] - (second < 100 ? 0.8 : 0.2)) < 1e-9)
    }
    // Ten seconds a column, the middle one half of each: of equals the first class.
    let mixed = map(Self.points(210), 210).columns(21)
    let middle = try #require(mixed[10])
    #expect(abs(middle.means[0] - 0.5) < 1e-9 && middle.majority == 0)
    // Fewer answers than columns: none is empty.
    #expect(map(Self.points(160), 160).columns(636).allSatisfy { $0 != nil })
    // Windows of 20 s have their middles 10 s from the ends, which they hear all the same.
    let late = (0..<160).map { (seconds: 10 + Double($0), probabilities: [1.0, 0]) }
    #expect(map(late, 179).columns(179)[3] == nil)
    #expect(map(late, 179, edge: 10).columns(179).allSatisfy { $0 != nil })
  }

  @Test("the map is drawn: the probable is dark, silence grey, the strip has the answers' colours")
  func pixels() throws {
    let figure = Self.figure(Self.points(400, silence: 300..<340), seconds: 400)
    let canvas = try Canvas(width: figure.size.width, height: figure.size.height)
    figure.draw(on: canvas)
    let image = try canvas.rgbImage()
    func color(_ second: Double, _ y: Double) -> [UInt8] {
      let x = TimelineMap.left + (860 - TimelineMap.left - TimelineMap.right) * second / 400
      let place = 3 * (Int(y) * image.width + Int(x))
      return Array(image.pixels[place..<place + 3])
    }
    let top = 44.0 + 22
    let (first, second) = (top + 8, top + 24)
    let strip = top + TimelineMap.height(classes: 2) - 7
    #expect(color(100, first)[0] < 60 && color(100, second)[0] > 150)
    #expect(color(380, second)[0] < 60 && color(380, first)[0] > 150)
    for y in [first, second, strip] { #expect(color(320, y) == [0xE3, 0xE3, 0xE3]) }
    #expect(color(100, strip) == [0x00, 0x72, 0xB2] && color(380, strip) == [0xD5, 0x5E, 0x00])
  }

  @Test("beyond the end of a shorter recording nothing is drawn") func ends() throws {
    var figure = Self.figure(Self.points(200), seconds: 400)
    figure.panels[0].end = 200
    try expectReadable(figure, "half")
    let canvas = try Canvas(width: figure.size.width, height: figure.size.height)
    figure.draw(on: canvas)
    let image = try canvas.rgbImage()
    let middle = TimelineMap.left + (860 - TimelineMap.left - TimelineMap.right) / 2
    let place = 3 * (74 * image.width + Int(middle) + 40)
    #expect(image.pixels[place..<place + 3].elementsEqual([255, 255, 255]))
    let before = 3 * (90 * image.width + Int(middle) - 40)
    #expect(image.pixels[before] < 60)
  }

  @Test("eight classes of one answer have eight looks") func looks() throws {
    let looks = try (0..<8).map { index -> [UInt8] in
      let canvas = try Canvas(width: 12, height: 12)
      ClassMark(index).draw(at: Point(6, 6), radius: 4, on: canvas)
      return try canvas.rgbImage().pixels
    }
    #expect(Set(looks).count == 8)
    // Those of one shape are of other colours.
    #expect(ClassMark(0).color != ClassMark(6).color && ClassMark.count >= 12)
  }

  @Test("long spans are told in minutes or hours, at round places") func axis() {
    let short = TimeAxis(0...40, count: 9)
    #expect(short.label == "seconds" && short.ticks.map(short.text).contains("20"))
    let minutes = TimeAxis(0...1200, count: 9)
    #expect(minutes.label == "min:s")
    #expect(minutes.ticks.map(minutes.text) == ["0:00", "5:00", "10:00", "15:00", "20:00"])
    let hours = TimeAxis(0...3780, count: 9)
    #expect(hours.label == "h:min:s" && hours.ticks.map(hours.text).last == "1:00:00")
    let days = TimeAxis(0...400_000, count: 9)
    #expect((2...12).contains(days.ticks.count))
    #expect(abs(minutes.share(300) - 0.25) < 1e-12)
  }
}
