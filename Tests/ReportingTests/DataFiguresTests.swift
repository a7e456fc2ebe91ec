import Foundation
import Imaging
@testable import Reporting
import Testing

@Suite struct DataFiguresTests {
  private func stack(rows: Int, columns: Int, label: String = "amplitude") -> StackFigure {
    let cells = (0..<rows).map { row in (0..<columns).map { Float(row == 1 ? 0 : -80 - $0 % 2) } }
    return StackFigure(
      title: String(repeating: "a long title ", count: 20), xLabel: "seconds", xRange: 0...3.3,
      panels: [
        .envelope(EnvelopePlot(values: (0..<5000).map { sin(Float($0)) }, label: label)),
        .grid(
          GridPlot(
            rows: cells, yRange: 0...11025, yLabel: "Hz", low: -80, high: 0, valueLabel: "dB")),
      ])
  }

  @Test("a stack's texts stay inside and apart, large and small")
  func stackIsReadable() throws {
    for figure in [stack(rows: 1025, columns: 200), stack(rows: 2, columns: 1)] {
      #expect(try expectReadable(figure) > 15)
    }
    var empty = stack(rows: 2, columns: 2)
    empty.panels = [.envelope(EnvelopePlot(values: [], label: ""))]
    _ = try empty.png(scale: 1)
  }

  @Test("the loudest row is dark where it lies: the second of four, from the bottom")
  func gridIsUpright() throws {
    let figure = stack(rows: 4, columns: 10)
    let canvas = try Canvas(width: figure.size.width, height: figure.size.height)
    figure.draw(on: canvas)
    let image = try canvas.rgbImage()
    func level(_ x: Int, _ y: Int) -> Int { Int(image.pixels[3 * (y * image.width + x)]) }
    // The grid lies from 192 to 462 under the envelope: four rows of 67.5.
    let levels = [225, 293, 360, 428].map { level(400, $0) }
    #expect(levels[2] < 40 && levels[0] > 240 && levels[1] > 240 && levels[3] > 240, "\(levels)")
  }

  private let names = ["blues", "a very long name of a class that does not fit", "jazz"]

  @Test("distributions show the columns that tell classes apart, best first")
  func ranking() throws {
    let labels = (0..<90).map { $0 % 3 }
    let rows = labels.enumerated().map { index, label in
      (0..<20).map { column in
        column == 7 ? Float(10 * label) + Float(index % 5) : Float((index * 37 + column) % 11)
      }
    }
    let columns = (0..<20).map { "column_\($0)_mean" }
    let figure = DistributionsFigure(
      title: "20 columns", columns: columns, rows: rows, labels: labels, classNames: names)
    #expect(try expectReadable(figure) > 30)
    let text = try figure.svg()
    #expect(!text.isEmpty && figure.columnNames.count == 12)
    #expect(figure.columnNames.first == "column_7_mean")
  }

  @Test("a class without rows, a column without spread and a single row are drawn")
  func odd() throws {
    for rows: [[Float]] in [[[1, 2]], [[3, 3], [3, 4]]] {
      let figure = DistributionsFigure(
        title: "odd", columns: ["a", "b"], rows: rows, labels: rows.map { _ in 2 },
        classNames: names)
      #expect(try expectReadable(figure) > 4)
    }
  }

  @Test("colours go from white to dark without a turn back, and stop at both ends")
  func colours() {
    let colors = SequentialColors(low: -80, high: 0)
    let lights = stride(from: -90.0, through: 10, by: 5).map { value in
      let color = colors[value]
      return 0.3 * color.red + 0.6 * color.green + 0.1 * color.blue
    }
    #expect(zip(lights, lights.dropFirst()).allSatisfy { $0 >= $1 })
    #expect((lights.first ?? 0) > 0.999 && (lights.last ?? 1) < 0.15)
  }
}
