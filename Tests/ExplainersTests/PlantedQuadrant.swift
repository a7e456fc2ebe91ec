import Foundation
import NeuralNetwork
import TensorCore
import TestSupport

@testable import Explainers

/// Lets through what lies in one quadrant of the picture: y = x there, 0 elsewhere.
struct Spotlight: Layer {
  static let kind = "test_spotlight"
  let quadrant: Int

  init(quadrant: Int) { self.quadrant = quadrant }

  init(_ specification: LayerSpecification, input: Shape, random: RandomStream) throws {
    self.init(quadrant: try specification.int("quadrant", minimum: 0))
  }

  var specification: LayerSpecification {
    LayerSpecification(Self.kind, ["quadrant": .int(quadrant)])
  }

  func outputShape(for input: Shape) throws -> Shape { input }

  func forward(_ x: Tensor, _ phase: Phase) -> (output: Tensor, cache: Void) { (lit(x), ()) }

  func backward(_ dy: Tensor, _ cache: Void) -> (input: Tensor, parameters: [Tensor]) {
    (lit(dy), [])
  }

  private func lit(_ x: Tensor) -> Tensor {
    let (height, width, channels) = (x.shape[1], x.shape[2], x.shape[3])
    var y = x
    y.write { y in
      for i in 0..<x.count {
        let (row, column) = (i / (width * channels) % height, i / channels % width)
        if 2 * row / height != quadrant / 2 || 2 * column / width != quadrant % 2 { y[i] = 0 }
      }
    }
    return y
  }
}

/// A convolutional network of three classes that sees one quadrant of a picture of 32x32 pixels:
/// the lighter that is, the surer it is of class 1 against class 2.
struct PlantedQuadrant: ExplainedNetwork {
  static let image: Tensor = {
    var random = RandomStream(seed: 3)
    return Tensor([32, 32, 1], (0..<32 * 32).map { _ in random.uniform(60, 200) })
  }()
  static let grid: Segmentation = {
    do { return try .grid(width: 32, height: 32, rows: 6, columns: 6) } catch {
      preconditionFailure("\(error)")
    }
  }()
  /// The quadrants as parts, in reading order.
  static let quadrants: Segmentation = {
    do { return try .grid(width: 32, height: 32, rows: 2, columns: 2) } catch {
      preconditionFailure("\(error)")
    }
  }()

  var members: [NetworkMember]

  init(quadrant: Int, sharpness: Float = 1) throws {
    var blur = Tensor([3, 3, 1, 2], repeating: 1 / 9)
    // The second filter finds edges, and nothing listens to it.
    for y in 0..<3 { for x in 0..<3 { blur[y, x, 0, 1] = y == 1 && x == 1 ? 1 : -1 / 8 } }
    var dense = Tensor([16 * 16 * 2, 3])
    for pixel in 0..<256 {
      dense[2 * pixel, 1] = sharpness / 64
      dense[2 * pixel, 2] = -sharpness / 64
    }
    let random = RandomStream(seed: 1)
    var convolution = try Conv2D(
      LayerSpecification("conv2d", ["filters": 2, "kernel": 3, "padding": 1]), input: [32, 32, 1],
      random: random)
    convolution.weight = blur
    let pooling = try MaxPool2D(
      LayerSpecification("max_pool2d", ["size": 2]), input: [32, 32, 2], random: random)
    let model = Sequential([
      Spotlight(quadrant: quadrant), convolution, ReLU(), pooling, Flatten(),
      Dense(weight: dense, bias: Tensor([3])),
    ])
    members = [NetworkMember(model: model, scale: 1 / 128, offset: 0, temperature: 1.5)]
  }

  func probabilities(of pictures: Tensor) -> Tensor {
    members.gradients(by: pictures).probabilities
  }
}

extension Explainer {
  /// The method with a baseline of 0, which to the planted network is nothing at all.
  static func onBlack(_ change: (inout ExplainerSettings) -> Void = { _ in }) -> Self {
    var settings = ExplainerSettings()
    settings.baseline = .value(0)
    change(&settings)
    return Self(settings)
  }
}
