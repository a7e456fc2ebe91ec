internal import Dispatch
public import TensorCore

/// A picture that explainers are judged on.
public struct JudgedPicture: Sendable {
  /// What the network sees, [H, W, C].
  public var image: Tensor
  /// The parts by which every method is judged.
  public var segmentation: Segmentation

  /// A picture and its parts.
  public init(image: Tensor, segmentation: Segmentation) {
    (self.image, self.segmentation) = (image, segmentation)
  }
}

/// Measures how far explanations of one network's answers can be trusted: every method on the same
/// pictures, the same parts, the same baseline and the same questions.
public struct ExplainerJudge: Sendable {
  /// How often a picture is explained, each time with another seed.
  public var seeds = 5
  /// How many of the heaviest parts are compared between seeds.
  public var topParts = 5
  /// Random orders of the parts, against which the method's own is held.
  public var randomOrders = 5
  /// Pictures with hidden parts that weights have to foretell.
  public var subsets = 100
  /// On how many of the pictures networks that have forgotten are explained; 0 leaves the test out.
  public var randomisedPictures = 5
  /// How many networks, the one that has forgotten all included.
  public var randomisationSteps = 5
  /// What stands in the place of hidden parts, for every method's test alike.
  public var baseline = Baseline.blurred(0.1)

  /// A judge with the usual settings.
  public init() {}

  /// Judges methods, in their order, on the class that the network answers of each picture.
  ///
  /// - Parameters:
  ///   - network: whose answers are explained. Without `members` nothing in it can be forgotten, and
  ///     methods that look inside refuse.
  ///   - random: decides everything but the times.
  ///   - progress: told what share of the work is done, in 0...1; what it throws ends the work.
  ///
  /// Throws what the methods, the network and `progress` throw.
  public func judge(
    _ methods: [any Explainer], on pictures: [JudgedPicture], of network: any ExplainedNetwork,
    random: RandomStream, progress: (_ share: Double) throws -> Void = { _ in }
  ) throws -> [ExplainerJudgement] {
    precondition(!methods.isEmpty && !pictures.isEmpty, "nothing to judge")
    var judgements = methods.map { ExplainerJudgement(method: type(of: $0).name) }
    let forgetful = pictures.prefix(randomisedPictures)
    let networks = try forgottenNetworks(of: network, input: pictures[0].image.shape, random)
    // In explanations, of which nearly all of the work consists.
    let total = Double(
      methods.count * (pictures.count * seeds + forgetful.count * networks.count))
    var done = 0.0
    func explanation(
      _ method: any Explainer, _ picture: JudgedPicture, of network: any ExplainedNetwork,
      _ random: RandomStream
    ) throws -> Explanation {
      let found = try method.explain(
        picture.image, picture.segmentation, of: network, random: random,
        progress: { try progress((done + min(1, $0)) / total) })
      done += 1
      return found
    }
    for (index, picture) in pictures.enumerated() {
      let stream = random.substream(index)
      let test = try PictureTest(self, picture, network, random: stream.substream("questions"))
      for (number, method) in methods.enumerated() {
        var weights: [[Double]] = []
        for seed in 0..<seeds {
          let start = DispatchTime.now().uptimeNanoseconds
          let found = try explanation(
            method, picture, of: network, stream.substream("seed").substream(seed))
          judgements[number].milliseconds.append(
            Double(DispatchTime.now().uptimeNanoseconds - start) / 1e6)
          weights.append(found.weights(over: picture.segmentation, ofClass: test.classIndex))
        }
        try test.judge(weights, &judgements[number])
        guard index < forgetful.count else { continue }
        for (step, forgotten) in networks.enumerated() {
          let found = try explanation(
            method, picture, of: forgotten.network, stream.substream("seed").substream(0))
          judgements[number].note(
            found.weights(over: picture.segmentation, ofClass: test.classIndex),
            instead: weights[0], layer: forgotten.layer, step: step)
        }
      }
    }
    return judgements
  }

  private func forgottenNetworks(
    of network: any ExplainedNetwork, input: Shape, _ random: RandomStream
  ) throws -> [(layer: String, network: MemberNetwork)] {
    guard randomisedPictures > 0, !network.members.isEmpty else { return [] }
    return try ParameterRandomisation(
      of: network.members, input: input, most: randomisationSteps,
      random: random.substream("forget")
    ).steps.map { ($0.layer, try MemberNetwork($0.members, input: input)) }
  }
}

/// The questions about one picture, the same for every method.
private struct PictureTest {
  let classIndex: Int
  private let topParts: Int
  private let removal: RemovalTest
  private let chance: RemovalCurves
  private let faithfulness: Faithfulness

  init(
    _ judge: ExplainerJudge, _ picture: JudgedPicture, _ network: any ExplainedNetwork,
    random: RandomStream
  ) throws {
    let answer = try network.probabilities(
      of: picture.image.reshaped(picture.image.shape.prepending(1))
    ).elements
    let top = answer.argmax()
    let pictures = PartialPictures(
      picture.image, picture.segmentation, hiddenBy: judge.baseline)
    (classIndex, topParts) = (top, judge.topParts)
    removal = RemovalTest(pictures: pictures, network: network, classIndex: top)
    let orders = (0..<judge.randomOrders).map { order in
      var stream = random.substream("order").substream(order)
      return stream.permutation(picture.segmentation.count)
    }
    let curves = try removal.curves(of: orders)
    let share = 1 / Double(max(1, curves.count))
    chance = RemovalCurves(
      deletion: curves.reduce(0) { $0 + $1.deletion } * share,
      insertion: curves.reduce(0) { $0 + $1.insertion } * share)
    faithfulness = try Faithfulness(
      of: pictures, network, classIndex: top, subsets: judge.subsets,
      random: random.substream("subset"))
  }

  /// Adds what this picture says of a method whose weights, seed by seed, are given.
  func judge(_ weights: [[Double]], _ judgement: inout ExplainerJudgement) throws {
    let own = try removal.curves(of: [partsByWeight(weights[0])])[0]
    judgement.deletion.append(own.deletion)
    judgement.deletionByChance.append(chance.deletion)
    judgement.insertion.append(own.insertion)
    judgement.insertionByChance.append(chance.insertion)
    judgement.faithfulness.append(faithfulness.correlation(with: weights[0]))
    let overlap = RankAgreement.mean(overPairsOf: weights) {
      RankAgreement.jaccard($0, $1, strongest: topParts)
    }
    // Weights that are all alike say nothing, so no two seeds agree on them.
    let agreement = RankAgreement.mean(overPairsOf: weights) {
      RankAgreement.spearman($0, $1) ?? 0
    }
    if let overlap, let agreement {
      judgement.topOverlap.append(overlap)
      judgement.rankAgreement.append(agreement)
    }
  }
}
