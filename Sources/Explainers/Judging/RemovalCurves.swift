internal import TensorCore

/// How fast the network's answer goes when a picture's parts are hidden one after the other, and how
/// fast it comes back when they are shown (Petsiuk, Das and Saenko 2018,
/// https://arxiv.org/abs/1806.07421).
///
/// An explanation names the order. If it is right, hiding what it calls important first makes the
/// probability fall at once, and showing it first brings it back at once. How large an area is depends on
/// the picture and on what hides; so every picture's areas stand beside those of random orders of the
/// same parts.
public struct RemovalCurves: Sendable, Hashable {
  /// The area under the class's probability while the parts are hidden, the heaviest first, over the
  /// share of pixels that are: 0...1, the lower the better.
  public var deletion: Double
  /// The area while they are shown again, the heaviest first: 0...1, the higher the better.
  public var insertion: Double

  /// Areas.
  public init(deletion: Double, insertion: Double) {
    (self.deletion, self.insertion) = (deletion, insertion)
  }
}

/// Measures orders of the parts of one picture.
struct RemovalTest {
  let pictures: PartialPictures
  let network: any ExplainedNetwork
  let classIndex: Int

  /// The areas of each order, in which every part stands once.
  func curves(of orders: [[Int]]) throws -> [RemovalCurves] {
    let parts = pictures.segmentation.count
    // Hiding goes through the same pictures as showing the same order backwards, but for the order; both
    // are asked about together, so that few batches are half empty.
    var flags: [Bool] = []
    for order in orders {
      for isHiding in [true, false] {
        var shown = [Bool](repeating: isHiding, count: parts)
        flags += shown
        for part in order {
          shown[part].toggle()
          flags += shown
        }
      }
    }
    let steps = parts + 1
    let masks = Masks(samples: orders.count * 2 * steps, parts: parts, isShown: flags)
    let answers = try pictures.answers(
      to: masks, of: network, batchSize: 128, progress: { _ in })[classIndex]
    var sizes = [Double](repeating: 0, count: parts)
    for label in pictures.segmentation.labels { sizes[label] += 1 }
    return orders.enumerated().map { index, order in
      func area(_ half: Int) -> Double {
        let start = (2 * index + half) * steps
        return trapezoids(answers[start..<start + steps], widths: order.map { sizes[$0] })
      }
      return RemovalCurves(deletion: area(0), insertion: area(1))
    }
  }

  /// The area under a polygon whose points stand `widths` apart, divided by their sum.
  private func trapezoids(_ heights: ArraySlice<Double>, widths: [Double]) -> Double {
    var sum = 0.0
    for (step, width) in widths.enumerated() {
      let left = heights.startIndex + step
      sum += width * (heights[left] + heights[left + 1]) / 2
    }
    return sum / widths.reduce(0, +)
  }
}

/// The parts from the heaviest to the lightest, of equals the first.
func partsByWeight(_ weights: [Double]) -> [Int] {
  weights.indices.sorted { (-weights[$0], $0) < (-weights[$1], $1) }
}
