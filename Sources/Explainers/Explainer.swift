public import TensorCore

/// A way to find out why a network answered as it did.
///
/// A new one is a file with a type that conforms, a file of tests, and a line in
/// `ExplainerRegistry`.
public protocol Explainer: Sendable {
  /// What the command line calls it: `lime`.
  static var name: String { get }
  /// One line for a list.
  static var summary: String { get }
  /// The choices that mean something to it.
  static var settings: Set<ExplainerSetting> { get }
  /// What stands in the place of what it hides; nil where it hides nothing.
  var standIn: Baseline? { get }

  /// The explainer with its own choices where the settings leave one open. Settings that say
  /// nothing to it are passed over.
  init(_ settings: ExplainerSettings)

  /// Explains the network's answer for every class.
  ///
  /// - Parameters:
  ///   - image: what is explained, [H, W, C].
  ///   - segmentation: the parts it is cut into. Methods that weigh single pixels pass over them.
  ///   - network: who is asked.
  ///   - random: decides everything random. The answer depends on nothing else that may vary.
  ///   - progress: told now and then what share of the work is done, in 0...1; what it throws ends
  ///     the work.
  ///
  /// Throws `ExplanationError`, and what the network and `progress` throw.
  func explain(
    _ image: Tensor, _ segmentation: Segmentation, of network: any ExplainedNetwork,
    random: RandomStream, progress: (_ share: Double) throws -> Void
  ) throws -> Explanation
}

extension Explainer {
  /// None.
  public static var settings: Set<ExplainerSetting> { [] }
  /// It hides nothing.
  public var standIn: Baseline? { nil }

  /// The same without telling how far the work is.
  public func explain(
    _ image: Tensor, _ segmentation: Segmentation, of network: any ExplainedNetwork,
    random: RandomStream
  ) throws -> Explanation {
    try explain(image, segmentation, of: network, random: random, progress: { _ in })
  }
}

/// What a person may choose of an explainer; nil leaves the choice to the method.
public struct ExplainerSettings: Sendable, Hashable {
  /// How many pictures the network judges.
  public var samples: Int?
  /// Goes on until the weights are known well enough, in place of a number of samples.
  public var automaticSamples: AutomaticSamples?
  /// Whether random masks come in pairs, each with its complement.
  public var isAntithetic: Bool?
  /// How far a picture with hidden parts is from the whole one.
  public var distance: MaskDistance?
  /// The width of the kernel of that distance.
  public var kernelWidth: Double?
  /// The ridge penalty of a linear surrogate.
  public var penalty: Double?
  /// What stands in the place of what is hidden.
  public var baseline: Baseline?
  /// Which layer's output Grad-CAM reads, counted from 0.
  public var layer: Int?
  /// How many points of the way from the baseline to the picture integrated gradients look at.
  public var steps: Int?
  /// The deviation of the noise that SmoothGrad adds, as a share of the picture's range; 0 for none.
  public var noise: Double?
  /// How many noisy copies of the picture are explained and averaged.
  public var copies: Int?
  /// The side of the window that occlusion slides over the picture, in pixels.
  public var window: Int?
  /// By how many pixels it moves.
  public var stride: Int?
  /// Whether occlusion hides the parts one by one instead of sliding a window.
  public var hidesParts: Bool?
  /// How many cells a side the random masks of RISE have before they are enlarged.
  public var cells: Int?
  /// The probability that a cell of such a mask shows the picture, in 0...1.
  public var shownShare: Double?

  /// Every choice left to the method.
  public init() {}
}
