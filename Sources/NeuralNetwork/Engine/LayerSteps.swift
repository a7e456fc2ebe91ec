internal import Kernels
internal import TensorCore

/// An element-wise layer that nothing before it takes over, one image an item.
struct ElementwiseStep: InferenceStep {
  let layer: any ElementwiseLayer
  /// The numbers of one image.
  let count: Int

  func items(images: Int, threads: Int) -> Int { images }

  func run(_ item: Int, _ memory: StepMemory) {
    layer.apply(count: count, memory.x + item * count, memory.y + item * count)
  }
}

/// A layer that the plan does not know: the layer itself, given all images at once as a tensor. It
/// may use any number of threads, and it allocates.
struct LayerStep: InferenceStep {
  let layer: any Layer
  /// The shape of one input.
  let input: Shape

  func items(images: Int, threads: Int) -> Int { 1 }

  func run(_ item: Int, _ memory: StepMemory) {
    let x = Tensor(uninitialized: input.prepending(memory.images)) {
      $0.update(from: memory.x, count: memory.images * input.count)
    }
    let output = layer.forwardErased(x, .inference).output
    output.read { memory.y.update(from: $0, count: output.count) }
  }
}

/// y = x.
struct CopyStep: InferenceStep {
  /// The numbers of one image.
  let count: Int

  func items(images: Int, threads: Int) -> Int { 1 }

  func run(_ item: Int, _ memory: StepMemory) {
    memory.y.update(from: memory.x, count: memory.images * count)
  }
}
