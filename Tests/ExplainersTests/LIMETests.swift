import Foundation
import Imaging
import TensorCore
import TestSupport
import Testing

@testable import Explainers

@Suite struct LIMETests {
  /// A picture of two channels in which every part has its own value, none of them 0.
  static func picture(_ segmentation: Segmentation) -> Tensor {
    Tensor(
      [segmentation.height, segmentation.width, 2],
      segmentation.labels.flatMap { [Float($0 + 1), Float(-$0 - 1)] })
  }

  /// Answers `answer(shown parts)` for pictures made from `picture` with a baseline of 0.
  static func model(
    _ segmentation: Segmentation, _ answer: @escaping ([Bool]) -> [Float]
  ) -> (Tensor) -> Tensor {
    { batch in
      let size = segmentation.labels.count
      let answers = (0..<batch.shape[0]).map { row -> [Float] in
        let pixels = batch.rows(row..<row + 1).elements
        var isShown = [Bool](repeating: false, count: segmentation.count)
        for (pixel, part) in segmentation.labels.enumerated() {
          let (first, second) = (pixels[2 * pixel], pixels[2 * pixel + 1])
          #expect(first == -second && [0, Float(part + 1)].contains(first))
          isShown[part] = first != 0
        }
        #expect(pixels.count == 2 * size)
        return answer(isShown)
      }
      return Tensor([batch.shape[0], answers[0].count], answers.flatMap { $0 })
    }
  }

  static let superpixels: Segmentation = {
    let pixels = (0..<48 * 40).map { UInt8(truncatingIfNeeded: ($0 / 48) * ($0 % 48)) }
    do {
      return try .slic(of: GrayImage(width: 48, height: 40, pixels: pixels), count: 30)
    } catch {
      preconditionFailure("\(error)")
    }
  }()

  static func planted(penalty: Double) throws -> (found: Explanation, weights: [[Double]]) {
    let parts = superpixels.count
    let weights: [[Double]] = (0..<3).map { randomNumbers(parts, seed: 10 + UInt64($0)) }
    let predict = model(superpixels) { isShown in
      weights.enumerated().map { index, weights in
        Float(zip(weights, isShown).reduce(0.1 * Double(index)) { $1.1 ? $0 + $1.0 : $0 })
      }
    }
    var lime = LIME()
    (lime.penalty, lime.baseline) = (penalty, .value(0))
    let found = try lime.explain(
      picture(superpixels), superpixels, of: BlackBox(predict), random: RandomStream(seed: 7))
    return (found, weights)
  }

  @Test("a linear model over superpixels gets its own weights back as the penalty goes to 0")
  func plantedModel() throws {
    let (found, weights) = try Self.planted(penalty: 1e-6)
    #expect((20...40).contains(found.segmentation.count))
    #expect(found.method == "lime" && found.samples == LIME().samples)
    #expect(found.classes.count == 3)
    for (index, (explained, weights)) in zip(found.classes, weights).enumerated() {
      let fit = try #require(explained.fit)
      expectClose(explained.weights, weights, relative: 1e-5)
      expectClose([fit.r2], [1.0], absolute: 1e-9)
      let whole = weights.reduce(0.1 * Double(index), +)
      expectClose(
        [fit.intercept, fit.localPrediction, found.probabilities[index]],
        [0.1 * Double(index), whole, whole], absolute: 1e-5)
      expectClose(
        found.heatMap(ofClass: index), Self.superpixels.labels.map { explained.weights[$0] },
        absolute: 0)
    }
  }

  @Test("the usual penalty shrinks a planted model's weights a little, all of them the same way")
  func shrinkage() throws {
    let (found, weights) = try Self.planted(penalty: 1)
    for (explained, weights) in zip(found.classes, weights) {
      let (length, full) = (dot(explained.weights, explained.weights), dot(weights, weights))
      #expect(length < full && length > 0.8 * full)
    }
  }

  @Test("neither batch size nor workers change anything, another seed does")
  func independence() throws {
    let segmentation = try Segmentation.grid(width: 12, height: 10, rows: 3, columns: 4)
    let image = Self.picture(segmentation)
    let predict = Self.model(segmentation) { isShown in
      let count = Float(isShown.count { $0 })
      return [count * count / 144, isShown[3] && isShown[7] ? 0.8 : 0.1]
    }
    func explain(batchSize: Int = 128, seed: UInt64 = 5) throws -> Explanation {
      var lime = LIME()
      (lime.samples, lime.batchSize, lime.baseline) = (300, batchSize, .value(0))
      return try lime.explain(
        image, segmentation, of: BlackBox(predict), random: RandomStream(seed: seed))
    }
    let usual = try explain()
    for batchSize in [1, 7, 299, 300, 100_000] {
      #expect(try explain(batchSize: batchSize) == usual)
    }
    #expect(try explain(seed: 6) != usual)
    expectSameOnAnyNumber { try? explain() }
  }

  @Test("a network that looks at one quadrant has nearly all weight there")
  func quadrant() throws {
    let segmentation = try Segmentation.grid(width: 32, height: 32, rows: 6, columns: 6)
    let image = randomTensor([32, 32, 1], seed: 2)
    // How like the picture the upper left quadrant is, as the softmax of two logits.
    let original = image.elements
    let network = BlackBox { batch in
      let answers = (0..<batch.shape[0]).flatMap { row -> [Float] in
        let pixels = batch.rows(row..<row + 1).elements
        var likeness: Float = 0
        for y in 0..<16 {
          for x in 0..<16 { likeness += pixels[y * 32 + x] * original[y * 32 + x] }
        }
        let p = 1 / (1 + exp(-likeness / 20))
        return [1 - p, p]
      }
      return Tensor([batch.shape[0], 2], answers)
    }
    let found = try LIME().explain(
      image, segmentation, of: network, random: RandomStream(seed: 1))
    for index in 0..<2 {
      let weights = found.classes[index].weights
      let inside = (0..<36).filter { $0 / 6 < 3 && $0 % 6 < 3 }.map { abs(weights[$0]) }
      #expect(inside.reduce(0, +) > 0.9 * weights.reduce(0) { $0 + abs($1) })
      #expect(try #require(found.classes[index].fit).r2 > 0.9)
    }
    #expect(found.classes[1].weights.reduce(0, +) > 0.1)
    expectClose(
      found.classes[0].weights, found.classes[1].weights.map { -$0 }, absolute: 1e-6,
      "what speaks for one of two classes speaks against the other")
  }

  @Test("baselines: each part's mean, the picture's, a value; a channel at a time")
  func baselines() throws {
    let segmentation = Segmentation(width: 2, height: 2, labels: [0, 1, 1, 1])
    let image = Tensor([2, 2, 2], [4, 0, 1, 10, 2, 20, 3, 30])
    func filled(_ baseline: Baseline) -> [Float] { baseline.filling(image, segmentation).elements }
    #expect(filled(.partMean) == [4, 0, 2, 20, 2, 20, 2, 20])
    #expect(filled(.pictureMean) == [2.5, 15, 2.5, 15, 2.5, 15, 2.5, 15])
    let rows = Tensor([2, 3, 2], [1, 9, 5, 7, 3, 8, 40, 1, 20, 2, 90, 3])
    #expect(
      Baseline.rowMedian.filling(rows, segmentation).elements
        == [3, 8, 3, 8, 3, 8, 40, 2, 40, 2, 40, 2])
    #expect(filled(.value(-1)) == [Float](repeating: -1, count: 8))
  }

  @Test("blurring: a point becomes Gauss's bell, edges are repeated, channels stay apart")
  func blurring() throws {
    // 20 pixels wide, so that a share of 0.1 is a deviation of 2.
    let segmentation = try Segmentation.grid(width: 20, height: 15, rows: 2, columns: 2)
    var levels = [Float](repeating: 3, count: 20 * 15 * 2)
    for i in 0..<20 * 15 { levels[2 * i] = i == 7 * 20 + 10 ? 1 : 0 }
    let out = Baseline.blurred(0.1).filling(Tensor([15, 20, 2], levels), segmentation)
    let bell = (-6...6).map { exp(-Double($0 * $0) / 8) }
    let total = bell.reduce(0, +)
    var expected: [Double] = []
    for y in 0..<15 {
      for x in 0..<20 {
        let (dy, dx) = (abs(y - 7), abs(x - 10))
        let level = dy <= 6 && dx <= 6 ? bell[6 + dy] * bell[6 + dx] / (total * total) : 0
        expected += [level, 3]
      }
    }
    expectClose(out.elements.map { Double($0) }, expected, absolute: 1e-6)
  }

  @Test("settings that make no sense are refused as usage, before the network is asked")
  func badSettings() throws {
    func refused(_ name: String, parts: Int = 4, _ change: (inout LIME) -> Void) throws {
      var lime = LIME()
      change(&lime)
      let segmentation = try Segmentation.grid(width: 4, height: 4, rows: 1, columns: parts)
      let error = #expect(throws: ExplanationError.self, "\(name)") {
        let network = BlackBox { _ in
          Issue.record("the network was asked")
          return Tensor([1, 1])
        }
        _ = try lime.explain(
          Tensor([4, 4, 1]), segmentation, of: network, random: RandomStream(seed: 1))
      }
      guard case .badSetting(let found, _, _, _) = try #require(error) else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(found == name)
      #expect(error?.kind == .usage)
      #expect(error?.description.contains("\n") == false)
    }
    try refused("samples") { $0.samples = 5 }
    try refused("samples") { $0.samples = -3 }
    try refused("samples") { $0.samples = .max }
    try refused("parts", parts: 1) { _ in }
    try refused("penalty") { $0.penalty = -0.1 }
    try refused("penalty") { $0.penalty = .nan }
    try refused("kernel width") { $0.kernelWidth = 0 }
    try refused("kernel width") { $0.kernelWidth = .infinity }
    try refused("kernel width") { $0.kernelWidth = 1e-3 }
    try refused("batch size") { $0.batchSize = 0 }
    try refused("standard error") {
      $0.automaticSamples = AutomaticSamples()
      $0.automaticSamples?.relativeError = .nan
    }
    try refused("samples") {
      $0.automaticSamples = AutomaticSamples()
      $0.automaticSamples?.limit = 5
    }
    try refused("baseline") { $0.baseline = .value(.nan) }
    try refused("baseline") { $0.baseline = .blurred(0) }
    try refused("baseline") { $0.baseline = .blurred(.nan) }
  }

  @Test("one sample more than unknowns is enough")
  func fewestSamples() throws {
    let segmentation = try Segmentation.grid(width: 4, height: 4, rows: 1, columns: 2)
    var lime = LIME()
    lime.samples = 4
    let found = try lime.explain(
      Tensor([4, 4, 1]), segmentation, of: BlackBox { Tensor([$0.shape[0], 1], repeating: 1) },
      random: RandomStream(seed: 1))
    #expect(found.probabilities == [1])
  }

  @Test("an answer that is not finite is bad data and says where")
  func notFinite() throws {
    let segmentation = try Segmentation.grid(width: 4, height: 4, rows: 2, columns: 2)
    var lime = LIME()
    lime.batchSize = 10
    var asked = 0
    let error = #expect(throws: ExplanationError.notFinite(sample: 13, classIndex: 1)) {
      let network = BlackBox { batch in
        var answer = Tensor([batch.shape[0], 2])
        asked += 1
        if asked == 2 { answer[3, 1] = .nan }
        return answer
      }
      _ = try lime.explain(
        Tensor([4, 4, 1]), segmentation, of: network, random: RandomStream(seed: 1))
    }
    #expect(error?.kind == .badData)
  }

  @Test("progress is told the share done, and what it throws ends the work")
  func progress() throws {
    struct Stop: Error {}
    let segmentation = try Segmentation.grid(width: 4, height: 4, rows: 2, columns: 2)
    var lime = LIME()
    (lime.samples, lime.batchSize) = (25, 10)
    var (told, asked): ([Double], [Int]) = ([], [])
    func explain(until limit: Double) throws -> Explanation {
      (told, asked) = ([], [])
      return try lime.explain(
        Tensor([4, 4, 1]), segmentation,
        of: BlackBox { batch in
          asked.append(batch.shape[0])
          return Tensor([batch.shape[0], 1], repeating: 1)
        },
        random: RandomStream(seed: 1),
        progress: { share in
          told.append(share)
          if share >= limit { throw Stop() }
        })
    }
    _ = try explain(until: .infinity)
    #expect(told == [0.4, 0.8, 1] && asked == [10, 10, 5])
    #expect(throws: Stop.self) { try explain(until: 0.8) }
    #expect(told == [0.4, 0.8] && asked == [10, 10])
  }
}
