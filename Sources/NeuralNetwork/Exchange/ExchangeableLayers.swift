internal import Foundation
internal import Kernels
internal import TensorCore

// What each layer is called in PyTorch (https://docs.pytorch.org/docs/stable/nn.html) and in ONNX,
// operator set 17 (https://onnx.ai/onnx/operators).

/// A convolution over images or series: `nn.Conv2d` or `nn.Conv1d`.
extension ExchangeableLayer where Self: ConvolutionLayer {
  func exchangeTensors(input: ExchangeShape) -> [ExchangeTensor] {
    [ExchangeTensor("weight", .convolution(weight.shape))]
      + (bias.map { [ExchangeTensor("bias", .same($0.shape))] } ?? [])
  }

  func addNodes(to graph: inout ONNXGraph, _ x: String, path: String) -> String {
    graph.add(
      "Conv", [x, "\(path).weight"] + (bias == nil ? [] : ["\(path).bias"]),
      name: "\(path).\(Self.kind)",
      [
        .ints("kernel_shape", spatial(window.size)), .ints("strides", spatial(window.stride)),
        .pads(spatial(window.padding)), .ints("dilations", spatial(window.dilation)),
        .int("group", 1),
      ])
  }

  /// Both axes of an image, or the one of a series.
  private func spatial(_ extent: Extent2D) -> [Int] {
    weight.shape.rank == 3 ? [extent.width] : [extent.height, extent.width]
  }
}

extension Conv1D: ExchangeableLayer {}
extension Conv2D: ExchangeableLayer {}

extension Dense: ExchangeableLayer {
  func exchangeTensors(input: ExchangeShape) -> [ExchangeTensor] {
    [
      ExchangeTensor("weight", .dense(weight.shape, flattened: input.flattened)),
      ExchangeTensor("bias", .same(bias.shape)),
    ]
  }

  func exchangeOutput(for input: ExchangeShape) throws -> ExchangeShape {
    ExchangeShape(try outputShape(for: input.shape))
  }

  func addNodes(to graph: inout ONNXGraph, _ x: String, path: String) -> String {
    graph.add(
      "Gemm", [x, "\(path).weight", "\(path).bias"], name: "\(path).\(Self.kind)",
      [.int("transB", 1)])
  }
}

extension BatchNorm: ExchangeableLayer {
  func exchangeTensors(input: ExchangeShape) -> [ExchangeTensor] {
    let layout = TensorLayout.features(scale.shape, flattened: input.flattened)
    return [
      ExchangeTensor("scale", as: "weight", layout), ExchangeTensor("shift", as: "bias", layout),
      ExchangeTensor("running_mean", layout),
      ExchangeTensor("running_variance", as: "running_var", layout),
    ]
  }

  func addNodes(to graph: inout ONNXGraph, _ x: String, path: String) -> String {
    graph.add(
      "BatchNormalization",
      [x] + ["weight", "bias", "running_mean", "running_var"].map { "\(path).\($0)" },
      name: "\(path).\(Self.kind)", [.float("epsilon", epsilon)])
  }
}

extension Flatten: ExchangeableLayer {
  func exchangeOutput(for input: ExchangeShape) throws -> ExchangeShape {
    let image = input.shape
    let output = try outputShape(for: image)
    guard image.rank > 1 else { return ExchangeShape(output, flattened: input.flattened) }
    // One pixel or one channel has but one order.
    let isOrdered = image[-1] == image.count || image[-1] == 1
    return ExchangeShape(output, flattened: isOrdered ? nil : image)
  }

  func addNodes(to graph: inout ONNXGraph, _ x: String, path: String) -> String {
    add("Flatten", x, path: path, to: &graph, [.int("axis", 1)])
  }
}

extension Dropout: ExchangeableLayer {
  /// Nothing: answers are wanted, not training.
  func addNodes(to graph: inout ONNXGraph, _ x: String, path: String) -> String { x }
}

extension MaxPool1D: ExchangeableLayer {
  var problemInPyTorch: String? { window.problemInPyTorch }

  func addNodes(to graph: inout ONNXGraph, _ x: String, path: String) -> String {
    add("MaxPool", x, path: path, to: &graph, window.attributes { [$0.width] })
  }
}

extension MaxPool2D: ExchangeableLayer {
  var problemInPyTorch: String? { window.problemInPyTorch }

  func addNodes(to graph: inout ONNXGraph, _ x: String, path: String) -> String {
    add("MaxPool", x, path: path, to: &graph, window.attributes())
  }
}

extension AveragePool2D: ExchangeableLayer {
  var problemInPyTorch: String? { window.problemInPyTorch }

  func addNodes(to graph: inout ONNXGraph, _ x: String, path: String) -> String {
    add(
      "AveragePool", x, path: path, to: &graph, window.attributes() + [.int("count_include_pad", 0)]
    )
  }
}

extension PoolingWindow {
  /// - Parameter axes: those of an extent that the operator has.
  fileprivate func attributes(
    _ axes: (Extent2D) -> [Int] = { [$0.height, $0.width] }
  ) -> [ONNXGraph.Attribute] {
    [
      .ints("kernel_shape", axes(size)), .ints("strides", axes(stride)), .pads(axes(padding)),
    ]
  }

  /// PyTorch's pools take a padding of half the window at most.
  fileprivate var problemInPyTorch: String? {
    2 * padding.height <= size.height && 2 * padding.width <= size.width
      ? nil
      : "a window of \(size) with a padding of \(padding), PyTorch pads by half a window at most"
  }
}

extension GlobalAveragePool: ExchangeableLayer {
  func addNodes(to graph: inout ONNXGraph, _ x: String, path: String) -> String {
    let means = add("GlobalAveragePool", x, path: path, to: &graph)
    return graph.add(
      "Flatten", [means], name: "\(path).\(Self.kind).flat", [.int("axis", 1)])
  }
}

extension ReLU: ExchangeableLayer {
  func addNodes(to graph: inout ONNXGraph, _ x: String, path: String) -> String {
    add("Relu", x, path: path, to: &graph)
  }
}

extension LeakyReLU: ExchangeableLayer {
  func addNodes(to graph: inout ONNXGraph, _ x: String, path: String) -> String {
    add("LeakyRelu", x, path: path, to: &graph, [.float("alpha", slope)])
  }
}

extension Sigmoid: ExchangeableLayer {
  func addNodes(to graph: inout ONNXGraph, _ x: String, path: String) -> String {
    add("Sigmoid", x, path: path, to: &graph)
  }
}

extension Tanh: ExchangeableLayer {
  func addNodes(to graph: inout ONNXGraph, _ x: String, path: String) -> String {
    add("Tanh", x, path: path, to: &graph)
  }
}

extension GELU: ExchangeableLayer {
  /// x (1 + erf(x / √2)) / 2, for the operator set has no GELU before 20, which many programs do not
  /// know yet.
  func addNodes(to graph: inout ONNXGraph, _ x: String, path: String) -> String {
    let name = "\(path).\(Self.kind)"
    let scaled = graph.add(
      "Mul", [x, graph.scalar("gelu.root_half", Float(0.5.squareRoot()))], name: "\(name).scaled")
    let erf = graph.add("Erf", [scaled], name: "\(name).erf")
    let sum = graph.add("Add", [erf, graph.scalar("gelu.one", 1)], name: "\(name).sum")
    let half = graph.add("Mul", [x, graph.scalar("gelu.half", 0.5)], name: "\(name).half")
    return graph.add("Mul", [half, sum], name: name)
  }
}

extension ONNXGraph.Attribute {
  /// A number an axis: a height and a width.
  fileprivate static func ints(_ name: String, _ extents: [Int]) -> Self {
    Self(name, .ints(extents))
  }

  /// The same padding at both ends: top, left, bottom, right.
  fileprivate static func pads(_ padding: [Int]) -> Self { Self("pads", .ints(padding + padding)) }

  fileprivate static func int(_ name: String, _ value: Int) -> Self { Self(name, .int(value)) }

  fileprivate static func float(_ name: String, _ value: Float) -> Self {
    Self(name, .float(value))
  }
}
