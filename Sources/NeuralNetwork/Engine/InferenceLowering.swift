internal import Kernels
internal import TensorCore

/// From layers to steps: what belongs together is one step.
///
/// Convolution or dense [→ batch norm] [→ ReLU] [→ 2x2 max pooling]; batch norm [→ ReLU]; residual
/// [→ ReLU]. Batch norm is folded only into the layer right before it: behind a ReLU it is a step of
/// its own.
struct InferenceLowering {
  private let precision: InferencePrecision
  private var steps: [UnplacedStep] = []
  /// The floats an image of each activation.
  private var counts: [Int] = []

  init(_ precision: InferencePrecision) { self.precision = precision }

  /// The number of the input.
  mutating func input(_ shape: Shape) -> Int { value(shape) }

  /// The steps with their places, and the floats an image of all activations.
  consuming func finish() -> (steps: [PlannedStep], count: Int) { placed(steps, counts: counts) }

  /// Appends the steps of a chain of layers.
  ///
  /// - Returns: the number and shape of its output.
  mutating func lower(
    _ layers: [any Layer], _ value: Int, _ shape: Shape, isWhole: Bool = true
  ) throws -> (value: Int, shape: Shape) {
    var (value, shape) = (value, shape)
    var rest = Self.flattened(layers)[...]
    while let layer = rest.popFirst() {
      let output = try layer.outputShape(for: shape)
      switch layer {
      case let layer as any ConvolutionLayer:
        let folded = try Self.folded(
          layer.weight, layer.bias, rest.take(BatchNorm.self), shape: output)
        let sizes = ConvolutionShape(
          batch: 1, input: shape.imageExtent, inputChannels: shape[-1], filters: output[-1],
          window: layer.window)
        let rectified = rest.take(ReLU.self) != nil
        shape = output
        var halved = false
        if convolutionStepCanHalve(sizes),
          let pooling = rest.first as? MaxPool2D, pooling.window == PoolingWindow(size: Extent2D(2))
        {
          (halved, shape) = (true, try pooling.outputShape(for: shape))
          rest.removeFirst()
        }
        value = append(
          Tensor.read(folded.weight, folded.bias) {
            convolutionStep(
              sizes, $0, bias: $1, rectified: rectified, halved: halved, precision: precision)
          }, halved ? "convolution, halved" : "convolution", value, shape)
      case let layer as Dense:
        let folded = try Self.folded(
          layer.weight, layer.bias, rest.take(BatchNorm.self), shape: output)
        let rectified = rest.take(ReLU.self) != nil
        value = append(
          Tensor.read(folded.weight, folded.bias) {
            denseStep(
              inputs: shape.count, outputs: output.count, $0, bias: $1, rectified: rectified,
              precision: precision)
          }, "dense", value, output)
        shape = output
      case let layer as BatchNorm:
        let (scale, shift) = layer.inferenceScale
        let step = ScaleStep(
          rows: shape.count / scale.count, scale: scale.map(Float.init),
          shift: shift.map(Float.init), rectified: rest.take(ReLU.self) != nil)
        value = append(step, "batch norm", value, output)
      case let layer as Residual:
        let body = try lower(layer.body.layers, value, shape, isWhole: false)
        let other = try lower(layer.shortcut.layers, value, shape, isWhole: false)
        let step = SumStep(count: output.count, rectified: rest.take(ReLU.self) != nil)
        value = append(step, "sum", body.value, other: other.value, output)
        shape = output
      case let layer as any MaxPoolLayer:
        value = append(
          MaxPoolingStep(layer.window.sizes(for: shape.prepending(1))), "maximum", value, output)
        shape = output
      case let layer as AveragePool2D:
        value = append(
          AveragePoolingStep(layer.window.sizes(for: shape.prepending(1))), "mean", value, output)
        shape = output
      case is GlobalAveragePool:
        value = append(
          AveragePoolingStep(GlobalAveragePool.sizes(for: shape.prepending(1))), "mean", value,
          output)
        shape = output
      case let layer as any ElementwiseLayer:
        value = append(
          ElementwiseStep(layer: layer, count: shape.count), type(of: layer).kind, value, output)
      case is Flatten: shape = output
      default:
        value = append(LayerStep(layer: layer, input: shape), type(of: layer).kind, value, output)
        shape = output
      }
    }
    // A network without any work still has to write its output.
    if isWhole && steps.isEmpty {
      value = append(CopyStep(count: shape.count), "copy", value, shape)
    }
    return (value, shape)
  }

  /// The layers of nested chains in one list, without those that do nothing in inference.
  private static func flattened(_ layers: [any Layer]) -> [any Layer] {
    layers.flatMap { layer -> [any Layer] in
      if let chain = layer as? Sequential { return flattened(chain.layers) }
      return layer is Dropout ? [] : [layer]
    }
  }

  private mutating func value(_ shape: Shape) -> Int {
    counts.append(shape.count)
    return counts.count - 1
  }

  private mutating func append(
    _ step: any InferenceStep, _ name: String, _ x: Int, other: Int? = nil, _ output: Shape
  ) -> Int {
    let y = value(output)
    steps.append(
      UnplacedStep(name: "\(name) → \(output)", step: step, x: x, other: other ?? x, y: y))
    return y
  }

  /// weight [..., F] times the norm's scale, and (bias − mean) · scale + shift, in Double.
  private static func folded(
    _ weight: Tensor, _ bias: Tensor?, _ norm: BatchNorm?, shape: Shape
  ) throws -> (weight: Tensor, bias: Tensor) {
    let filters = weight.shape[-1]
    guard let norm else { return (weight, bias ?? Tensor([filters])) }
    _ = try norm.outputShape(for: shape)
    let (scale, shift) = norm.inferenceScale
    let folded = weight.elements.enumerated().map { Float(Double($1) * scale[$0 % filters]) }
    let sums = (bias?.elements ?? Array(repeating: 0, count: filters)).enumerated().map {
      Float(Double($1) * scale[$0] + shift[$0])
    }
    return (Tensor(weight.shape, folded), Tensor([filters], sums))
  }
}

extension ArraySlice<any Layer> {
  /// Removes and returns the first layer if it is of a type.
  fileprivate mutating func take<Kind: Layer>(_: Kind.Type) -> Kind? {
    guard let layer = first as? Kind else { return nil }
    removeFirst()
    return layer
  }
}

extension BatchNorm {
  /// What inference does to a channel: y = scale · x + shift.
  fileprivate var inferenceScale: (scale: [Double], shift: [Double]) {
    let factors = zip(scale.elements, runningVariance.elements).map {
      Double($0) / (Double($1) + Double(epsilon)).squareRoot()
    }
    let shifts = zip(zip(shift.elements, runningMean.elements), factors).map {
      Double($0.0) - Double($0.1) * $1
    }
    return (factors, shifts)
  }
}
