import Testing

@testable import Mien

@Suite("Successive halving") struct SuccessiveHalvingTests {
  @Test(
    "rungs divide the longest by eta, down to the shortest",
    arguments: [
      (3, 1, 27, [1, 3, 9, 27]), (3, 2, 27, [3, 9, 27]), (3, 3, 12, [4, 12]), (2, 1, 1, [1]),
      (2, 12, 12, [12]), (4, 1, 30, [1, 7, 30]), (2, 5, 10, [5, 10]), (10, 2, 15, [15]),
    ])
  func rungs(eta: Int, least: Int, most: Int, expected: [Int]) throws {
    #expect(
      try SuccessiveHalving(eta: eta, minEpochs: least, maxEpochs: most).rungs == expected)
  }

  @Test("without a shortest there are three rungs, where there is room")
  func defaultRungs() throws {
    #expect(try SuccessiveHalving(eta: 3, minEpochs: nil, maxEpochs: 27).rungs == [3, 9, 27])
    #expect(try SuccessiveHalving(eta: 3, minEpochs: nil, maxEpochs: 12).rungs == [1, 4, 12])
    #expect(try SuccessiveHalving(eta: 3, minEpochs: nil, maxEpochs: 2).rungs == [2])
  }

  @Test("what makes no rungs is refused") func refused() {
    #expect { try SuccessiveHalving(eta: 1, minEpochs: 1, maxEpochs: 9) } throws: {
      "\($0)".contains("--eta is 1")
    }
    #expect { try SuccessiveHalving(eta: 3, minEpochs: 10, maxEpochs: 9) } throws: {
      "\($0)".contains("--min-epochs 10 to --max-epochs 9")
    }
  }

  @Test("a share of 1 / eta goes on, rounded down, at least one; failures count but never go on")
  func promotion() throws {
    let halving = try SuccessiveHalving(eta: 3, minEpochs: 1, maxEpochs: 9)
    #expect((0...10).map(halving.promoted) == [0, 1, 1, 1, 1, 1, 2, 2, 2, 3, 3])
    let values: [(trial: Int, value: Double?)] = [
      (1, 0.3), (2, nil), (3, 0.5), (5, 0.5), (6, 0.1), (8, 0.5), (9, nil),
    ]
    #expect(halving.promoted(values, by: .accuracy) == [3, 5])
    #expect(halving.promoted(values, by: .loss) == [1, 6])
    #expect(halving.promoted([(1, nil), (2, nil)], by: .loss).isEmpty)
  }
}
