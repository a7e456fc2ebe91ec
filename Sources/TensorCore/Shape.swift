/// The extents of a tensor, outermost first: `[N, H, W, C]` for a batch of images.
public struct Shape: Hashable, Sendable, ExpressibleByArrayLiteral, CustomStringConvertible {
  /// The extents, each at least 0.
  public let dimensions: [Int]

  /// A shape of the given extents; a negative one is a programmer's error.
  public init(_ dimensions: [Int]) {
    precondition(dimensions.allSatisfy { $0 >= 0 }, "negative extent in \(dimensions)")
    self.dimensions = dimensions
  }

  /// `[2, 3]` as a literal.
  public init(arrayLiteral elements: Int...) { self.init(elements) }

  /// The number of dimensions.
  public var rank: Int { dimensions.count }

  /// The number of elements: the product of the extents, 1 for a scalar.
  public var count: Int { dimensions.reduce(1, *) }

  /// The extent of one dimension; negative indices count from the end.
  public subscript(_ dimension: Int) -> Int {
    dimensions[dimension < 0 ? dimension + rank : dimension]
  }

  /// `128x48x48x1`.
  public var description: String { dimensions.map(String.init).joined(separator: "x") }

  /// The same shape with one more, outermost, dimension.
  public func prepending(_ extent: Int) -> Shape { Shape([extent] + dimensions) }

  /// The same shape without its outermost dimension: what one example of a batch looks like.
  public var withoutFirst: Shape { Shape(Array(dimensions.dropFirst())) }
}

extension Shape: Codable {
  /// Reads a JSON list of extents; a negative one, or a product that overflows, is refused.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let extents = try container.decode([Int].self)
    var product = 1
    for extent in extents {
      let (next, overflow) = product.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow else {
        throw DecodingError.dataCorruptedError(
          in: container, debugDescription: "\(extents) is no shape")
      }
      product = next
    }
    self.init(extents)
  }

  /// Writes a JSON list of extents.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(dimensions)
  }
}
