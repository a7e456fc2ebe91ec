internal import Kernels

/// Where an activation lies.
enum ActivationPlace: Hashable, Sendable {
  /// In the caller's inputs.
  case input
  /// In the caller's outputs.
  case output
  /// In the plan's memory, so many floats an image from its beginning.
  case planned(Int)
}

/// A step, and where it reads and writes.
struct PlannedStep: Sendable {
  /// What a profile calls it.
  let name: String
  let step: any InferenceStep
  let x: ActivationPlace
  let other: ActivationPlace
  let y: ActivationPlace
}

/// A step, and the numbers of the activations that it reads and writes.
struct UnplacedStep {
  let name: String
  let step: any InferenceStep
  let x, other, y: Int
}

/// Gives every activation a place, such that those alive at the same time do not overlap.
///
/// - Parameters:
///   - steps: in the order in which they run; activation 0 is the input, step `i` writes activation
///     `i + 1`, and the last step writes the output.
///   - counts: the floats an image of each activation.
/// - Returns: the placed steps, and the floats an image that they need.
func placed(_ steps: [UnplacedStep], counts: [Int]) -> (steps: [PlannedStep], count: Int) {
  precondition(steps.indices.allSatisfy { steps[$0].y == $0 + 1 }, "steps out of order")
  let plan = MemoryPlan(
    steps.dropLast().map { step in
      let lastUse = steps.lastIndex { $0.x == step.y || $0.other == step.y } ?? step.y - 1
      return MemoryPlan.Buffer(count: counts[step.y], lifetime: step.y - 1...lastUse)
    })
  func place(_ activation: Int) -> ActivationPlace {
    if activation == 0 { return .input }
    return activation == steps.count ? .output : .planned(plan.offsets[activation - 1])
  }
  let result = steps.map {
    PlannedStep(
      name: $0.name, step: $0.step, x: place($0.x), other: place($0.other), y: place($0.y))
  }
  return (result, plan.count)
}
