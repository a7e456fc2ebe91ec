/// One step of a network that only answers: from the images' inputs to their outputs, with weights
/// prepared beforehand.
///
/// A step is cut into items that may run at the same time on any threads. How it is cut depends on
/// the number of images and of threads, but an image's result does not: every number is summed in
/// one fixed order.
public protocol InferenceStep: Sendable {
  /// The items that suit so many threads.
  func items(images: Int, threads: Int) -> Int
  /// Does one item.
  func run(_ item: Int, _ memory: StepMemory)
  /// Floats of prepared weights, for the record.
  var weightCount: Int { get }
}

extension InferenceStep {
  /// None, unless the step says otherwise.
  public var weightCount: Int { 0 }
}

/// Where a run of a step reads and writes.
public struct StepMemory {
  /// N, the images.
  public let images: Int
  /// The threads that the items were cut for.
  public let threads: Int
  /// [N, …]: the inputs.
  public let x: UnsafePointer<Float>
  /// [N, …]: the inputs of the other branch where two come together, else the same as x.
  public let other: UnsafePointer<Float>
  /// [N, …]: the outputs, overwritten.
  public let y: UnsafeMutablePointer<Float>

  /// The memory of one run.
  public init(
    images: Int, threads: Int, x: UnsafePointer<Float>, other: UnsafePointer<Float>,
    y: UnsafeMutablePointer<Float>
  ) {
    (self.images, self.threads) = (images, threads)
    (self.x, self.other, self.y) = (x, other, y)
  }
}
