import Imaging
import Reporting
import Testing

/// Draws a figure and expects all its texts inside the picture and apart from each other; gives the
/// number of texts.
@discardableResult
func expectReadable(
  _ figure: some Figure, _ name: String = "", sourceLocation: SourceLocation = #_sourceLocation
) throws -> Int {
  let canvas = try Canvas(width: figure.size.width, height: figure.size.height)
  figure.draw(on: canvas)
  try #require(!canvas.textBounds.isEmpty, sourceLocation: sourceLocation)
  for (index, box) in canvas.textBounds.enumerated() {
    #expect(
      canvas.bounds.contains(box), "\(name): text \(index) at \(box)",
      sourceLocation: sourceLocation)
    for other in canvas.textBounds[..<index] {
      let apart =
        box.x >= other.right || other.x >= box.right || box.y >= other.bottom
        || other.y >= box.bottom
      #expect(apart, "\(name): texts at \(box) and \(other)", sourceLocation: sourceLocation)
    }
  }
  return canvas.textBounds.count
}
