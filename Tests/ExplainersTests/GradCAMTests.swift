import NeuralNetwork
import TensorCore
import TestSupport
import Testing

@testable import Explainers

@Suite("Grad-CAM") struct GradCAMTests {
  private func explain(
    _ golden: GradientGolden.Case, layer: Int? = nil
  ) throws -> Explanation {
    var method = GradCAM()
    method.layer = layer
    return try method.explain(
      golden.image, golden.parts, of: golden.network, random: RandomStream(seed: 1))
  }

  @Test(
    "maps are PyTorch's, of the last and of an early layer", arguments: try GradientGolden.load())
  func pyTorch(golden: GradientGolden.Case) throws {
    let found = try explain(golden)
    #expect(found.samples == 1 && found.segmentation.count == golden.shape[0] * golden.shape[1])
    let early = try explain(golden, layer: golden.early_layer)
    #expect(golden.cam.contains { $0.contains { $0 > 1e-3 } })
    for index in 0..<golden.classes {
      expectClose(
        found.classes[index].weights, golden.cam[index], relative: 1e-4, absolute: 1e-7, "last")
      expectClose(
        early.classes[index].weights, golden.early_cam[index], relative: 1e-4, absolute: 1e-7,
        "early")
      #expect(found.classes[index].fit == nil && found.classes[index].completeness == nil)
    }
  }

  @Test(
    "the layer of every named network: the last that finds something in an image",
    arguments: [
      ("simple-cnn", 4, [24, 24, 64]), ("vgg10", 26, [6, 6, 256]),
      ("vgg10-plus", 29, [6, 6, 256]), ("resnet", 14, [12, 12, 96]),
    ])
  func layers(name: String, expected: Int, shape: [Int]) throws {
    let model = try ModelConfiguration.named(name, settings: [:]).build(
      input: [48, 48, 1], classes: 7, random: RandomStream(seed: 1))
    let layer = try #require(try GradCAM.layer(of: model, input: [48, 48, 1]))
    #expect(layer == expected)
    #expect(type(of: model.layers[layer]).kind == "relu")
    let output = try Sequential(Array(model.layers[...layer])).outputShape(for: [48, 48, 1])
    #expect(output == Shape(shape))
  }

  @Test("an image of one pixel is none: the layer before it is read") func shrinking() throws {
    let conv = LayerSpecification("conv2d", ["filters": 2, "kernel": 3])
    let model = try Sequential(
      [conv, LayerSpecification("relu"), conv, LayerSpecification("relu"), .init("flatten")],
      input: [5, 5, 1], random: RandomStream(seed: 1))
    #expect(try GradCAM.layer(of: model, input: [5, 5, 1]) == 1)
    #expect(try GradCAM.layer(of: model, input: [6, 6, 1]) == 3)
  }

  @Test("networks without an image inside, and layers that give none, are refused with a remedy")
  func refused() throws {
    let golden = try #require(try GradientGolden.load().first)
    for layer in [-1, 7, 8, 9] {
      let error = #expect(throws: ExplanationError.self) { try explain(golden, layer: layer) }
      guard case .badSetting("layer", _, _, let remedy)? = error else {
        Issue.record("\(String(describing: error))")
        continue
      }
      #expect(remedy == "choose from 0 to 6")
    }
    let flat = try Sequential(
      [.init("flatten"), .init("dense", ["units": 2])], input: [4, 4, 1],
      random: RandomStream(seed: 1))
    let error = #expect(throws: ExplanationError.self) {
      try GradCAM().explain(
        Tensor([4, 4, 1]), .pixels(width: 4, height: 4),
        of: OpenNetwork(members: [NetworkMember(model: flat)]), random: RandomStream(seed: 1))
    }
    guard case .unsuitedNetwork("grad-cam", _, _, _)? = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test("maps grow by linear interpolation between centres, ends repeated") func enlarging() {
    let grid = Grid(width: 2, height: 1, values: [0, 4])
    #expect(grid.enlarged(width: 4, height: 2) == [0, 1, 3, 4, 0, 1, 3, 4])
    #expect(grid.enlarged(width: 2, height: 1) == [0, 4])
    #expect(
      Grid(width: 1, height: 3, values: [1, 2, 3]).enlarged(width: 1, height: 3) == [1, 2, 3])
  }
}
