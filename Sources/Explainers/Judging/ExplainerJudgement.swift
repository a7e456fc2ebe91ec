/// What is known of one method, picture by picture in their order.
public struct ExplainerJudgement: Sendable {
  /// The method, as the command line calls it.
  public let method: String
  /// Whether weights say by how much the answer changes: the correlation in -1...1.
  public internal(set) var faithfulness: [Double] = []
  /// The area under the probability while parts are hidden, the heaviest first: low is good.
  public internal(set) var deletion: [Double] = []
  /// The same in random order, the mean of several.
  public internal(set) var deletionByChance: [Double] = []
  /// The area while they are shown, the heaviest first: high is good.
  public internal(set) var insertion: [Double] = []
  /// The same in random order, the mean of several.
  public internal(set) var insertionByChance: [Double] = []
  /// The mean Jaccard index of the heaviest parts over pairs of seeds, in 0...1.
  public internal(set) var topOverlap: [Double] = []
  /// The mean rank correlation of all weights over pairs of seeds, in -1...1.
  public internal(set) var rankAgreement: [Double] = []
  /// What is left of the map while the network forgets, from the top layer down.
  public internal(set) var randomisation: [Forgetting] = []
  /// How long each explanation took.
  public internal(set) var milliseconds: [Double] = []

  /// How like the map of the trained network that of one which has forgotten is.
  public struct Forgetting: Sendable, Hashable {
    /// The lowest layer that was forgotten.
    public let layer: String
    /// The rank correlations of the two maps, a picture each.
    public internal(set) var agreement: [Double]
  }

  init(method: String) { self.method = method }

  mutating func note(_ map: [Double], instead of: [Double], layer: String, step: Int) {
    if randomisation.count <= step { randomisation.append(Forgetting(layer: layer, agreement: [])) }
    // A map without any difference has changed with the network.
    randomisation[step].agreement.append(RankAgreement.spearman(map, of) ?? 0)
  }
}

extension ExplainerJudgement {
  /// By how much the area is better than by chance, a picture each.
  public var deletionGain: [Double] { zip(deletionByChance, deletion).map { $0 - $1 } }
  /// By how much the area is better than by chance, a picture each.
  public var insertionGain: [Double] { zip(insertion, insertionByChance).map { $0 - $1 } }

  /// At this rank correlation with what a network that knows nothing gets, a map does not show what the
  /// network has learnt.
  public static let largestAgreement = 0.5

  /// The mean rank correlation with the map of the network that has forgotten everything; nil where
  /// the test was left out.
  public var agreementAfterForgetting: Double? {
    randomisation.last.map { SampleMean($0.agreement).value }
  }

  /// Whether the map changes when the network forgets; nil where the test was left out. One that is
  /// turned over has the same shape and has not.
  public var changesWithNetwork: Bool? {
    agreementAfterForgetting.map { abs($0) < Self.largestAgreement }
  }

  /// What speaks against the method, in words; empty where nothing does.
  public var failings: [String] {
    var failings: [String] = []
    if changesWithNetwork == false {
      failings.append("the map hardly changes when the network forgets all it has learnt")
    }
    if !isAbove(deletionGain) {
      failings.append("deletion is not shown to be better than chance")
    }
    if !isAbove(insertionGain) {
      failings.append("insertion is not shown to be better than chance")
    }
    if !topOverlap.isEmpty, SampleMean(topOverlap).value < 0.5 {
      failings.append("two seeds agree on fewer than half of the heaviest parts")
    }
    return failings
  }

  /// Whether a mean lies above 0 by more than two of its standard errors.
  private func isAbove(_ values: [Double]) -> Bool {
    let mean = SampleMean(values)
    return mean.value > 2 * mean.standardError
  }
}
