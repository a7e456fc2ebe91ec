import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Mien

private func space(_ json: String) throws -> SearchSpace {
  try SearchSpace(
    JSONDecoder().decode(JSONValue.self, from: Data(json.utf8)), file: "space.json")
}

private func number(_ value: JSONValue?) -> Double {
  switch value {
  case .int(let number)?: Double(number)
  case .double(let number)?: number
  default: .nan
  }
}

@Suite("Search space") struct SearchSpaceTests {
  @Test("a grid has every combination once, in order") func grid() throws {
    let space = try space(
      """
      {"batch_size": [64, 128], "optimiser.nesterov": [true, false],
       "model.units": {"low": 3, "high": 5, "integer": true}}
      """)
    let grid = try space.grid()
    var expected: [[String: JSONValue]] = []
    for size in [64, 128] {
      for units in [3, 4, 5] {
        for nesterov in [true, false] {
          expected.append([
            "batch_size": .int(size), "model.units": .int(units),
            "optimiser.nesterov": .bool(nesterov),
          ])
        }
      }
    }
    #expect(grid == expected)
  }

  @Test("points of a range are evenly spread, by logarithms where that is said; ends are exact")
  func points() throws {
    func values(_ range: String) throws -> [JSONValue] {
      try space("{\"optimiser.learning_rate\": \(range)}").grid().compactMap {
        $0["optimiser.learning_rate"]
      }
    }
    #expect(
      try values(#"{"low": 0.001, "high": 1, "log": true, "points": 4}"#)
        == [0.001, 0.01, 0.1, .int(1)])
    #expect(try values(#"{"low": 0, "high": 1, "points": 3}"#) == [.int(0), 0.5, .int(1)])
    #expect(
      try values(#"{"low": 1, "high": 4, "integer": true, "log": true, "points": 9}"#)
        == [1, 2, 3, 4])
    #expect(
      try values(#"{"low": 0.123456, "high": 3.14159265, "points": 2}"#) == [0.123456, 3.14159265])
  }

  @Test("draws depend on the seed alone: more begin alike, another key changes none")
  func draws() throws {
    let rate = #""optimiser.learning_rate": {"low": 0.001, "high": 0.1, "log": true}"#
    let one = try space("{\(rate)}")
    #expect(one.draws(9, seed: 4) == one.draws(9, seed: 4))
    #expect(one.draws(9, seed: 4) != one.draws(9, seed: 5))
    #expect(Array(one.draws(20, seed: 4).prefix(9)) == one.draws(9, seed: 4))
    let two = try space("{\(rate), \"batch_size\": [32, 64]}")
    #expect(
      two.draws(9, seed: 4).map { $0["optimiser.learning_rate"] }
        == one.draws(9, seed: 4).map { $0["optimiser.learning_rate"] })
    // Read again from search.json, it is the same.
    let again = try JSONDecoder().decode(SearchSpace.self, from: JSONEncoder().encode(two))
    #expect(again.dimensions == two.dimensions)
  }

  @Test("draws fill their range evenly, in the sense that was asked for") func distribution() throws
  {
    let space = try space(
      """
      {"optimiser.learning_rate": {"low": 0.0001, "high": 1, "log": true},
       "augmentation.rotation": {"low": -3, "high": 5},
       "model.units": {"low": 1, "high": 4, "integer": true}, "loss": ["a", "b"]}
      """)
    let draws = space.draws(4000, seed: 2)
    #expect(draws.count == 4000)
    let rates = draws.map { number($0["optimiser.learning_rate"]) }
    #expect(rates.allSatisfy { (0.0001...1).contains($0) })
    // A quarter in each decade; 0.03 is four standard deviations.
    for decade in -4..<0 {
      let count = rates.count { $0 >= pow(10, Double(decade)) && $0 < pow(10, Double(decade + 1)) }
      #expect(abs(Double(count) / 4000 - 0.25) <= 0.03)
    }
    let angles = draws.map { number($0["augmentation.rotation"]) }
    #expect(angles.allSatisfy { (-3...5).contains($0) })
    #expect(abs(angles.reduce(0, +) / 4000 - 1) <= 0.15)
    for units in 1...4 {
      let count = draws.count { $0["model.units"] == .int(units) }
      #expect(abs(Double(count) / 4000 - 0.25) <= 0.03)
    }
    #expect(abs(Double(draws.count { $0["loss"] == "a" }) / 4000 - 0.5) <= 0.035)
  }

  @Test("no two draws are alike; a small space gives all it has") func exhausted() throws {
    let space = try space(#"{"batch_size": [1, 2, 3], "seed": [1, 2]}"#)
    let draws = space.draws(50, seed: 1)
    #expect(draws.count == 6 && Set(draws).count == 6)
  }

  @Test("long choices are told apart by their places, short ones are as they are") func labels()
    throws
  {
    let space = try space(
      """
      {"model.layers": [[{"layer": "flatten"}, {"layer": "relu"}],
                        [{"layer": "flatten"}, {"layer": "dense", "units": "classes"}]],
       "schedule.name": ["cosine", "step"], "seed": {"low": 0, "high": 1}}
      """)
    let (layers, schedule, seed) = (space.dimensions[0], space.dimensions[1], space.dimensions[2])
    let labels = layers.representatives.map(layers.label)
    #expect(labels == ["1: [{\"layer\":\"flatten\"}…", "2: [{\"layer\":\"flatten\"}…"])
    #expect(schedule.label("step") == "step" && schedule.label(nil) == "")
    #expect(seed.label(0.125) == "0.125")
  }

  @Test(
    "what is no space is refused by key",
    arguments: [
      ("[]", "names no key"), ("{}", "names no key"),
      (#"{"batch_size": 3}"#, "batch_size: found 3"),
      (#"{"batch_size": []}"#, "batch_size: an empty list"),
      (#"{"batch_size": [2, 2]}"#, "batch_size: 2 is there twice"),
      (#"{"seed": {"low": 2, "high": 1}}"#, "seed: \"low\" is 2, \"high\" is 1"),
      (#"{"seed": {"low": 2}}"#, "seed: \"high\" is missing"),
      (#"{"seed": {"low": 0, "high": 1, "log": true}}"#, "above 0"),
      (#"{"seed": {"low": 0, "high": 1, "log": 1}}"#, "give true or false"),
      (#"{"seed": {"low": 0.5, "high": 1, "integer": true}}"#, "whole numbers"),
      (#"{"seed": {"low": 0, "high": 1, "max": 1}}"#, "no \"max\""),
      (#"{"seed": {"low": 0, "high": 1, "points": 1}}"#, "\"points\" is 1"),
      (#"{"epochs": [1, 2]}"#, "--max-epochs"), (#"{"data.path": ["a"]}"#, "same rows"),
      (#"{"data": [{}]}"#, "same rows"), (#"{"select_by": ["loss"]}"#, "compared by it"),
      (#"{"input.shape": [1]}"#, "filled in"),
      (#"{"model": [{}], "model.units": [1]}"#, "model.units: it lies below model"),
    ])
  func refused(json: String, words: String) {
    #expect { try space(json) } throws: { error in
      "\(error)".contains(words) && "\(error)".hasPrefix("space.json: ")
        && (error as? SearchError)?.kind == .usage
    }
  }

  @Test("a grid that has no end or is too large is refused") func tooLarge() throws {
    #expect {
      try space(#"{"seed": {"low": 0, "high": 1}}"#).grid()
    } throws: { "\($0)".contains("seed: a range has no grid; add \"points\"") }
    #expect {
      try space(
        #"{"seed": {"low": 1, "high": 200, "integer": true}, "batch_size": {"low": 1, "high": 200, "integer": true}}"#
      ).grid()
    } throws: { "\($0)".contains("more than 10000") }
  }
}
