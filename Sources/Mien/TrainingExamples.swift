internal import Datasets
internal import Reporting
internal import TensorCore
internal import Training

extension TrainingRun {
  /// Up to eight training examples, of all classes in turn: as they are, and as the first epochs show
  /// them to the network. Empty where examples are neither grey pictures nor spectrograms: of others
  /// augmentation makes nothing.
  func trainingExamples(
    epochs: Int = 3
  ) throws -> [(name: String, pictures: [ExamplePicture])] {
    let size = examples.exampleShape.count
    let manifest = dataset.manifest
    guard manifest.holdsGrayPictures || manifest.kind == Manifest.spectrogramKind else { return [] }
    let drawn = ExamplePictures(manifest)
    let chosen = Self.oneOfEachClass(examples.labels, count: 8)
    func pictures(_ batch: Batch) -> [ExamplePicture] {
      let levels = configuration.input.map { $0.normalisation.levels(of: batch.inputs) } ?? []
      return chosen.indices.compactMap { index in
        drawn.picture(of: Array(levels[index * size..<(index + 1) * size]))
      }
    }
    let plain = ("training examples", pictures(examples.batch(chosen)))
    return [plain]
      + (0..<min(epochs, configuration.epochs)).map { epoch in
        let random = Trainer.augmentation(seed: configuration.seed, epoch: epoch)
        return (
          "as epoch \(epoch + 1) shows them",
          pictures(examples.augmentedBatch(chosen, random: random))
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
