internal import Kernels
public import TensorCore

/// Randomised input sampling (RISE; Petsiuk, Das and Saenko, BMVC 2018,
/// DOI 10.48550/arXiv.1806.07421): the network is asked about the picture under random soft masks, and
/// a pixel's weight is how much more probable the class is where the pixel shows.
///
/// A mask is a grid of cells, each 1 with probability p, enlarged by linear interpolation to one cell
/// more than the picture and shifted at random. What it hides is the baseline:
/// x_n = M_n x + (1 − M_n) b. With f_n the probability of the class for mask n of N,
///
///     w_i = Σ_n f_n M_n[i] / Σ_n M_n[i] − (1/N) Σ_n f_n
///
/// The first term is the paper's map, each pixel being normalised by how much the masks showed it
/// instead of how much they were to show it, N p. The second, which the paper leaves out, centres it:
/// 0 means that showing the pixel changes nothing, less that it speaks against the class. It also
/// takes away the noise that a class with a constant probability would show.
public struct RISE: Explainer {
  /// "rise".
  public static let name = "rise"
  /// One line for a list.
  public static let summary = "how probable a class is where random soft masks show a pixel"

  /// How many pictures the network judges, the whole one included.
  public var samples = 2000
  /// The masks' cells a side before they are enlarged; nil for 6, or fewer where the picture is
  /// smaller than 12 pixels. The paper's 7 are for pictures of 224 pixels; more cells find smaller things
  /// and need more samples.
  public var cells: Int?
  /// The probability that a cell shows the picture, in 0...1 without the ends.
  public var shownShare = 0.5
  /// What stands in the place of what is hidden.
  public var baseline = Baseline.blurred(0.1)
  /// How many pictures the network is asked about at once. Never changes which pictures these are.
  public var batchSize = 128

  /// RISE with the usual grid.
  public init() {}

  /// The usual settings but for those that were chosen.
  public init(_ settings: ExplainerSettings) {
    samples = settings.samples ?? samples
    cells = settings.cells
    shownShare = settings.shownShare ?? shownShare
    baseline = settings.baseline ?? baseline
  }

  /// What it lets one choose.
  public static let settings: Set<ExplainerSetting> = [.samples, .cells, .shownShare, .baseline]
  /// The baseline.
  public var standIn: Baseline? { baseline }

  /// Explains every class; every pixel is a part of its own, and only a baseline of part means looks at
  /// the segmentation. `random` makes the masks.
  public func explain(
    _ image: Tensor, _ segmentation: Segmentation, of network: any ExplainedNetwork,
    random: RandomStream, progress: (_ share: Double) throws -> Void
  ) throws -> Explanation {
    let (height, width) = (image.shape[0], image.shape[1])
    let cells = cells ?? max(2, min(6, min(height, width) / 2))
    try check(cells: cells, height: height, width: width)
    let masks = SoftMasks(
      height: height, width: width, cells: cells, shownShare: Float(shownShare),
      random: random)
    let hidden = baseline.filling(image, segmentation)
    var whole: [Double] = []
    // Samples of odd and of even numbers, which together are all: two maps that chance drew apart.
    var halves = [MaskSums(), MaskSums()]
    var current = Tensor([0])
    try Questions(network: network, batchSize: batchSize).ask(
      0..<samples,
      pictures: { batch in
        current = masks.masks(batch)
        return Self.pictures(current, image, hidden)
      }, progress: { try progress(Double($0) / Double(samples)) },
      take: { batch, answers, classCount in
        if batch.lowerBound == 0 { whole = answers.prefix(classCount).map { Double($0) } }
        for half in halves.indices {
          halves[half].add(
            current, answers, classCount,
            rows: batch.indices.filter { $0 > 0 && $0 % 2 == half }.map { $0 - batch.lowerBound })
        }
      })
    let all = halves[0].adding(halves[1])
    return Explanation(
      method: Self.name, segmentation: .pixels(width: width, height: height), samples: samples,
      probabilities: whole,
      classes: whole.indices.map { index in
        let (one, other) = (halves[0].map(ofClass: index), halves[1].map(ofClass: index))
        return ClassExplanation(
          weights: all.map(ofClass: index),
          sampling: SamplingErrors(
            standardErrors: all.standardErrors(ofClass: index),
            splitHalfStability: RankAgreement.spearman(one, other)))
      })
  }

  private func check(
    cells: Int, height: Int, width: Int
  ) throws(ExplanationError) {
    try SettingChecks.expect(samples: samples, atLeast: 3, "2000 are usual")
    try SettingChecks.expect(
      "cells", (2...max(2, min(height, width))).contains(cells), cells,
      "from 2 to the picture's shorter side, \(min(height, width))", "6 are usual")
    try SettingChecks.expect(
      "shown share", shownShare > 0 && shownShare < 1, shownShare, "between 0 and 1",
      "0.5 is usual")
    try SettingChecks.expect(batchSize: batchSize)
    try baseline.check()
  }

  /// b + M (x − b) for each mask, [n, H, W, C]; masks: [n, H, W].
  private static func pictures(_ masks: Tensor, _ image: Tensor, _ hidden: Tensor) -> Tensor {
    let (count, size, channels) = (masks.shape[0], masks.shape.withoutFirst.count, image.shape[2])
    let shape = image.shape.prepending(count)
    return Tensor.read(image, hidden, masks) { image, hidden, masks in
      Tensor(uninitialized: shape) { out in
        parallelFor(count) { row in
          let (mask, picture) = (masks + row * size, out + row * size * channels)
          for pixel in 0..<size {
            for i in pixel * channels..<(pixel + 1) * channels {
              picture[i] = hidden[i] + mask[pixel] * (image[i] - hidden[i])
            }
          }
        }
      }
    }
  }
}
