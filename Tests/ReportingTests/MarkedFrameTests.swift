import Imaging
import Testing

@testable import Reporting

@Suite struct MarkedFrameTests {
  private func frame(_ faces: [MarkedFrame.Face], width: Int = 320, height: Int = 240) throws
    -> RGBImage
  {
    let pixels = [UInt8](repeating: 128, count: width * height)
    return try MarkedFrame(
      image: GrayImage(width: width, height: height, pixels: pixels).rgb(), faces: faces
    ).drawn()
  }

  private func face(_ number: Int, _ box: Rectangle, name: String = "Happy") -> MarkedFrame.Face {
    MarkedFrame.Face(number: number, box: box, name: name, probability: 0.87)
  }

  /// The columns and rows of pixels that are not the background's.
  private func marked(_ image: RGBImage) -> (columns: ClosedRange<Int>, rows: ClosedRange<Int>)? {
    let places = (0..<image.width * image.height).filter { place in
      image.pixels[3 * place..<3 * place + 3].contains { abs(Int($0) - 128) > 8 }
    }
    let columns = places.map { $0 % image.width }
    guard let left = columns.min(), let right = columns.max(), let top = places.first,
      let bottom = places.last
    else { return nil }
    return (left...right, top / image.width...bottom / image.width)
  }

  @Test("a frame without a face is as it was") func none() throws {
    #expect(try marked(frame([])) == nil)
  }

  @Test("a face has a box where it is, and its name above it") func box() throws {
    let image = try frame([face(0, Rectangle(x: 100, y: 90, width: 80, height: 70))])
    #expect(image.width == 320 && image.height == 240)
    let marks = try #require(marked(image))
    #expect(marks.columns.lowerBound >= 96 && marks.columns.lowerBound <= 101)
    #expect(marks.rows.upperBound >= 158 && marks.rows.upperBound <= 163)
    // The plate with the name.
    #expect(marks.rows.lowerBound >= 66 && marks.rows.lowerBound <= 70)
    // What is inside of the box is not touched.
    let middle = 3 * (125 * 320 + 140)
    #expect(image.pixels[middle] == 128)
  }

  @Test(
    "a face at the border, or one with a long name, keeps its name inside of the frame",
    arguments: [
      Rectangle(x: 0, y: 0, width: 60, height: 60),
      Rectangle(x: 280, y: 200, width: 40, height: 40),
      Rectangle(x: 290, y: 2, width: 30, height: 30),
    ])
  func border(_ box: Rectangle) throws {
    let long = String(repeating: "a class with a long name ", count: 4)
    for name in ["Happy", long] {
      let image = try frame([face(1, box, name: name)])
      let marks = try #require(marked(image))
      // The plate's colour does not run out of the frame: its rounded corners are in the picture.
      #expect(marks.columns.count > 40 && marks.columns.count <= 320)
    }
  }

  @Test("a face keeps its colour whatever other faces there are") func colours() throws {
    let place = Rectangle(x: 40, y: 100, width: 80, height: 80)
    let other = Rectangle(x: 200, y: 100, width: 80, height: 80)
    func color(_ image: RGBImage) -> [UInt8] {
      // In the middle of the plate's left end.
      let pixel = 3 * (89 * 320 + 43)
      return Array(image.pixels[pixel..<pixel + 3])
    }
    let alone = try frame([face(2, place)])
    #expect(try color(frame([face(0, other), face(2, place)])) == color(alone))
    #expect(try color(frame([face(3, place)])) != color(alone))
  }
}
