import Foundation
import TensorCore
import Testing

@Suite("Shape") struct ShapeTests {
  @Test("knows its extents from both ends") func extents() {
    let shape: Shape = [128, 48, 48, 1]
    #expect(shape.count == 294_912 && shape.rank == 4)
    #expect(shape[0] == 128 && shape[-1] == 1 && shape[-3] == 48)
    #expect("\(shape)" == "128x48x48x1")
    #expect(shape.withoutFirst == [48, 48, 1])
    #expect(shape.withoutFirst.prepending(2) == [2, 48, 48, 1])
    #expect(Shape([]).count == 1)
  }

  @Test("is a list in JSON") func coding() throws {
    let shape: Shape = [2, 0, 3]
    let json = try JSONEncoder().encode(shape)
    #expect(String(decoding: json, as: UTF8.self) == "[2,0,3]")
    #expect(try JSONDecoder().decode(Shape.self, from: json) == shape)
  }

  @Test(
    "refuses negative extents and products that overflow",
    arguments: ["[-1]", "[2, -3]", "[4611686018427387904, 2]", "[3037000500, 3037000500]", "{}"])
  func refuses(_ json: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Shape.self, from: Data(json.utf8))
    }
  }
}
