internal import Kernels
public import TensorCore

/// Softmax with cross-entropy, the mean over the batch of -Σ_c t_c ln softmax(z)_c, for logits z and
/// targets t.
///
/// A label k becomes the target (1 - s) [c = k] + s / C over C classes, s being the label smoothing
/// (Szegedy et al., CVPR 2016, DOI 10.1109/CVPR.2016.308). Targets may also be given as numbers: rows
/// of any mass m, which become (1 - s) t + s m / C. The gradient by z is (m softmax(z) - t) / N, so
/// mixtures, weighted classes and another network's answers are all targets, and the mass weighs the
/// example. The mean is over the N examples, not over the mass. The result is finite for any
/// finite logits.
public struct CrossEntropy: Sendable, Hashable {
  /// The share of every target that is spread evenly over the classes, in 0...1.
  public let labelSmoothing: Float

  /// How much each class counts, C numbers of at least 0; empty where all count alike.
  ///
  /// Every target t_c is multiplied by w_c, and the batch's by N / Σ w_c t_c over its targets before
  /// smoothing. For labels that is what PyTorch's `CrossEntropyLoss(weight: w)` computes.
  public let classWeights: [Float]

  /// A loss of the given smoothing, in 0...1, and class weights.
  public init(labelSmoothing: Float = 0, classWeights: [Float] = []) {
    precondition((0...1).contains(labelSmoothing), "label smoothing \(labelSmoothing)")
    precondition(
      classWeights.allSatisfy { $0 >= 0 && $0.isFinite }, "class weights \(classWeights)")
    self.labelSmoothing = labelSmoothing
    self.classWeights = classWeights
  }

  /// The mean loss and its gradient by the logits.
  ///
  /// - Parameters:
  ///   - logits: [N, C].
  ///   - labels: N class indices in 0..<C.
  public func evaluate(_ logits: Tensor, labels: [Int]) -> (loss: Double, gradient: Tensor) {
    mean(run(logits, targets(labels, classes: logits.shape[-1])))
  }

  /// The mean loss and its gradient by the logits, for targets [N, C], non-negative and of any mass.
  public func evaluate(_ logits: Tensor, targets: Tensor) -> (loss: Double, gradient: Tensor) {
    mean(run(logits, smoothed(targets)))
  }

  /// The loss of each of the N examples.
  public func losses(_ logits: Tensor, labels: [Int]) -> [Double] {
    run(logits, targets(labels, classes: logits.shape[-1])).losses
  }

  /// The loss of each of the N examples, for targets [N, C].
  public func losses(_ logits: Tensor, targets: Tensor) -> [Double] {
    run(logits, smoothed(targets)).losses
  }

  /// The targets [N, C] that the labels stand for, smoothing included.
  public func targets(_ labels: [Int], classes: Int) -> Tensor {
    Tensor(uninitialized: [labels.count, classes]) { fillTargets(labels, classes: classes, $0) }
  }

  func fillTargets(_ labels: [Int], classes: Int, _ t: UnsafeMutablePointer<Float>) {
    t.update(repeating: labelSmoothing / Float(classes), count: labels.count * classes)
    for (row, label) in labels.enumerated() {
      precondition((0..<classes).contains(label), "label \(label) of \(classes) classes")
      t[row * classes + label] += 1 - labelSmoothing
    }
    if !classWeights.isEmpty {
      weigh(t, labels.count, classes, mass: labels.reduce(0) { $0 + Double(classWeights[$1]) })
    }
  }

  /// Multiplies targets by the weights of their classes, and all by N / mass: the mean over the
  /// examples becomes one over their weights.
  private func weigh(
    _ t: UnsafeMutablePointer<Float>, _ rows: Int, _ classes: Int, mass: Double
  ) {
    precondition(
      classWeights.count == classes, "\(classWeights.count) weights of \(classes) classes")
    // In a batch of classes that do not count there is nothing to learn.
    let factor = mass > 0 ? Double(rows) / mass : 0
    for c in 0..<classes {
      let weight = Float(Double(classWeights[c]) * factor)
      for row in 0..<rows { t[row * classes + c] *= weight }
    }
  }

  /// Smoothes targets [N, C]: t[n, c] = (1 - s) given + s / C times the row's mass. What a label
  /// stands for comes out as `fillTargets(labels)` makes it, to the bit.
  func fillTargets(_ given: Tensor, _ t: UnsafeMutablePointer<Float>) {
    let (rows, classes) = (given.shape[0], given.shape[1])
    let even = labelSmoothing / Float(classes)
    var total = 0.0
    given.read { given in
      for row in 0..<rows {
        let (given, t) = (given + row * classes, t + row * classes)
        var mass: Float = 0
        for c in 0..<classes {
          precondition(given[c] >= 0 && given[c].isFinite, "target \(given[c]) in row \(row)")
          mass += given[c]
        }
        for c in 0..<classes { t[c] = given[c] * (1 - labelSmoothing) + even * mass }
        for c in classWeights.indices { total += Double(given[c]) * Double(classWeights[c]) }
      }
    }
    if !classWeights.isEmpty { weigh(t, rows, classes, mass: total) }
  }

  private func smoothed(_ targets: Tensor) -> Tensor {
    precondition(targets.shape.rank == 2, "targets \(targets.shape), expected [rows, classes]")
    return Tensor(uninitialized: targets.shape) { fillTargets(targets, $0) }
  }

  private func run(_ logits: Tensor, _ targets: Tensor) -> (losses: [Double], gradient: Tensor) {
    precondition(
      logits.shape.rank == 2 && logits.shape == targets.shape && logits.count > 0,
      "cross-entropy: logits \(logits.shape), targets \(targets.shape)")
    let (rows, classes) = (logits.shape[0], logits.shape[1])
    var losses = [Double](repeating: 0, count: rows)
    let gradient = Tensor(uninitialized: logits.shape) { gradient in
      Tensor.read(logits, targets) { logits, targets in
        losses.withUnsafeMutableBufferPointer { losses in
          guard let losses = losses.baseAddress else { return }
          softmaxCrossEntropy(
            rows: rows, classes: classes, logits, targets, losses: losses, dz: gradient)
        }
      }
    }
    return (losses, gradient)
  }

  private func mean(
    _ result: (losses: [Double], gradient: Tensor)
  ) -> (loss: Double, gradient: Tensor) {
    (result.losses.reduce(0, +) / Double(result.losses.count), result.gradient)
  }
}

extension Tensor {
  /// The probabilities that logits [N, C] stand for: e^z / Σ e^z in every row.
  public func softmax() -> Tensor {
    let (rows, classes) = matrixExtents
    return Tensor(uninitialized: shape) { p in
      read { Kernels.softmax(rows: rows, classes: classes, $0, p) }
    }
  }

  /// The logarithms of `softmax()`, finite where that is 0 in Float.
  public func logSoftmax() -> Tensor {
    let (rows, classes) = matrixExtents
    return Tensor(uninitialized: shape) { l in
      read { Kernels.logSoftmax(rows: rows, classes: classes, $0, l) }
    }
  }

  /// The index of the greatest number of every row of [N, C], the first of equals.
  public func argmax() -> [Int] {
    let (rows, classes) = matrixExtents
    return read { rowArgmaxima(rows: rows, columns: classes, $0) }
  }

  private var matrixExtents: (Int, Int) {
    precondition(shape.rank == 2 && shape[1] > 0, "\(shape), expected [rows, classes]")
    return (shape[0], shape[1])
  }
}
