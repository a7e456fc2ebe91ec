public import NeuralNetwork
public import TensorCore

/// Gradient-weighted class activation maps (Selvaraju et al., ICCV 2017, DOI 10.1109/ICCV.2017.74).
///
/// What a late convolutional layer found is weighed by how much the class's logit grows with it: with
/// the layer's output A: [h, w, C] and the logit z_k,
///
///     α_c = mean over y, x of ∂z_k / ∂A[y, x, c],   map = max(0, Σ_c α_c A[·, ·, c])
///
/// enlarged to the picture's size. Weights are at least 0, in units of logits: the method says what
/// speaks for a class, never what against. The maps of an ensemble's members are averaged.
public struct GradCAM: Explainer {
  /// "grad-cam".
  public static let name = "grad-cam"
  /// One line for a list.
  public static let summary = "what the last convolutions found, weighed by the logit's gradient"

  /// The layer whose output is read, counted from 0 through chains of layers; nil for the one that
  /// `GradCAM.layer(of:input:)` names.
  public var layer: Int?

  /// Grad-CAM of the last spatial layer.
  public init() {}

  /// The same but for what was chosen.
  public init(_ settings: ExplainerSettings) { layer = settings.layer }

  /// What it lets one choose.
  public static let settings: Set<ExplainerSetting> = [.layer]

  /// The layer that is read unless another is chosen: the last whose output has height and width, both
  /// more than 1, and that neither pools nor drops. Pooling and dropout at the end pass on what the
  /// layer before them found, in less detail. So in `vgg10` and `simple-cnn` it is the ReLU before the
  /// last pooling, in `resnet` the ReLU behind the last block.
  ///
  /// - Parameters:
  ///   - model: a network; chains of layers inside it are laid open.
  ///   - input: the shape of a picture, [H, W, C].
  ///
  /// Returns nil where there is none. Throws `ModelError` where the network does not take such inputs.
  public static func layer(of model: Sequential, input: Shape) throws -> Int? {
    let layers = NetworkMember(model: model).layers
    let outputs = try outputs(of: layers, input: input)
    return layers.indices.last { index in
      let layer = layers[index]
      let passesOn =
        layer is MaxPool2D || layer is AveragePool2D || layer is GlobalAveragePool
        || layer is Dropout
      return !passesOn && isSpatial(outputs[index])
    }
  }

  private static func outputs(of layers: [any Layer], input: Shape) throws -> [Shape] {
    var shape = input
    return try layers.map { layer in
      shape = try layer.outputShape(for: shape)
      return shape
    }
  }

  private static func isSpatial(_ shape: Shape) -> Bool {
    shape.rank == 3 && shape[0] > 1 && shape[1] > 1
  }

  /// Explains every class. The segmentation is passed over: every pixel is a part of its own.
  public func explain(
    _ image: Tensor, _ segmentation: Segmentation, of network: any ExplainedNetwork,
    random: RandomStream, progress: (_ share: Double) throws -> Void
  ) throws -> Explanation {
    let members = try network.membersToLookInto(by: Self.name).flatMap(\.summands)
    let layers = try members.map { try layer(of: $0, input: image.shape) }
    let picture = image.reshaped(image.shape.prepending(1))
    let probabilities = try Questions(network: network, batchSize: 1).answers(to: picture)[0]
    let (height, width) = (image.shape[0], image.shape[1])
    var maps = probabilities.map { _ in [Double](repeating: 0, count: height * width) }
    for (index, (member, layer)) in zip(members, layers).enumerated() {
      let found = member.gradients(of: picture, byOutputOf: layer)
      for (classIndex, gradient) in found.byOutput.enumerated() {
        let map = try Self.map(found.output, gradient, classIndex: classIndex)
          .enlarged(width: width, height: height)
        for (pixel, value) in map.enumerated() {
          maps[classIndex][pixel] += value / Double(members.count)
        }
      }
      try progress(Double(index + 1) / Double(members.count))
    }
    return Explanation(
      method: Self.name, segmentation: .pixels(width: width, height: height), samples: 1,
      probabilities: probabilities, classes: maps.map { ClassExplanation(weights: $0) })
  }

  /// max(0, Σ_c α_c A[·, ·, c]), α_c being the gradient's mean over the pixels; both: [1, h, w, C].
  private static func map(
    _ output: Tensor, _ gradient: Tensor, classIndex: Int
  ) throws -> Grid {
    let (height, width, channels) = (output.shape[1], output.shape[2], output.shape[3])
    let (activations, slopes) = (output.elements, gradient.elements)
    var alpha = [Double](repeating: 0, count: channels)
    for (index, slope) in slopes.enumerated() { alpha[index % channels] += Double(slope) }
    for channel in alpha.indices { alpha[channel] /= Double(height * width) }
    let values = (0..<height * width).map { pixel in
      var sum = 0.0
      for channel in 0..<channels {
        sum += alpha[channel] * Double(activations[pixel * channels + channel])
      }
      // Not max(0, sum), which would make 0 of a sum that is not a number.
      return sum < 0 ? 0 : sum
    }
    guard values.allSatisfy(\.isFinite) else {
      throw ExplanationError.slopeNotFinite(classIndex: classIndex)
    }
    return Grid(width: width, height: height, values: values)
  }

  /// The layer that is read of one member.
  private func layer(of member: NetworkMember, input: Shape) throws -> Int {
    guard let layer else {
      guard let found = try Self.layer(of: member.model, input: input) else {
        throw ExplanationError.unsuitedNetwork(
          method: Self.name, found: "a network none of whose layers gives an image",
          expected: "one that ends in convolutions",
          remedy: "choose a method that only asks, occlusion for example")
      }
      return found
    }
    let outputs = try Self.outputs(of: member.layers, input: input)
    guard outputs.indices.contains(layer), Self.isSpatial(outputs[layer]) else {
      let known = outputs.indices.filter { Self.isSpatial(outputs[$0]) }
      throw ExplanationError.badSetting(
        name: "layer",
        found: outputs.indices.contains(layer)
          ? "\(layer), whose output is \(outputs[layer])" : "\(layer) of \(outputs.count) layers",
        expected: "a layer whose output has height and width, both more than 1",
        remedy: known.isEmpty
          ? "this network has none" : "choose from \(known[0]) to \(known[known.count - 1])")
    }
    return layer
  }
}
