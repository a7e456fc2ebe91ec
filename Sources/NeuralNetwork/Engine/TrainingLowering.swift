internal import Kernels
internal import TensorCore

/// Turns a model into ops on planned buffers, for one batch size.
///
/// A convolution takes with it what follows of batch norm, ReLU and 2x2 maximum; the rest is lowered
/// layer by layer. Parameters and buffers are known by their place in the order of
/// `forEachParameter` and `forEachBuffer`, and layers are gone through in the same order.
struct TrainingLowering {
  let batch: Int
  private(set) var ops: [any TrainingOp] = []
  /// The floats of every buffer.
  private(set) var counts: [Int] = []
  /// What each of the model's buffers, such as a running mean, takes over after a step.
  private(set) var commits: [Commit] = []
  private var parameters = 0
  /// Buffers that are the same memory as another.
  private var aliases: [Int: Int] = [:]

  /// What a step has learnt about the data.
  enum Commit {
    /// running ← running + momentum (statistic · factor − running).
    case statistic(PlanBuffer, momentum: Float, factor: Float)
    case layer(LayerOp)
  }

  init(batch: Int) { self.batch = batch }

  mutating func buffer(_ count: Int) -> PlanBuffer {
    counts.append(count)
    return PlanBuffer(index: counts.count - 1)
  }

  /// The memory that a buffer stands for.
  func resolved(_ buffer: PlanBuffer) -> PlanBuffer {
    var index = buffer.index
    while let other = aliases[index] { index = other }
    return PlanBuffer(index: index)
  }

  /// Lowers a chain, and returns its output with nothing pending.
  mutating func lower(
    _ chain: Sequential, _ input: Activation, path: [Int] = []
  ) throws -> Activation {
    var (x, index) = (input, 0)
    while index < chain.layers.count {
      let path = path + [index]
      if let convolution = chain.layers[index] as? any ConvolutionLayer {
        let tail = Tail(chain.layers[(index + 1)...])
        x = try lower(convolution, tail, x, path: path)
        index += 1 + tail.count
      } else if let norm = chain.layers[index] as? BatchNorm, !norm.isFrozen {
        let tail = Tail(chain.layers[index...])
        x = try lower(tail, x, path: path)
        index += tail.count
      } else {
        x = try lower(chain.layers[index], materialised(x), path: path)
        index += 1
      }
    }
    return materialised(x)
  }

  private func name(_ path: [Int], _ kind: String) -> String {
    path.map(String.init).joined(separator: ".") + " " + kind
  }

  private mutating func nextParameter() -> Int {
    parameters += 1
    return parameters - 1
  }

  /// An output of a shape; its gradient is wanted where the input's is, or where parameters need it.
  private mutating func activation(_ shape: Shape, wantsGradient: Bool) -> Activation {
    let count = batch * shape.count
    let buffer = buffer(count)
    return Activation(
      shape: shape, buffer: buffer, gradient: wantsGradient ? self.buffer(count) : nil)
  }

  /// The same activation in memory of its own if a normalisation was pending.
  private mutating func materialised(_ x: Activation) -> Activation {
    guard let pending = x.pending else { return x }
    let z = buffer(batch * x.shape.count)
    ops.append(
      MaterialiseOp(
        name: "normalise", rows: batch * x.shape.count / x.shape[-1], channels: x.shape[-1],
        y: x.buffer, z: z, normalisation: pending))
    return Activation(shape: x.shape, buffer: z, gradient: x.gradient)
  }
}

// Convolutions and normalisations.
extension TrainingLowering {
  /// What a normalisation takes with it: batch norm, ReLU, maximum, each optional, in this order.
  private struct Tail {
    var norm: BatchNorm?
    var isRectified = false
    var pool: (any MaxPoolLayer)?

    /// The first layers of a list, as far as they fit.
    init(_ layers: ArraySlice<any Layer>) {
      var rest = layers
      // A frozen one runs as it is.
      if let norm = rest.first as? BatchNorm, !norm.isFrozen {
        self.norm = norm
        rest.removeFirst()
      }
      if rest.first is ReLU {
        isRectified = true
        rest.removeFirst()
      }
      pool = rest.first as? any MaxPoolLayer
    }

    var count: Int { (norm == nil ? 0 : 1) + (isRectified ? 1 : 0) + (pool == nil ? 0 : 1) }
  }

  private mutating func lower(
    _ layer: any ConvolutionLayer, _ tail: Tail, _ input: Activation, path: [Int]
  ) throws -> Activation {
    let output = try layer.outputShape(for: input.shape)
    let shape = ConvolutionShape(
      batch: batch, input: input.shape.imageExtent, inputChannels: input.shape[-1],
      filters: output[-1], window: layer.window)
    let algorithm = ConvolutionAlgorithm.choose(shape)
    let x = algorithm.normalisesInput ? input : materialised(input)
    let weight = nextParameter()
    let bias = layer.bias == nil ? nil : nextParameter()
    var y = activation(output, wantsGradient: true)
    let name = name(path, type(of: layer).kind)

    guard tail.count > 0, let dy = y.gradient else {
      if let dy = y.gradient {
        ops.append(
          ConvolutionOp(
            name: name, shape: shape, algorithm: algorithm, input: x, y: y.buffer, weight: weight,
            bias: bias, moments: nil, gradient: .plain(dy)))
      }
      return y
    }
    let ownBias = tail.norm == nil ? nil : bias
    let makesGradient =
      algorithm.makesGradient && ownBias == nil
      && !(algorithm == .singleChannel && x.gradient != nil)
    let moments =
      tail.norm == nil
      ? nil : plannedMoments(output[-1], chunks: convolutionMomentChunks(shape, algorithm))
    // The convolution's op comes first and needs to know what the tail leaves for backward.
    let place = ops.count
    let (z, gradient) = try lower(
      tail, y, moments: moments, bias: ownBias == nil ? bias : nil,
      dy: makesGradient ? nil : dy, path: path)
    y = z
    ops.insert(
      ConvolutionOp(
        name: name, shape: shape, algorithm: algorithm, input: x, y: gradient.y, weight: weight,
        bias: ownBias, moments: moments,
        gradient: makesGradient ? .normalised(gradient) : .plain(dy)),
      at: place)
    return try pooled(tail, z, gradient, path: path)
  }

  /// Batch norm behind anything but a convolution.
  private mutating func lower(
    _ tail: Tail, _ input: Activation, path: [Int]
  ) throws -> Activation {
    let x = materialised(input)
    let moments = plannedMoments(
      x.shape[-1], chunks: batchMomentChunks(rows: batch * x.shape.count / x.shape[-1]))
    let (z, gradient) = try lower(
      tail, x, moments: moments, areGathered: false, bias: nil, dy: x.gradient, path: path)
    return try pooled(tail, z, gradient, path: path)
  }

  /// The maximum behind a normalisation, if that has not taken it with it.
  private mutating func pooled(
    _ tail: Tail, _ z: Activation, _ gradient: PlannedNormalisationGradient, path: [Int]
  ) throws -> Activation {
    guard let pool = tail.pool, gradient.places == nil else { return z }
    return try lower(pool, materialised(z), path: path)
  }

  private mutating func plannedMoments(_ channels: Int, chunks: Int) -> PlannedMoments {
    PlannedMoments(
      sums: buffer(ChannelMoments.count(channels: channels, chunks: chunks)),
      channels: channels, chunks: chunks)
  }

  /// The normalisation itself, with the maximum where the kernel for both takes it.
  private mutating func lower(
    _ tail: Tail, _ y: Activation, moments: PlannedMoments?, areGathered: Bool = true, bias: Int?,
    dy: PlanBuffer?, path: [Int]
  ) throws -> (Activation, PlannedNormalisationGradient) {
    let channels = y.shape[-1]
    var statistics: NormalisationOp.BatchStatistics?
    var shift = PlannedNormalisation.Shift.parameter(bias ?? 0)
    let mean = buffer(channels)
    if let norm = tail.norm, let moments {
      let (scalePlace, shiftPlace) = (nextParameter(), nextParameter())
      let variance = buffer(channels)
      shift = .parameter(shiftPlace)
      statistics = NormalisationOp.BatchStatistics(
        scale: scalePlace, shift: shiftPlace, epsilon: norm.epsilon, moments: moments,
        areGathered: areGathered, variance: variance)
      let rows = Float(batch * y.shape.count / channels)
      commits.append(.statistic(mean, momentum: norm.momentum, factor: 1))
      commits.append(
        .statistic(variance, momentum: norm.momentum, factor: rows / max(1, rows - 1)))
    } else if bias == nil {
      shift = .buffer(buffer(channels))
    }
    let normalisation = PlannedNormalisation(
      mean: mean, factor: buffer(channels), shift: shift, isRectified: tail.isRectified)

    var z = Activation(shape: y.shape, buffer: y.buffer, pending: normalisation)
    var pooling: NormalisationOp.Pooling?
    if let pool = tail.pool, y.shape.isImageOrSeries {
      let shape = pool.window.sizes(for: y.shape.prepending(batch))
      if canPoolNormalised(shape) {
        z.shape = try pool.outputShape(for: y.shape)
        z.buffer = buffer(shape.outputCount)
        // A place is a byte.
        pooling = NormalisationOp.Pooling(
          shape: shape, maxima: z.buffer, places: buffer((shape.outputCount + 3) / 4))
      }
    }
    let dz = buffer(batch * z.shape.count)
    z.gradient = dz
    let (constant, slope) = (buffer(channels), buffer(channels))
    ops.append(
      NormalisationOp(
        name: name(path, "normalisation"), batch: batch,
        extent: y.shape.isImageOrSeries
          ? y.shape.imageExtent : Extent2D(1, y.shape.count / channels),
        channels: channels, y: y.buffer, normalisation: normalisation, statistics: statistics,
        bias: bias, pooling: pooling, dz: dz, constant: constant, slope: slope, dy: dy))
    return (
      z,
      PlannedNormalisationGradient(
        normalisation: normalisation, dz: dz, y: y.buffer, constant: constant, slope: slope,
        places: pooling?.places)
    )
  }
}

// All other layers.
extension TrainingLowering {
  private mutating func lower(
    _ layer: any Layer, _ x: Activation, path: [Int]
  ) throws -> Activation {
    let shape = try layer.outputShape(for: x.shape)
    let name = name(path, type(of: layer).kind)
    let count = batch * shape.count
    switch layer {
    case let chain as Sequential:
      return try lower(chain, x, path: path)
    case let block as Residual:
      return try lower(block, x, shape: shape, path: path)
    case is Flatten:
      var y = x
      y.shape = shape
      return y
    case let dense as Dense:
      let y = activation(shape, wantsGradient: true)
      guard let dy = y.gradient else { return y }
      ops.append(
        DenseOp(
          name: name, batch: batch, inputs: dense.weight.shape[0],
          outputs: dense.weight.shape[1], x: x.buffer, y: y.buffer, dx: x.gradient, dy: dy,
          weight: nextParameter(), bias: nextParameter()))
      return y
    case let map as any ElementwiseLayer:
      let y = mapped(x, shape)
      let remembered = type(of: map).remembersOutput ? y.buffer : x.buffer
      append(name, x, y, remembered: [remembered]) {
        map.apply(count: count, $0[x.buffer], $0[y.buffer])
      } gradient: {
        map.applyGradient(count: count, $0[remembered], $0[$1], dx: $0[$2])
      }
      return y
    case let dropout as Dropout:
      let y = mapped(x, shape)
      append(name, x, y) {
        dropout.mask(count: count, $0.random(at: path), $0[x.buffer], $0[y.buffer])
      } gradient: {
        dropout.mask(count: count, $0.random(at: path), $0[$1], $0[$2])
      }
      return y
    case let pool as any MaxPoolLayer:
      let y = mapped(x, shape)
      let sizes = pool.window.sizes(for: x.shape.prepending(batch))
      let places = buffer((count + 1) / 2)  // of two bytes each
      append(name, x, y, remembered: [places]) {
        let places = UnsafeMutableRawPointer($0[places]).assumingMemoryBound(to: UInt16.self)
        maxPoolingForward(sizes, $0[x.buffer], $0[y.buffer], places: places)
      } gradient: {
        let places = UnsafeRawPointer($0[places]).assumingMemoryBound(to: UInt16.self)
        maxPoolingBackward(sizes, $0[$1], places: places, dx: $0[$2])
      }
      return y
    case let pool as AveragePool2D:
      return average(pool.window.sizes(for: x.shape.prepending(batch)), name, x, shape)
    case is GlobalAveragePool:
      return average(GlobalAveragePool.sizes(for: x.shape.prepending(batch)), name, x, shape)
    default:
      var copy = layer
      let first = parameters
      copy.forEachParameter { _, _ in parameters += 1 }
      var buffers = commits.count..<commits.count
      copy.forEachBuffer { _, _ in buffers = buffers.lowerBound..<buffers.upperBound + 1 }
      let y = activation(shape, wantsGradient: x.gradient != nil || parameters > first)
      let op = LayerOp(
        name: name, layer, inputShape: x.shape.prepending(batch),
        outputShape: shape.prepending(batch), x: x.buffer, y: y.buffer, dx: x.gradient,
        dy: y.gradient, path: path, parameters: first..<parameters, buffers: buffers)
      ops.append(op)
      commits += buffers.map { _ in .layer(op) }
      return y
    }
  }

  private mutating func mapped(_ x: Activation, _ shape: Shape) -> Activation {
    activation(shape, wantsGradient: x.gradient != nil)
  }

  private mutating func append(
    _ name: String, _ x: Activation, _ y: Activation, remembered: [PlanBuffer] = [],
    apply: @escaping (TrainingStep) -> Void,
    gradient: @escaping (TrainingStep, _ dy: PlanBuffer, _ dx: PlanBuffer) -> Void
  ) {
    ops.append(
      MappingOp(
        name: name, x: x.buffer, y: y.buffer, dx: x.gradient, dy: y.gradient,
        remembered: remembered, apply: apply, applyGradient: gradient))
  }

  private mutating func average(
    _ sizes: PoolingShape, _ name: String, _ x: Activation, _ shape: Shape
  ) -> Activation {
    let y = mapped(x, shape)
    append(name, x, y) {
      averagePoolingForward(sizes, $0[x.buffer], $0[y.buffer])
    } gradient: {
      averagePoolingBackward(sizes, $0[$1], dx: $0[$2])
    }
    return y
  }

  private mutating func lower(
    _ block: Residual, _ x: Activation, shape: Shape, path: [Int]
  ) throws -> Activation {
    var (first, second) = (x, x)
    let count = batch * x.shape.count
    if let dx = x.gradient {
      let (a, b) = (buffer(count), buffer(count))
      (first.gradient, second.gradient) = (a, b)
      ops.append(
        ForkOp(name: name(path, "fork"), count: count, first: a, second: b, sum: dx))
    }
    let body = try lower(block.body, first, path: path + [0])
    let shortcut = try lower(block.shortcut, second, path: path + [1])
    var sum = Activation(shape: shape, buffer: buffer(batch * shape.count))
    // Both branches read the gradient of the sum, where they want one.
    sum.gradient = body.gradient ?? shortcut.gradient
    if let a = body.gradient, let b = shortcut.gradient { aliases[b.index] = a.index }
    ops.append(
      JoinOp(
        name: name(path, Residual.kind), count: batch * shape.count, a: body.buffer,
        b: shortcut.buffer, sum: sum.buffer))
    return sum
  }
}
