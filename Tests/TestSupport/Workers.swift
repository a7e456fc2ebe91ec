internal import Kernels
public import Testing

/// Expects the same result, byte for byte, of `run` with 1, 2, 3 and 8 workers.
///
/// `Workers.count` belongs to the whole process. Tests that run beside this one may see another
/// count than the default, which changes no result: that is what is tested here.
public func expectSameOnAnyNumber<Result: Equatable>(
  _ comment: String = "", sourceLocation: SourceLocation = #_sourceLocation, _ run: () -> Result
) {
  let before = Workers.count
  defer { Workers.count = before }
  Workers.count = 1
  let alone = run()
  for count in [2, 3, 8] {
    Workers.count = count
    #expect(run() == alone, "\(comment) \(count) workers", sourceLocation: sourceLocation)
  }
}
