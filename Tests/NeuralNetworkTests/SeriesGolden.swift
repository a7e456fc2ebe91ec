import TensorCore

/// PyTorch's convolutions and maxima over time; `Golden/make_series.py` made them.
struct SeriesGolden: Decodable {
  struct Named: Decodable {
    let shape: [Int]
    let values: [Float]

    var tensor: Tensor { Tensor(Shape(shape), values) }
  }
  struct Convolution: Decodable {
    let stride, padding, dilation: Int
    let x, y, dy, dx, weight, dWeight: Named
    let bias, dBias: Named?
  }
  struct Maximum: Decodable {
    let size, stride, padding: Int
    let x, y, dy, dx: Named
  }
  let convolutions: [Convolution]
  let maxima: [Maximum]

  static func load() throws -> SeriesGolden {
    try PyTorchGolden.load(Self.self, "series.json")
  }
}
