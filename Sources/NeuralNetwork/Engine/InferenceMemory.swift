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
  let step: any InferenceStep
  let x: ActivationPlace
  let other: ActivationPlace
  let y: ActivationPlace
}

/// A step, and the numbers of the activations that it reads and writes.
struct UnplacedStep {
  let step: any InferenceStep
  let x, other, y: Int
}

/// Gives every activation a place, such that those alive at the same time do not overlap.
///
/// - Parameters:
///   - steps: in the order in which they run; activation 0 is the input, the last step writes the
///     output.
///   - counts: the floats an image of each activation.
/// - Returns: the placed steps, and the floats an image that they need.
func placed(_ steps: [UnplacedStep], counts: [Int]) -> (steps: [PlannedStep], count: Int) {
  var places: [Int: ActivationPlace] = [0: .input]
  // The occupied memory, by place: where it ends and the last step that reads it.
  var occupied: [(range: Range<Int>, lastUse: Int)] = []
  var total = 0
  var result: [PlannedStep] = []
  for (index, step) in steps.enumerated() {
    occupied.removeAll { $0.lastUse < index }
    if index == steps.count - 1 {
      places[step.y] = .output
    } else {
      // Whole cache lines, in the first gap that is large enough.
      let count = (counts[step.y] + 15) / 16 * 16
      var start = 0
      for other in occupied.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) {
        if start + count <= other.range.lowerBound { break }
        start = other.range.upperBound
      }
      let lastUse = steps.lastIndex { $0.x == step.y || $0.other == step.y } ?? index
      occupied.append((start..<start + count, lastUse))
      places[step.y] = .planned(start)
      total = max(total, start + count)
    }
    guard let x = places[step.x], let other = places[step.other], let y = places[step.y] else {
      preconditionFailure("step \(index) reads an activation that no step has written")
    }
    result.append(PlannedStep(step: step.step, x: x, other: other, y: y))
  }
  return (result, total)
}
