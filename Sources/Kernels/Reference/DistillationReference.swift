extension Reference {
  /// The mean over the rows of (1 - w) CE(t, softmax(z)) + w T² CE(q, softmax(z / T)).
  public static func distillation<T: BinaryFloatingPoint>(
    classes: Int, weight: T, temperature: T, _ z: [T], targets t: [T], teacher q: [T]
  ) -> T {
    let hard = softmaxCrossEntropy(classes: classes, z, t)
    let soft = softmaxCrossEntropy(classes: classes, z.map { $0 / temperature }, q)
    return (1 - weight) * hard + weight * temperature * temperature * soft
  }

  /// The gradient of `distillation` by z.
  public static func distillationGradient<T: BinaryFloatingPoint>(
    classes: Int, weight: T, temperature: T, _ z: [T], targets t: [T], teacher q: [T]
  ) -> [T] {
    let hard = softmaxCrossEntropyGradient(classes: classes, z, t)
    let soft = softmaxCrossEntropyGradient(classes: classes, z.map { $0 / temperature }, q)
    // Of T², one T is the inner derivative of z / T.
    return zip(hard, soft).map { (1 - weight) * $0 + weight * temperature * $1 }
  }
}
