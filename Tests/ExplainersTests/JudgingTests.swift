import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@testable import Explainers

/// Twelve parts of a 12x12 picture whose levels are the part's number and one.
private let parts: Segmentation = {
  Segmentation(width: 12, height: 12, labels: (0..<144).map { $0 / 48 * 4 + $0 % 12 / 3 })
}()
private let picture = Tensor([12, 12, 1], parts.labels.map { Float($0 + 1) })

/// Says of a picture whose hidden parts are 0 the sum of the shown parts' weights, and what is
/// left to 1.
private func additive(_ weights: [Double]) -> BlackBox {
  BlackBox { pictures in
    let answers = (0..<pictures.shape[0]).flatMap { row -> [Float] in
      let pixels = pictures.rows(row..<row + 1).elements
      var isShown = [Bool](repeating: false, count: parts.count)
      for (pixel, part) in parts.labels.enumerated() { isShown[part] = pixels[pixel] != 0 }
      let sum = zip(weights, isShown).reduce(0) { $1.1 ? $0 + $1.0 : $0 }
      return [Float(sum), Float(1 - sum)]
    }
    return Tensor([pictures.shape[0], 2], answers)
  }
}

/// Weights that add up to 0.9.
private let planted: [Double] = {
  let weights: [Double] = randomNumbers(12, seed: 3).map { abs($0) }
  let sum = weights.reduce(0, +)
  return weights.map { 0.9 * $0 / sum }
}()

@Suite struct RemovalCurvesTests {
  @Test("areas of an additive network are those of its partial sums") func areas() throws {
    let test = RemovalTest(
      pictures: PartialPictures(picture, parts, hiddenBy: .value(0)), network: additive(planted),
      classIndex: 0)
    let orders = [partsByWeight(planted), partsByWeight(planted).reversed(), Array(0..<12)]
    let found = try test.curves(of: orders)
    for (curves, order) in zip(found, orders) {
      // All parts are of one size.
      var shown = 0.9
      var area = 0.0
      for part in order {
        area += (shown + shown - planted[part]) / 2 / 12
        shown -= planted[part]
      }
      expectClose([curves.deletion], [area], absolute: 1e-6)
      // What is shown in an order and what is hidden in it make the whole together.
      expectClose([curves.insertion], [0.9 - area], absolute: 1e-6)
    }
    #expect(found[0].deletion < found[2].deletion && found[2].deletion < found[1].deletion)
  }

  @Test("parts count by their pixels") func sizes() throws {
    // One part of 36 pixels, one of 108.
    let halves = Segmentation(width: 12, height: 12, labels: (0..<144).map { $0 < 36 ? 0 : 1 })
    let network = BlackBox { pictures in
      Tensor(
        [pictures.shape[0], 1],
        (0..<pictures.shape[0]).map { pictures[$0, 0, 0, 0] == 0 ? 0 : 1 })
    }
    let test = RemovalTest(
      pictures: PartialPictures(
        Tensor([12, 12, 1], repeating: 1), halves, hiddenBy: .value(0)),
      network: network, classIndex: 0)
    let curves = try test.curves(of: [[0, 1], [1, 0]])
    expectClose(curves.map(\.deletion), [0.125, 0.875], absolute: 1e-9)
    expectClose(curves.map(\.insertion), [0.875, 0.125], absolute: 1e-9)
  }

  @Test("the heaviest part first, of equals the first") func order() {
    #expect(partsByWeight([0, 2, -1, 2]) == [1, 3, 0, 2])
  }
}

@Suite struct FaithfulnessTests {
  private func test(_ network: BlackBox) throws -> Faithfulness {
    try Faithfulness(
      of: PartialPictures(picture, parts, hiddenBy: .value(0)), network, classIndex: 0,
      subsets: 60, random: RandomStream(seed: 5))
  }

  @Test("an additive network's own weights foretell everything, their opposite the opposite")
  func additiveNetwork() throws {
    let test = try test(additive(planted))
    expectClose([test.correlation(with: planted)], [1], absolute: 1e-6)
    expectClose([test.correlation(with: planted.map { -3 * $0 })], [-1], absolute: 1e-6)
    let others: [Double] = randomNumbers(12, seed: 8)
    #expect(abs(test.correlation(with: others)) < 0.9)
  }

  @Test("what never changes is foretold by nothing") func constant() throws {
    let test = try test(additive([Double](repeating: 0, count: 12)))
    #expect(test.correlation(with: planted) == 0)
    #expect(try self.test(additive(planted)).correlation(with: planted.map { _ in 1 }) == 0)
  }
}

@Suite struct ParameterRandomisationTests {
  static let layers: [LayerSpecification] = [
    LayerSpecification("conv2d", ["filters": 4, "kernel": 3]),
    LayerSpecification("batch_norm"), LayerSpecification("relu"),
    LayerSpecification("flatten"), LayerSpecification("dense", ["units": 6]),
    LayerSpecification("relu"), LayerSpecification("dense", ["units": 2]),
  ]

  static func member(seed: UInt64) throws -> NetworkMember {
    NetworkMember(
      model: try Sequential(layers, input: [12, 12, 1], random: RandomStream(seed: seed)),
      scale: 0.1)
  }

  static func weights(_ member: NetworkMember) -> [String: Tensor] {
    var model = member.model
    var found: [String: Tensor] = [:]
    model.forEachParameter { found[$0] = $1 }
    return found
  }

  @Test("forgets from the answer down, a layer more at each step") func cascade() throws {
    let member = try Self.member(seed: 1)
    let steps = try ParameterRandomisation(
      of: [member], input: [12, 12, 1], most: 10, random: RandomStream(seed: 2)
    ).steps
    #expect(steps.map(\.layer) == ["6 dense", "4 dense", "0 conv2d"])
    let before = Self.weights(member)
    for (step, kept) in zip(steps, [["0.weight", "4.weight"], ["0.weight"], []]) {
      let after = Self.weights(step.members[0])
      #expect(after.keys == before.keys)
      for name in ["0.weight", "4.weight", "6.weight"] {
        #expect((after[name] == before[name]) == kept.contains(name), "\(step.layer) \(name)")
      }
      #expect(step.members[0].scale == 0.1)
    }
    let some = try ParameterRandomisation(
      of: [member], input: [12, 12, 1], most: 2, random: RandomStream(seed: 2)
    ).steps
    #expect(some.map(\.layer) == ["6 dense", "0 conv2d"])
    #expect(Self.weights(some[1].members[0]) == Self.weights(steps[2].members[0]))
  }

  @Test("the mean of the members' probabilities, each prepared in its own way") func mean() throws {
    var members = [try Self.member(seed: 1), try Self.member(seed: 2)]
    (members[1].scale, members[1].offset, members[1].temperature) = (0.02, -0.5, 2)
    let pictures = randomTensor([3, 12, 12, 1], seed: 4)
    let found = try MemberNetwork(members, input: [12, 12, 1]).probabilities(of: pictures)
    var expected = [Double](repeating: 0, count: 6)
    for member in members {
      let prepared = pictures.elements.map { member.scale * $0 + member.offset }
      let logits = member.model.predict(Tensor([3, 12, 12, 1], prepared))
      let p = Tensor([3, 2], logits.elements.map { $0 / Float(member.temperature) }).softmax()
      for (i, value) in p.elements.enumerated() { expected[i] += Double(value) / 2 }
    }
    expectClose(found.elements, expected, absolute: 1e-5)
  }
}

/// Weighs a part by its levels, whoever is asked, or by what hiding it alone does.
private struct Candidate: Explainer {
  static let name = "candidate"
  static let summary = "for tests"
  var looksAtNetwork = false
  var isNoisy = false

  init(_ settings: ExplainerSettings) {}
  init(looksAtNetwork: Bool, isNoisy: Bool = false) {
    (self.looksAtNetwork, self.isNoisy) = (looksAtNetwork, isNoisy)
  }

  func explain(
    _ image: Tensor, _ segmentation: Segmentation, of network: any ExplainedNetwork,
    random: RandomStream, progress: (_ share: Double) throws -> Void
  ) throws -> Explanation {
    let count = segmentation.count
    var flags = [Bool](repeating: true, count: (count + 1) * count)
    for part in 0..<count { flags[(part + 1) * count + part] = false }
    let answers = try PartialPictures(image, segmentation, hiddenBy: .value(0)).answers(
      to: Masks(samples: count + 1, parts: count, isShown: flags), of: network, batchSize: 5,
      progress: progress)
    var noise = random
    let classes = answers.map { answer in
      ClassExplanation(
        weights: (0..<count).map { part in
          isNoisy
            ? Double(noise.normal())
            : looksAtNetwork
              ? answer[0] - answer[part + 1]
              : Double(image.elements[segmentation.labels.firstIndex(of: part) ?? 0])
        })
    }
    return Explanation(
      method: Self.name, segmentation: segmentation, samples: count + 1,
      probabilities: answers.map { $0[0] }, classes: classes)
  }
}

@Suite struct ExplainerJudgeTests {
  private static func judge(
    _ methods: [any Explainer], pictures count: Int = 8,
    progress: (Double) throws -> Void = { _ in }
  ) throws -> [ExplainerJudgement] {
    let network = try MemberNetwork(
      [ParameterRandomisationTests.member(seed: 7)], input: [12, 12, 1])
    let pictures = (0..<count).map {
      JudgedPicture(
        image: Tensor(
          [12, 12, 1], randomTensor([12, 12, 1], seed: 20 + UInt64($0)).elements.map { 20 * $0 }),
        segmentation: parts)
    }
    var judge = ExplainerJudge()
    (judge.seeds, judge.baseline) = (3, .value(0))
    return try judge.judge(
      methods, on: pictures, of: network, random: RandomStream(seed: 1), progress: progress)
  }

  @Test("one that asks the network is told from one that looks at the picture, and from noise")
  func tellsApart() throws {
    let found = try Self.judge([
      Candidate(looksAtNetwork: true), Candidate(looksAtNetwork: false),
      Candidate(looksAtNetwork: true, isNoisy: true),
    ])
    let (honest, blind, noise) = (found[0], found[1], found[2])
    #expect(found.allSatisfy { $0.deletion.count == 8 && $0.milliseconds.count == 24 })
    #expect(
      found.allSatisfy { $0.randomisation.map(\.layer) == ["6 dense", "4 dense", "0 conv2d"] })
    #expect(found.allSatisfy { $0.randomisation.allSatisfy { $0.agreement.count == 5 } })

    #expect(honest.failings == [])
    #expect(
      honest.topOverlap.allSatisfy { $0 == 1 } && honest.rankAgreement.allSatisfy { $0 > 0.999 })
    #expect(SampleMean(honest.faithfulness).value > 0.7)
    #expect(honest.changesWithNetwork == true)

    #expect(blind.changesWithNetwork == false)
    #expect(blind.agreementAfterForgetting.map { $0 > 0.999 } == true)
    #expect(abs(SampleMean(blind.faithfulness).value) < 0.4)
    #expect(blind.failings.count >= 2)

    #expect(SampleMean(noise.topOverlap).value < 0.5)
    #expect(noise.failings.contains { $0.contains("seeds") })
    #expect(noise.failings.contains { $0.contains("than chance") })
    // Chance is the same for all.
    #expect(honest.deletionByChance == blind.deletionByChance)
    #expect(honest.insertionByChance == noise.insertionByChance)
  }

  @Test("the same on any number of workers, but for the times") func workers() throws {
    expectSameOnAnyNumber {
      (try? Self.judge([Candidate(looksAtNetwork: true)], pictures: 2)).map {
        $0.map { [$0.deletion, $0.insertion, $0.faithfulness, $0.deletionByChance] }
      }
    }
  }

  @Test("progress grows to 1, and what it throws ends the work") func progress() throws {
    struct Stop: Error {}
    var told: [Double] = []
    _ = try Self.judge([Candidate(looksAtNetwork: true)], pictures: 2) { told.append($0) }
    #expect(told == told.sorted() && told.count > 12)
    expectClose([told.last ?? 0], [1], absolute: 1e-9)
    told = []
    #expect(throws: Stop.self) {
      _ = try Self.judge([Candidate(looksAtNetwork: true)], pictures: 2) {
        told.append($0)
        if $0 > 0.3 { throw Stop() }
      }
    }
    #expect(told.count { $0 > 0.3 } == 1)
  }
}
