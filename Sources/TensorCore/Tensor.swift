/// A dense array of Float32 in row-major order, with value semantics: copies share memory until
/// one of them is written to. Images are NHWC.
public struct Tensor: Sendable {
  /// The extents; their product is the number of elements.
  public private(set) var shape: Shape
  private var storage: TensorStorage

  /// A tensor with every element equal to `value`.
  public init(_ shape: Shape, repeating value: Float = 0) {
    self.init(uninitialized: shape) { $0.update(repeating: value, count: shape.count) }
  }

  /// A tensor of the given elements in row-major order; their number must fit the shape.
  public init(_ shape: Shape, _ elements: [Float]) {
    precondition(
      elements.count == shape.count, "\(elements.count) elements do not fill shape \(shape)")
    self.init(uninitialized: shape) { base in
      elements.withUnsafeBufferPointer { source in
        if let start = source.baseAddress { base.update(from: start, count: source.count) }
      }
    }
  }

  /// A tensor whose elements `initialize` writes, all of them.
  public init(
    uninitialized shape: Shape, initialize: (UnsafeMutablePointer<Float>) throws -> Void
  ) rethrows {
    self.shape = shape
    storage = TensorStorage(count: shape.count)
    try initialize(storage.base)
  }

  /// The number of elements.
  public var count: Int { storage.count }

  /// A copy of the elements in row-major order.
  public var elements: [Float] {
    Array(UnsafeBufferPointer(start: storage.base, count: count))
  }

  /// One element by its indices, outermost first.
  public subscript(_ indices: Int...) -> Float {
    get { storage.base[offset(indices)] }
    set {
      let offset = offset(indices)
      write { $0[offset] = newValue }
    }
  }

  private func offset(_ indices: [Int]) -> Int {
    precondition(indices.count == shape.rank, "indices \(indices) into shape \(shape)")
    var offset = 0
    for (index, extent) in zip(indices, shape.dimensions) {
      precondition(index >= 0 && index < extent, "indices \(indices) into shape \(shape)")
      offset = offset * extent + index
    }
    return offset
  }

  /// The same elements under another shape of the same count; the memory is shared.
  public func reshaped(_ shape: Shape) -> Tensor {
    precondition(shape.count == count, "cannot view \(self.shape) as \(shape)")
    var result = self
    result.shape = shape
    return result
  }

  /// Rows `range` of the outermost dimension, copied.
  public func rows(_ range: Range<Int>) -> Tensor {
    precondition(range.upperBound <= shape[0], "rows \(range) of shape \(shape)")
    let width = shape.withoutFirst.count
    return Tensor(uninitialized: shape.withoutFirst.prepending(range.count)) { out in
      out.update(from: storage.base + range.lowerBound * width, count: range.count * width)
    }
  }
}

// The door to the kernels: pointers that live as long as the closure.
extension Tensor {
  /// Lends the elements for reading.
  public func read<R>(_ body: (UnsafePointer<Float>) throws -> R) rethrows -> R {
    try withExtendedLifetime(storage) { try body(UnsafePointer(storage.base)) }
  }

  /// Lends the elements for writing; memory that is shared with another tensor is copied first.
  public mutating func write<R>(
    _ body: (UnsafeMutablePointer<Float>) throws -> R
  ) rethrows -> R {
    if !isKnownUniquelyReferenced(&storage) { storage = storage.copy() }
    return try body(storage.base)
  }

  /// Lends the elements of two tensors for reading.
  public static func read<R>(
    _ a: Tensor, _ b: Tensor,
    _ body: (UnsafePointer<Float>, UnsafePointer<Float>) throws -> R
  ) rethrows -> R {
    try a.read { a in try b.read { b in try body(a, b) } }
  }

  /// Lends the elements of three tensors for reading.
  public static func read<R>(
    _ a: Tensor, _ b: Tensor, _ c: Tensor,
    _ body: (UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>) throws -> R
  ) rethrows -> R {
    try a.read { a in try b.read { b in try c.read { c in try body(a, b, c) } } }
  }
}

extension Tensor {
  /// Whether no element is infinite or NaN.
  public var isFinite: Bool {
    read { base in (0..<count).allSatisfy { base[$0].isFinite } }
  }
}

extension Tensor: Equatable {
  /// Same shape and equal elements (NaN is unequal to itself).
  public static func == (a: Tensor, b: Tensor) -> Bool {
    a.shape == b.shape
      && Tensor.read(a, b) { x, y in (0..<a.count).allSatisfy { x[$0] == y[$0] } }
  }
}
