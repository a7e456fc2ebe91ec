import Explainers
import Imaging
import Mien
import NeuralNetwork
import TensorCore
import TestSupport
import Testing
import Training

@testable import Datasets

/// Drawn faces of two classes that differ in one feature and in nothing else, so that where a network
/// that tells them apart must look is known, pixel by pixel.
private struct PlantedFaces {
  /// What an expression of each class has that one of the other has not.
  let plant: @Sendable (_ isFirst: Bool, inout FaceExpression) -> Void
  let seed: UInt64

  /// A face as it looks in either class; of its class there is one.
  private func views(_ index: Int) throws -> (first: GrayImage, second: GrayImage) {
    var random = RandomStream(seed: seed).substream(index)
    let traits = FaceTraits(random: &random)
    // Everything else moves as it likes, in both classes alike.
    var rest = FaceExpression.random(.neutral, intensity: 0...1, looseness: 0.25, random: &random)
    func view(_ isFirst: Bool) throws -> GrayImage {
      var expression = rest
      plant(isFirst, &expression)
      return try SyntheticFaces.draw(traits, expression, size: 48, framing: .tight)
    }
    rest.opening = max(0, rest.opening)
    return (try view(true), try view(false))
  }

  func isFirst(_ index: Int) -> Bool { index % 2 == 0 }

  func face(_ index: Int) throws -> GrayImage {
    let views = try views(index)
    return isFirst(index) ? views.first : views.second
  }

  /// By how many grey levels each pixel differs between the classes.
  func truth(_ index: Int) throws -> [Double] {
    let views = try views(index)
    return zip(views.first.pixels, views.second.pixels).map { abs(Double($0) - Double($1)) }
  }

  /// A network that tells the two apart.
  func network() throws -> Predictor {
    let count = 800
    let faces = try (0..<count).map { try face($0) }
    let levels = Predictor.levels(of: faces)
    let normalisation = Normalisation(ofLevels: levels)
    let all = try TensorSource(
      normalisation.normalise(levels), labels: (0..<count).map { isFirst($0) ? 0 : 1 },
      classes: ["first", "second"])
    let (examples, selection) = all.holdingOut(oneIn: 5, seed: 1)
    func convolution(_ filters: Int) -> [LayerSpecification] {
      [
        LayerSpecification("conv2d", ["filters": .int(filters), "kernel": 3, "padding": 1]),
        LayerSpecification("batch_norm"), LayerSpecification("relu"),
        LayerSpecification("max_pool2d", ["size": 2]),
      ]
    }
    let network = ModelConfiguration.layers(
      convolution(8) + convolution(16) + convolution(32) + [
        LayerSpecification("flatten"), LayerSpecification("dense", ["units": "classes"]),
      ])
    let model = try network.build(
      input: all.exampleShape, classes: 2, random: RandomStream(seed: seed))
    var optimiser = OptimiserConfiguration()
    optimiser.learningRate = 0.02
    let settings = try TrainingConfiguration(
      epochs: 8, batchSize: 32, seed: seed, optimiser: optimiser)
    var state = try settings.initialState(for: model)
    _ = try Trainer(settings, examples: examples, selection: selection).run(&state)
    let accuracy = try #require(state.history.last).selectAccuracy
    try #require(accuracy >= 0.95, "the network tells \(accuracy) of the faces apart")
    return try withTemporaryFolder { folder in
      try Predictor(
        Checkpoint.write(
          state.judgedModel,
          input: InputConfiguration(
            kind: "image", shape: all.exampleShape, normalisation: normalisation),
          classes: all.classes, to: folder))
    }
  }
}

@Suite("planted truth")
struct PlantedTruthTests {
  /// The pixels that differ clearly between the classes, widened by as many pixels as a fifteenth
  /// of the picture has: the pointing game's tolerance (Zhang et al. 2018, DOI
  /// 10.1007/s11263-017-1059-x).
  private func target(_ differences: [Double]) -> [Bool] {
    let reach = 3
    return (0..<48 * 48).map { pixel in
      let (x, y) = (pixel % 48, pixel / 48)
      return (max(0, y - reach)...min(47, y + reach)).contains { row in
        (max(0, x - reach)...min(47, x + reach)).contains { differences[row * 48 + $0] > 12 }
      }
    }
  }

  /// In how many of 100 faces the place of the largest weight, the middle of its part where parts are
  /// weighed, is one at which the classes differ; and in how many a pixel drawn by lot would be.
  private func hits(
    _ method: any Explainer, _ predictor: Predictor, _ faces: PlantedFaces
  ) throws -> (found: Int, byChance: Double) {
    let indices = Array(1000..<1100)
    let explanations = try FaceExplainer(predictor, method: method).explain(
      try indices.map { try faces.face($0) }, random: RandomStream(seed: 3))
    var (found, chance) = (0, 0.0)
    for (index, explanation) in zip(indices, explanations) {
      let target = target(try faces.truth(index))
      let map = explanation.heatMap(ofClass: explanation.mostProbable)
      let peak = map.max() ?? 0
      let pixels = map.indices.filter { map[$0] == peak }
      let (x, y) = (
        pixels.reduce(0) { $0 + $1 % 48 } / pixels.count,
        pixels.reduce(0) { $0 + $1 / 48 } / pixels.count
      )
      if target[y * 48 + x] { found += 1 }
      chance += Double(target.count { $0 }) / Double(target.count)
    }
    return (found, chance)
  }

  private static let methods: [String] = ["lime", "kernel-shap", "occlusion", "rise"]

  private func check(_ faces: PlantedFaces) throws {
    let predictor = try faces.network()
    // Fewer pictures than usual, for they are asked about 100 faces; the harder for the methods.
    var settings = ExplainerSettings()
    settings.samples = 500
    for name in Self.methods {
      let method = try #require(ExplainerRegistry.explainer(named: name))
      let (found, chance) = try hits(method.init(settings), predictor, faces)
      #expect(found >= 90, "\(name) finds the planted part in \(found) of 100 faces")
      // Else finding it would be no art.
      #expect(chance < 35)
    }
  }

  @Test("where only the mouth differs, every method that hides parts finds the mouth")
  func mouth() throws {
    try check(
      PlantedFaces(
        plant: { isFirst, expression in
          expression.corners = isFirst ? 0.9 : -0.9
          (expression.opening, expression.sneer, expression.press) = (0, 0, 0)
        }, seed: 11))
  }

  @Test("where only the brows differ, every method that hides parts finds a brow")
  func brows() throws {
    try check(
      PlantedFaces(
        plant: { isFirst, expression in
          (expression.browInner, expression.browOuter) = isFirst ? (0.9, 0.7) : (-0.9, -0.3)
          expression.knit = 0
        }, seed: 12))
  }
}
