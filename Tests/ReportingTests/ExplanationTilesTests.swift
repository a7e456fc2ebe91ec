import Explainers
import Imaging
import Testing

@testable import Reporting

@Suite struct ExplanationTilesTests {
  /// Tiles that break figures: long names, many notes, odd sizes, single pixels as parts.
  private static func tiles(_ count: Int, of example: ExplanationFigure) -> [ExplanationTiles.Tile]
  {
    (0..<count).map { index in
      let isPlain = index == 0
      return ExplanationTiles.Tile(
        title: index == 1 ? String(repeating: "integrated gradients ", count: 5) : "lime \(index)",
        picture: isPlain
          ? .image(example.image) : .map(example.image, example.explanation, classIndex: 1),
        notes: isPlain ? [] : ["1000 pictures asked", "R² 0.31"],
        doubts: index % 3 == 1 ? ["2 doubts: see its own picture"] : [])
    }
  }

  @Test(
    "all texts lie inside the picture and none touches another",
    arguments: ExplanationExamples.all.indices)
  func texts(_ index: Int) throws {
    let (name, figure) = ExplanationExamples.all[index]
    for count in [1, 2, 5, 9] {
      let tiles = ExplanationTiles(
        title: "Happy: 87.3 %", lead: String(repeating: "Orange speaks for it. ", count: 9),
        tiles: Self.tiles(count, of: figure))
      // Two lines of text; a title each; a bar's three numbers and two notes of all but the first.
      let texts = try expectReadable(tiles, name)
      #expect(texts >= 2 + count + 5 * (count - 1), "\(name), \(count)")
      let image = try ImageFile.decode(tiles.png(scale: 1)).rgb()
      #expect(image.width == Int(tiles.size.width.rounded(.up)))
      #expect(isWellFormed(try tiles.svg(idPrefix: "p-")))
    }
  }

  @Test("single pixels have no borders, but their heaviest tenth is outlined") func pixels() throws
  {
    let example = ExplanationExamples.figure()
    let weights = (0..<48 * 48).map { $0 / 48 < 6 ? 1.0 : 0 }
    let explanation = Explanation(
      method: "grad-cam",
      segmentation: Segmentation(width: 48, height: 48, labels: Array(0..<48 * 48)), samples: 1,
      probabilities: [1], classes: [ClassExplanation(weights: weights)])
    func level(_ x: Double, _ y: Double) throws -> UInt8 {
      let canvas = try Canvas(width: 480, height: 480)
      HeatMapPlot(image: example.image, explanation: explanation, classIndex: 0)
        .draw(in: Rectangle(x: 0, y: 0, width: 480, height: 480), on: canvas)
      let picture = try canvas.grayImage()
      return picture.pixels[Int(y) * 480 + Int(x)]
    }
    // A tenth of the pixels are 230: the first four rows and part of the fifth. Their lower edge is
    // dark, and so is no place between pixels elsewhere.
    #expect(try level(455, 40) < 100)
    let (inside, besides) = (try level(455, 300), try level(455, 310))
    #expect(abs(Int(inside) - Int(besides)) < 3)
  }
}
