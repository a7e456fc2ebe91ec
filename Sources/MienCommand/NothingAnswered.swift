import TensorCore

/// Not one of the files could be answered.
struct NothingAnswered: MienError {
  let count: Int
  let first: any Error

  var kind: FailureKind { (first as? any MienError)?.kind ?? .badData }
  var description: String {
    count == 1 ? "\(first)" : "none of the \(count) files could be read; the first: \(first)"
  }
}
