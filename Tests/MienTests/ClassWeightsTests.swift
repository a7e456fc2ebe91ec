import Foundation
import TensorCore
import TestSupport
import Testing

@testable import Mien

@Suite("Class weights") struct ClassWeightsTests {
  private let classes = ["a", "b", "c"]

  @Test("balanced is scikit-learn's n / (K · count), over the classes that occur")
  func balanced() throws {
    // compute_class_weight("balanced", classes=[0, 1, 2], y=[0, 0, 0, 1, 1, 2])
    expectClose(
      try ClassWeights.balanced.values(classes: classes, labels: [0, 0, 0, 1, 1, 2]),
      [2.0 / 3, 1, 2], absolute: 1e-6)
    expectClose(
      try ClassWeights.balanced.values(classes: classes, labels: [0, 0, 0, 2]),
      [2.0 / 3, 1, 2], absolute: 1e-6)
  }

  @Test("numbers come by place or by name") func given() throws {
    #expect(try ClassWeights.none.values(classes: classes, labels: [0]).isEmpty)
    #expect(try ClassWeights.list([1, 2, 0]).values(classes: classes, labels: []) == [1, 2, 0])
    #expect(try ClassWeights.byName(["b": 4]).values(classes: classes, labels: []) == [1, 4, 1])
  }

  @Test(
    "what is no weights is refused by name",
    arguments: [
      (ClassWeights.list([1, 2]), "2 numbers"), (.byName(["d": 1]), "no class is named d"),
      (.list([1, -1, 1]), "-1"), (.list([0, 0, 0]), "0.0"),
    ])
  func refused(weights: ClassWeights, word: String) {
    #expect {
      _ = try weights.values(classes: classes, labels: [0, 1, 2])
    } throws: { error in
      "\(error)".contains(word) && "\(error)".contains("a, b, c")
    }
  }

  @Test("every form is written and read again, and other words are refused")
  func json() throws {
    for weights in [
      ClassWeights.none, .balanced, .list([1, 2.5, 3]), .byName(["a": 2, "c": 0.5]),
    ] {
      let data = try JSONEncoder().encode([weights])
      #expect(try JSONDecoder().decode([ClassWeights].self, from: data) == [weights])
    }
    #expect {
      _ = try RunConfiguration(overlays: [
        ("test", .object(["loss": .object(["class_weights": "even"])]))
      ])
    } throws: {
      "\($0)".contains("loss.class_weights") && "\($0)".contains("balanced")
    }
  }
}
