/// One step of a network that only answers: from the images' inputs to their outputs, with weights
/// prepared beforehand.
///
/// A step has two passes, the second of which may be empty, and a pass is cut into items that may
/// run at the same time on any threads; the second begins when the first is done. How a step is cut
/// depends on the number of images, but an image's result does not: every number is summed in one
/// fixed order.
public protocol InferenceStep: Sendable {
  /// Floats of memory that the passes of a run share besides its inputs and outputs.
  func sharedCount(images: Int) -> Int
  /// The items of pass 0 or 1.
  func items(pass: Int, images: Int) -> Int
  /// Does one item.
  func run(pass: Int, item: Int, _ memory: StepMemory)
  /// Floats of prepared weights, for the record.
  var weightCount: Int { get }
}

extension InferenceStep {
  /// None, unless the step says otherwise.
  public func sharedCount(images: Int) -> Int { 0 }
  /// None, unless the step says otherwise.
  public var weightCount: Int { 0 }
}

/// Where a run of a step reads and writes.
public struct StepMemory {
  /// N, the images.
  public let images: Int
  /// [N, …]: the inputs.
  public let x: UnsafePointer<Float>
  /// [N, …]: the inputs of the other branch where two come together, else the same as x.
  public let other: UnsafePointer<Float>
  /// [N, …]: the outputs, overwritten.
  public let y: UnsafeMutablePointer<Float>
  /// `sharedCount` floats, uninitialised when pass 0 begins.
  public let shared: UnsafeMutablePointer<Float>

  /// The memory of one run.
  public init(
    images: Int, x: UnsafePointer<Float>, other: UnsafePointer<Float>,
    y: UnsafeMutablePointer<Float>, shared: UnsafeMutablePointer<Float>
  ) {
    (self.images, self.x, self.other, self.y, self.shared) = (images, x, other, y, shared)
  }
}
