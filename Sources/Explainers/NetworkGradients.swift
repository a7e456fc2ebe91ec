internal import NeuralNetwork
internal import TensorCore

/// What networks say of pictures, and how that changes with every value of the pictures.
struct PictureGradients {
  /// [n, K].
  let probabilities: Tensor
  /// Of each class the gradient of its probability by the pictures as they are in a file,
  /// [n, H, W, C].
  let byPicture: [Tensor]
}

/// How a member's logits change with one layer's output.
struct LayerGradients {
  /// The layer's output, [n, h, w, C].
  let output: Tensor
  /// Of each class the gradient of its logit over temperature by that output, of the same shape.
  let byOutput: [Tensor]
}

extension NetworkMember {
  /// The layers in their order, chains inside the chain laid open: what a layer's number counts.
  var layers: [any Layer] { Self.laidOpen(model) }

  private static func laidOpen(_ chain: Sequential) -> [any Layer] {
    chain.layers.flatMap { layer in (layer as? Sequential).map(laidOpen) ?? [layer] }
  }

  /// scale · level + offset.
  func prepared(_ pictures: Tensor) -> Tensor {
    Tensor(uninitialized: pictures.shape) { out in
      pictures.read { levels in
        for i in 0..<pictures.count { out[i] = levels[i] * scale + offset }
      }
    }
  }

  /// softmax(logits / temperature), [n, K].
  fileprivate func probabilities(_ logits: Tensor) -> Tensor {
    var divided = logits
    let count = logits.count
    divided.write { z in for i in 0..<count { z[i] = Float(Double(z[i]) / temperature) } }
    return divided.softmax()
  }

  /// How the logits, over the temperature, change with the output of a layer of `layers`. The layers
  /// up to it are only asked, so that the way back is no longer than it needs to be.
  func gradients(of pictures: Tensor, byOutputOf layer: Int) -> LayerGradients {
    let layers = layers
    let output = Sequential(Array(layers[...layer])).predict(prepared(pictures))
    let rest = Sequential(Array(layers[(layer + 1)...]))
    let (logits, caches) = rest.forward(output, .inference)
    let (n, classCount) = (logits.shape[0], logits.shape[1])
    let byOutput = (0..<classCount).map { index in
      var dLogits = Tensor(logits.shape)
      dLogits.write { dz in
        for row in 0..<n { dz[row * classCount + index] = Float(1 / temperature) }
      }
      return rest.backwardInput(dLogits, caches)
    }
    return LayerGradients(output: output, byOutput: byOutput)
  }
}

extension [NetworkMember] {
  /// What the members say on average, and how it changes with every value of the pictures.
  ///
  /// Each member goes forward once, then backward once a class from what forward kept. With
  /// p = softmax(z / T) and a prepared value scale · level + offset,
  ///
  ///     ∂p_k/∂z_j = p_k ([j = k] − p_j) / T,   ∂p/∂level = scale · ∂p/∂value
  ///
  /// All pictures are in memory at once, with every layer's activations: give few at a time.
  func gradients(by pictures: Tensor) -> PictureGradients {
    precondition(!isEmpty, "gradients of no network")
    let share = 1 / Double(count)
    var (probabilities, sums) = (Tensor([0, 0]), [Tensor]())
    for member in self {
      let (logits, caches) = member.model.forward(member.prepared(pictures), .inference)
      let p = member.probabilities(logits)
      if sums.isEmpty {
        probabilities = Tensor(p.shape)
        sums = [Tensor](repeating: Tensor(pictures.shape), count: p.shape[1])
      }
      let factor = Double(member.scale) * share / member.temperature
      Self.add(p, times: Float(share), to: &probabilities)
      for index in sums.indices {
        let slope = Self.slope(of: index, p, times: factor)
        Self.add(member.model.backwardInput(slope, caches), times: 1, to: &sums[index])
      }
    }
    return PictureGradients(probabilities: probabilities, byPicture: sums)
  }

  /// p_k ([j = k] − p_j) · factor of every row of p [n, K].
  private static func slope(of k: Int, _ p: Tensor, times factor: Double) -> Tensor {
    let (n, classCount) = (p.shape[0], p.shape[1])
    return Tensor(uninitialized: p.shape) { dz in
      p.read { p in
        for row in 0..<n {
          let (p, dz) = (p + row * classCount, dz + row * classCount)
          for j in 0..<classCount {
            let own: Double = j == k ? 1 : 0
            dz[j] = Float(Double(p[k]) * (own - Double(p[j])) * factor)
          }
        }
      }
    }
  }

  /// sum += factor · a.
  private static func add(_ a: Tensor, times factor: Float, to sum: inout Tensor) {
    precondition(a.shape == sum.shape, "\(a.shape) added to \(sum.shape)")
    let count = a.count
    sum.write { sum in
      a.read { a in for i in 0..<count { sum[i] = sum[i] + factor * a[i] } }
    }
  }
}
