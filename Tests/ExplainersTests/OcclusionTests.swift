import TensorCore
import TestSupport
import Testing

@testable import Explainers

@Suite("Occlusion") struct OcclusionTests {
  /// Class 0: a sum of the pixels with planted weights; class 1: the rest.
  static func linear(_ weights: [Float]) -> BlackBox {
    BlackBox { pictures in
      let size = weights.count
      let levels = pictures.elements
      return Tensor(
        [pictures.shape[0], 2],
        (0..<pictures.shape[0]).flatMap { row -> [Float] in
          let sum = dot(Array(levels[row * size..<(row + 1) * size]), weights)
          return [sum, 1 - sum]
        })
    }
  }

  static let image = Tensor([5, 7, 1], (0..<35).map { 1 + Float($0) / 35 })

  @Test("a pixel's weight is the mean drop of the windows over it, worked out by hand")
  func window() throws {
    let planted: [Float] = randomNumbers(35, seed: 6).map { $0 / 10 }
    var method = Occlusion()
    (method.window, method.stride, method.baseline) = (3, 2, .value(0))
    let parts = try Segmentation.grid(width: 7, height: 5, rows: 1, columns: 1)
    let found = try method.explain(
      Self.image, parts, of: Self.linear(planted), random: RandomStream(seed: 1))
    // Rows 0 and 2, columns 0, 2, 4.
    let levels = Self.image.elements
    var (sums, counts) = ([Double](repeating: 0, count: 35), [Double](repeating: 0, count: 35))
    for top in [0, 2] {
      for left in [0, 2, 4] {
        let pixels = (0..<9).map { (top + $0 / 3) * 7 + left + $0 % 3 }
        let drop = pixels.reduce(0.0) { $0 + Double(levels[$1] * planted[$1]) }
        for pixel in pixels {
          sums[pixel] += drop
          counts[pixel] += 1
        }
      }
    }
    #expect(found.samples == 7)
    expectClose(found.classes[0].weights, zip(sums, counts).map { $0 / $1 }, absolute: 1e-5)
    expectClose(
      found.classes[1].weights, found.classes[0].weights.map { -$0 }, absolute: 1e-5)
  }

  @Test("a window of one pixel finds every pixel's own drop") func single() throws {
    let planted: [Float] = randomNumbers(35, seed: 6).map { $0 / 10 }
    var method = Occlusion()
    (method.window, method.baseline) = (1, .value(0))
    let found = try method.explain(
      Self.image, .pixels(width: 7, height: 5), of: Self.linear(planted),
      random: RandomStream(seed: 1))
    #expect(found.samples == 36)
    expectClose(
      found.classes[0].weights, zip(Self.image.elements, planted).map { $0 * $1 }, absolute: 1e-5)
  }

  @Test("every pixel is hidden, whatever the steps; the usual window is a sixth of the side")
  func windows() throws {
    var method = Occlusion()
    var windows = try method.windows(over: 48, 48)
    #expect(windows.width == 8 && windows.height == 8 && windows.count == 21 * 21)
    #expect(try method.windows(over: 2, 1).count == 2)
    method.window = 5
    for stride in 1...5 {
      method.stride = stride
      for (rows, columns) in [(5, 5), (12, 7), (3, 11), (13, 13)] {
        windows = try method.windows(over: rows, columns)
        var isHidden = [Bool](repeating: false, count: rows * columns)
        for index in 0..<windows.count {
          for y in windows[index].rows {
            for x in windows[index].columns { isHidden[y * columns + x] = true }
          }
        }
        #expect(isHidden.allSatisfy { $0 }, "\(rows)x\(columns) by \(stride)")
      }
    }
  }

  @Test("parts one by one: the drop of each; several channels") func parts() throws {
    let segmentation = try Segmentation.grid(width: 12, height: 10, rows: 3, columns: 4)
    let network = BlackBox(
      LIMETests.model(segmentation) { isShown in
        [isShown[3] && isShown[7] ? 0.9 : 0.2, isShown[5] ? 0.1 : 0.3]
      })
    var settings = ExplainerSettings()
    (settings.hidesParts, settings.baseline) = (true, .value(0))
    let found = try Occlusion(settings).explain(
      LIMETests.picture(segmentation), segmentation, of: network, random: RandomStream(seed: 1))
    #expect(found.samples == 13 && found.segmentation == segmentation)
    var expected = [[Double]](repeating: [Double](repeating: 0, count: 12), count: 2)
    (expected[0][3], expected[0][7], expected[1][5]) = (0.7, 0.7, -0.2)
    for index in 0..<2 {
      expectClose(found.classes[index].weights, expected[index], absolute: 1e-6)
    }
  }

  @Test("the batch size changes nothing") func batches() throws {
    func explain(_ batchSize: Int, hidesParts: Bool) throws -> Explanation {
      var method: Occlusion = .onBlack { $0.hidesParts = hidesParts }
      method.batchSize = batchSize
      return try method.explain(
        Self.image, .grid(width: 7, height: 5, rows: 2, columns: 3),
        of: Self.linear(randomNumbers(35)), random: RandomStream(seed: 1))
    }
    for hidesParts in [true, false] {
      let usual = try explain(128, hidesParts: hidesParts)
      for size in [1, 2, 7, 10_000] { #expect(try explain(size, hidesParts: hidesParts) == usual) }
    }
  }

  @Test("settings that make no sense are refused before the network is asked") func refused() throws
  {
    func refused(_ name: String, _ change: (inout Occlusion) -> Void) throws {
      var method = Occlusion()
      change(&method)
      try expectRefused(name, method)
    }
    try refused("window") { $0.window = 0 }
    try refused("window") { $0.window = 13 }
    try refused("stride") { $0.stride = 0 }
    try refused("stride") { ($0.window, $0.stride) = (4, 5) }
    try refused("batch size") { $0.batchSize = 0 }
    var method = Occlusion()
    (method.window, method.stride) = (1, 1)
    try expectRefused(
      "stride", method,
      Segmentation(width: 1000, height: 1000, labels: .init(repeating: 0, count: 1_000_000)))
  }
}
