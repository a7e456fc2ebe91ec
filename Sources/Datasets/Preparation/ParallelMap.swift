internal import Kernels
internal import Synchronization

/// The results of `body(0) … body(count - 1)`, computed in parallel, up to the first that fails: of
/// several failures the one of the lowest index decides, whichever came first in time.
func parallelMap<T>(
  _ count: Int, _ body: (Int) throws -> T
) -> (results: [T], failure: (any Error)?) {
  let lowestFailure = Atomic<Int>(Int.max)
  var outcomes = [Result<T, any Error>?](repeating: nil, count: count)
  outcomes.withUnsafeMutableBufferPointer { outcomes in
    let outcomes = outcomes
    parallelFor(count) { index in
      if index > lowestFailure.load(ordering: .relaxed) { return }
      let outcome = Result { try body(index) }
      if case .failure = outcome { lowestFailure.min(index, ordering: .relaxed) }
      outcomes[index] = outcome
    }
  }
  var results: [T] = []
  for outcome in outcomes {
    switch outcome {
    case .success(let value)?: results.append(value)
    case .failure(let error)?: return (results, error)
    case nil: break
    }
  }
  return (results, nil)
}
