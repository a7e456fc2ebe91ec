internal import TensorCore

/// How a tensor of a layer lies in Mien, channels last, and in PyTorch and ONNX, channels first: the
/// same numbers in another order, so that there and back is bit for bit the same.
struct TensorLayout: Hashable {
  /// In Mien.
  let own: Shape
  /// In PyTorch and ONNX.
  let foreign: Shape
  /// `own` with its dimensions taken apart as far as they move on their own.
  private let unfolded: Shape
  /// The dimensions of `unfolded` in the order that they have in `foreign`.
  private let axes: [Int]

  private init(own: Shape, unfolded: Shape, axes: [Int], foreign: Shape) {
    (self.own, self.unfolded, self.axes, self.foreign) = (own, unfolded, axes, foreign)
  }

  /// A tensor that lies alike.
  static func same(_ shape: Shape) -> TensorLayout {
    TensorLayout(
      own: shape, unfolded: shape, axes: Array(0..<shape.rank), foreign: shape)
  }

  /// A convolution's weights: [kernelHeight, kernelWidth, C, F] here, [F, C, kernelHeight,
  /// kernelWidth] there; over series [kernel, C, F] here, [F, C, kernel] there.
  static func convolution(_ weight: Shape) -> TensorLayout {
    let filters = weight.rank - 1
    let axes = [filters] + channelsFirst(filters)
    return TensorLayout(
      own: weight, unfolded: weight, axes: axes, foreign: Shape(axes.map { weight[$0] }))
  }

  /// The order in which the dimensions of an image or a series stand there.
  private static func channelsFirst(_ rank: Int) -> [Int] { [rank - 1] + Array(0..<rank - 1) }

  /// A dense layer's weights, [in, out] here and [out, in] there. Where the inputs are an image
  /// [H, W, C] or a series [T, C] that was flattened, the channels are last here and first there.
  static func dense(_ weight: Shape, flattened: Shape?) -> TensorLayout {
    let foreign: Shape = [weight[1], weight[0]]
    guard let image = flattened else {
      return TensorLayout(own: weight, unfolded: weight, axes: [1, 0], foreign: foreign)
    }
    return TensorLayout(
      own: weight, unfolded: Shape(image.dimensions + [weight[1]]),
      axes: [image.rank] + channelsFirst(image.rank), foreign: foreign)
  }

  /// One number for each feature of a flat vector, which may be a flattened image or series.
  static func features(_ vector: Shape, flattened: Shape?) -> TensorLayout {
    guard let image = flattened else { return same(vector) }
    return TensorLayout(
      own: vector, unfolded: image, axes: channelsFirst(image.rank), foreign: vector)
  }

  /// The tensor as it lies there.
  func exported(_ tensor: Tensor) -> Tensor {
    precondition(tensor.shape == own, "a tensor of \(tensor.shape) laid out as \(own)")
    return tensor.reshaped(unfolded).permuted(axes).reshaped(foreign)
  }

  /// The tensor as it lies here.
  func imported(_ tensor: Tensor) -> Tensor {
    precondition(tensor.shape == foreign, "a tensor of \(tensor.shape) laid out as \(foreign)")
    var back = axes
    for (place, axis) in axes.enumerated() { back[axis] = place }
    let moved = Shape(axes.map { unfolded[$0] })
    return tensor.reshaped(moved).permuted(back).reshaped(own)
  }
}

extension Tensor {
  /// The tensor whose dimension i is this one's dimension `axes[i]`.
  func permuted(_ axes: [Int]) -> Tensor {
    let own = shape.dimensions
    precondition(axes.sorted() == Array(own.indices), "axes \(axes) of shape \(shape)")
    if axes == Array(own.indices) { return self }
    var strides = [Int](repeating: 1, count: own.count)
    for axis in own.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * own[axis + 1]
    }
    let (extents, steps) = (axes.map { own[$0] }, axes.map { strides[$0] })
    let count = count
    return Tensor(uninitialized: Shape(extents)) { target in
      read { source in
        // An odometer over the target's indices, and where in the source they are.
        var (place, offset) = ([Int](repeating: 0, count: extents.count), 0)
        for i in 0..<count {
          target[i] = source[offset]
          var axis = extents.count - 1
          while axis >= 0 {
            place[axis] += 1
            offset += steps[axis]
            if place[axis] < extents[axis] { break }
            offset -= extents[axis] * steps[axis]
            place[axis] = 0
            axis -= 1
          }
        }
      }
    }
  }
}
