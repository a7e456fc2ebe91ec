import TensorCore

/// Not one of the files or rows could be answered.
struct NothingAnswered: MienError {
  let count: Int
  var what = "file"
  let first: any Error

  var kind: FailureKind { (first as? any MienError)?.kind ?? .badData }
  var description: String {
    count == 1 ? "\(first)" : "none of the \(count) \(what)s could be read; the first: \(first)"
  }
}
