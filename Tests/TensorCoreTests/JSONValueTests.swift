import Foundation
import TensorCore
import Testing

@Suite("JSONValue") struct JSONValueTests {
  func decode(_ json: String) throws -> JSONValue {
    try JSONDecoder().decode(JSONValue.self, from: Data(json.utf8))
  }

  @Test("survives a round trip, every kind of value") func roundTrip() throws {
    let value = JSONValue.object([
      "null": .null, "yes": true, "int": -3, "large": .int(1 << 60), "double": 0.1,
      "text": "ü\"\n", "list": [1, "a", [2.5]], "object": .object(["a": .object([:])]),
    ])
    let json = try JSONEncoder().encode(value)
    #expect(try JSONDecoder().decode(JSONValue.self, from: json) == value)
  }

  @Test("tells integers, doubles and truth values apart") func kinds() throws {
    #expect(try decode("[1, 1.5, true, \"1\", null, 1e3]") == [1, 1.5, true, "1", .null, 1000])
  }

  @Test("is read and set by path, making objects on the way") func paths() throws {
    var value = try decode(#"{"optimiser": {"name": "sgd", "rate": 0.1}, "seed": 1}"#)
    #expect(value[["optimiser", "rate"]] == 0.1)
    #expect(value[["optimiser", "none"]] == nil)
    #expect(value[["seed", "deeper"]] == nil)
    value.set(["optimiser", "rate"], to: 0.5)
    value.set(["a", "b", "c"], to: "new")
    value.set(["seed", "x"], to: 2)
    let expected = try decode(
      #"{"optimiser":{"name":"sgd","rate":0.5},"seed":{"x":2},"a":{"b":{"c":"new"}}}"#)
    #expect(value == expected)
  }

  @Test("lays one object over another, key by key") func overlaid() throws {
    let base = try decode(#"{"a": {"b": 1, "c": [1, 2]}, "d": 4}"#)
    let top = try decode(#"{"a": {"c": [3], "e": 5}, "d": {"f": 6}}"#)
    let expected = try decode(#"{"a": {"b": 1, "c": [3], "e": 5}, "d": {"f": 6}}"#)
    #expect(base.overlaid(with: top) == expected)
    #expect(base.overlaid(with: .object([:])) == base)
  }
}
