import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@testable import Explainers

/// What every method of the registry keeps.
@Suite("Every explainer") struct EveryExplainerTests {
  static func explain(
    _ name: String, _ network: (any ExplainedNetwork)? = nil, seed: UInt64 = 5,
    progress: (Double) throws -> Void = { _ in }
  ) throws -> Explanation {
    let method = try #require(ExplainerRegistry.explainer(named: name))
    return try method.onBlack().explain(
      PlantedQuadrant.image, PlantedQuadrant.grid, of: network ?? PlantedQuadrant(quadrant: 1),
      random: RandomStream(seed: seed),
      progress: progress)
  }

  static let names = ExplainerRegistry.all.map { $0.name }

  @Test("names and summaries are short, and no two methods have the same") func registry() {
    #expect(
      Self.names == [
        "lime", "kernel-shap", "occlusion", "rise", "grad-cam", "integrated-gradients",
      ])
    #expect(ExplainerRegistry.explainer(named: "lim") == nil)
    for method in ExplainerRegistry.all { #expect((10...70).contains(method.summary.count)) }
  }

  @Test("a method hears the settings that it names, and no others", arguments: names)
  func settings(name: String) throws {
    let method = try #require(ExplainerRegistry.explainer(named: name))
    let usual = "\(method.init(ExplainerSettings()))"
    for setting in ExplainerSetting.allCases where setting != .parts {
      var settings = ExplainerSettings()
      switch setting {
      case .samples: settings.samples = 777
      case .automaticSamples: settings.automaticSamples = AutomaticSamples()
      case .masks: settings.isAntithetic = false
      case .distance: settings.distance = .euclidean
      case .kernelWidth: settings.kernelWidth = 0.77
      case .penalty: settings.penalty = 7.7
      case .baseline: settings.baseline = .pictureMean
      case .layer: settings.layer = 7
      case .steps: settings.steps = 77
      case .noise: settings.noise = 0.77
      case .copies: settings.copies = 77
      case .window: settings.window = 7
      case .stride: settings.stride = 2
      case .hidesParts: settings.hidesParts = true
      case .cells: settings.cells = 7
      case .shownShare: settings.shownShare = 0.77
      case .parts: break
      }
      #expect(
        ("\(method.init(settings))" != usual) == method.settings.contains(setting),
        "\(name), \(setting.rawValue)")
      if setting == .baseline {
        #expect(
          method.init(settings).standIn == (method.settings.contains(setting) ? .pictureMean : nil))
      }
    }
  }

  @Test("a network that looks at one quadrant is found", arguments: names, [1, 2])
  func planted(name: String, quadrant: Int) throws {
    let network = try PlantedQuadrant(quadrant: quadrant)
    let found = try Self.explain(name, network)
    #expect(found.method == name)
    expectClose(
      found.probabilities,
      network.probabilities(of: PlantedQuadrant.image.reshaped([1, 32, 32, 1])).elements,
      absolute: 1e-6)
    let weights = found.weights(over: PlantedQuadrant.quadrants, ofClass: 1)
    #expect(weights[quadrant] > 0)
    let outside = weights.enumerated().filter { $0.offset != quadrant }
    for (_, weight) in outside {
      #expect(abs(weight) < 0.3 * weights[quadrant], "\(name): \(weights)")
    }
    // What speaks for class 1 does not speak for class 2.
    #expect(found.weights(over: PlantedQuadrant.quadrants, ofClass: 2)[quadrant] <= 0)
  }

  @Test("one seed, the same bytes on any number of workers", arguments: names)
  func workers(name: String) {
    expectSameOnAnyNumber(name) { try? Self.explain(name) }
  }

  @Test("progress rises to 1, and what it throws ends the work", arguments: names)
  func progress(name: String) throws {
    struct Stop: Error {}
    var told: [Double] = []
    _ = try Self.explain(name, progress: { told.append($0) })
    #expect(told.last == 1 && told == told.sorted() && told.allSatisfy { $0 > 0 && $0 <= 1 })
    #expect(throws: Stop.self) { try Self.explain(name, progress: { _ in throw Stop() }) }
  }

  @Test("a network whose answers are no numbers is bad data", arguments: names)
  func notFinite(name: String) throws {
    let error = #expect(throws: ExplanationError.self) {
      try Self.explain(name, PlantedQuadrant(quadrant: 0, sharpness: .nan))
    }
    #expect(error?.kind == .badData)
    #expect(error?.description.contains("\n") == false)
  }

  @Test("what holds for a network that can only be asked: two methods refuse it, with a remedy")
  func blackBox() throws {
    let open = try PlantedQuadrant(quadrant: 0)
    let network = BlackBox { open.probabilities(of: $0) }
    for name in Self.names {
      guard ["grad-cam", "integrated-gradients"].contains(name) else {
        #expect(try Self.explain(name, network) == Self.explain(name, open))
        continue
      }
      let error = #expect(throws: ExplanationError.self) { try Self.explain(name, network) }
      guard case .unsuitedNetwork(name, _, _, let remedy) = try #require(error) else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(remedy.contains("occlusion") && error?.kind == .usage)
    }
  }

  @Test("baselines that make no sense are refused before the network is asked", arguments: names)
  func badBaseline(name: String) throws {
    // Grad-CAM hides nothing.
    guard name != "grad-cam", let method = ExplainerRegistry.explainer(named: name) else { return }
    for baseline in [Baseline.value(.nan), .blurred(0), .blurred(.nan)] {
      var settings = ExplainerSettings()
      settings.baseline = baseline
      try expectRefused("baseline", method.init(settings))
    }
  }
}

/// Expects a setting to be refused as usage, before the network is asked.
func expectRefused(
  _ setting: String, _ method: any Explainer, _ segmentation: Segmentation? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let parts = try segmentation ?? .grid(width: 12, height: 10, rows: 3, columns: 2)
  let network = BlackBox { pictures in
    Issue.record("the network was asked", sourceLocation: sourceLocation)
    return Tensor([pictures.shape[0], 2])
  }
  let error = #expect(throws: ExplanationError.self, sourceLocation: sourceLocation) {
    try method.explain(
      Tensor([parts.height, parts.width, 1]), parts, of: network, random: RandomStream(seed: 1))
  }
  guard case .badSetting(let name, _, _, let remedy)? = error else {
    Issue.record("\(String(describing: error))", sourceLocation: sourceLocation)
    return
  }
  #expect(name == setting, sourceLocation: sourceLocation)
  #expect(!remedy.isEmpty && error?.kind == .usage, sourceLocation: sourceLocation)
  #expect(error?.description.contains("\n") == false, sourceLocation: sourceLocation)
}
