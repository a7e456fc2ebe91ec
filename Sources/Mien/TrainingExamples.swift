internal import Datasets
internal import Imaging
internal import TensorCore
internal import Training

extension TrainingRun {
  /// Up to eight training examples, of all classes in turn: as they are, and as the first epochs show
  /// them to the network. Empty where examples are no grey pictures.
  func trainingExamples(epochs: Int = 3) throws -> [(name: String, images: [GrayImage])] {
    let shape = examples.exampleShape
    guard dataset.manifest.holdsGrayPictures else { return [] }
    let chosen = Self.oneOfEachClass(examples.labels, count: 8)
    func images(_ batch: Batch) -> [GrayImage] {
      let levels = configuration.input.map { $0.normalisation.levels(of: batch.inputs) } ?? []
      return chosen.indices.map { index in
        let pixels = levels[index * shape.count..<(index + 1) * shape.count]
        return GrayImage(
          width: shape[1], height: shape[0],
          pixels: pixels.map { UInt8(min(max($0.rounded(), 0), 255)) })
      }
    }
    let plain = ("training examples", images(examples.batch(chosen)))
    return [plain]
      + (0..<min(epochs, configuration.epochs)).map { epoch in
        let random = Trainer.augmentation(seed: configuration.seed, epoch: epoch)
        return (
          "as epoch \(epoch + 1) shows them",
          images(examples.augmentedBatch(chosen, random: random))
        )
      }
  }

  /// Indices of the first example of every class, then of the second of every class, and so on.
  private static func oneOfEachClass(_ labels: [Int], count: Int) -> [Int] {
    let byClass = Dictionary(grouping: labels.indices) { labels[$0] }.sorted { $0.key < $1.key }
    var chosen: [Int] = []
    for rank in 0..<count {
      for (_, indices) in byClass where rank < indices.count && chosen.count < count {
        chosen.append(indices[rank])
      }
    }
    return chosen
  }
}
