internal import Imaging
internal import Kernels
public import TensorCore

/// Some rows of prepared data as batches: preprocessed, normalised, and changed at random where it is
/// asked for. The work is shared among the workers, one image at a time.
public struct DatasetSource: BatchSource {
  /// Rows of the data set.
  public let rows: [Int]
  /// The class of every example.
  public let labels: [Int]

  private let dataset: PreparedDataset
  private let normalisation: Normalisation
  private let levels: [Float]
  private let preprocessed: PreprocessedRows?
  private let pipeline: AugmentationPipeline?
  private let size: ImageSize
  private let channels: Int

  init(
    _ dataset: PreparedDataset, rows: [Int], normalisation: Normalisation,
    preprocessing: Preprocessing?, augmentation: Augmentation?
  ) {
    self.dataset = dataset
    self.rows = rows
    self.normalisation = normalisation
    labels = rows.map { dataset.label($0) }
    levels = normalisation.table
    preprocessed = preprocessing.map { PreprocessedRows(dataset, rows: rows, $0) }
    pipeline = augmentation.map { AugmentationPipeline($0, kind: dataset.manifest.kind) }
    (size, channels) = ImageSize.of(dataset.manifest.shape)
  }

  /// The number of examples.
  public var count: Int { rows.count }
  /// [H, W, C] of pictures; any of other inputs.
  public var exampleShape: Shape { dataset.manifest.shape }
  /// The names of the classes in the order of their indices.
  public var classes: [String] { dataset.manifest.classes }

  /// The examples at `indices`, normalised.
  public func batch(_ indices: [Int]) -> Batch {
    let width = exampleShape.count
    let inputs = Tensor(uninitialized: exampleShape.prepending(indices.count)) { out in
      parallelFor(indices.count) { place in
        let target = out + place * width
        guard dataset.holdsLevels else {
          dataset.read(rows[indices[place]], into: target)
          normalisation.normalise(target, count: width)
          return
        }
        withPixels(indices[place]) { pixels in
          levels.withUnsafeBufferPointer { levels in
            for i in 0..<width { target[i] = levels[Int(pixels[i])] }
          }
        }
      }
    }
    return Batch(inputs: inputs, labels: indices.map { labels[$0] })
  }

  /// The examples at `indices`, each changed as `random.substream(index)` says. Where examples are
  /// mixed with others, the batch has targets.
  public func augmentedBatch(_ indices: [Int], random: RandomStream) -> Batch {
    guard let pipeline else { return batch(indices) }
    let width = exampleShape.count
    var mixtures = [Mixture?](repeating: nil, count: indices.count)
    let inputs = Tensor(uninitialized: exampleShape.prepending(indices.count)) { out in
      mixtures.withUnsafeMutableBufferPointer { mixtures in
        parallelFor(indices.count) { place in
          let index = indices[place]
          mixtures[place] = write(
            index, changed: pipeline, random.substream(index), to: out + place * width)
        }
      }
    }
    var batch = Batch(inputs: inputs, labels: indices.map { labels[$0] })
    if pipeline.mixes { batch.targets = targets(batch.labels, mixtures) }
    return batch
  }

  /// What an example was mixed with.
  private struct Mixture {
    let partner: Int
    /// The example's own share.
    let share: Float
  }

  private func withPixels<R>(_ index: Int, _ body: (UnsafeRawBufferPointer) -> R) -> R {
    preprocessed?.withPixels(index, body) ?? body(dataset.pixels(of: rows[index]))
  }

  private func write(
    _ index: Int, changed pipeline: AugmentationPipeline, _ random: RandomStream,
    to target: UnsafeMutablePointer<Float>
  ) -> Mixture? {
    if pipeline.changesPlacesOnly, dataset.holdsLevels {
      let map = pipeline.map(size, random)
      if let sources = map.wholePixels(size) {
        levels.withUnsafeBufferPointer { gather(index, sources, $0, to: target) }
        return nil
      }
    }
    let image = LevelImage(size: size, channels: channels, levels: target)
    paint(index, pipeline, random, into: image)
    var mixture: Mixture?
    if let (partner, part, changes) = pipeline.mixture(of: count, random) {
      withUnsafeTemporaryAllocation(of: Float.self, capacity: image.count) { memory in
        guard let base = memory.baseAddress else { return }
        let other = LevelImage(size: size, channels: image.channels, levels: base)
        paint(partner, pipeline, changes, into: other)
        var random = part.stream(of: random)
        mixture = Mixture(partner: partner, share: part.mix(image, with: other, &random))
      }
    }
    normalisation.normalise(target, count: image.count)
    return mixture
  }

  /// One image, moved and with its levels changed, as grey levels; of other inputs the stored numbers,
  /// changed.
  private func paint(
    _ index: Int, _ pipeline: AugmentationPipeline, _ random: RandomStream, into image: LevelImage
  ) {
    guard dataset.holdsLevels else {
      dataset.read(rows[index], into: image.levels)
      // One number for all channels; the last axis of a spectrogram is one channel.
      let mean = Float(normalisation.mean[0] * normalisation.unit)
      return pipeline.change(image, mean: mean, random)
    }
    let map = pipeline.map(image.size, random)
    if let sources = map.wholePixels(image.size) {
      Self.greyLevels.withUnsafeBufferPointer { gather(index, sources, $0, to: image.levels) }
    } else {
      withPixels(index) { map.resample($0, into: image) }
    }
    pipeline.changeLevels(of: image, random)
  }

  private static let greyLevels = (0...255).map { Float($0) }

  /// Pixels from other columns and lines, each as the table says.
  private func gather(
    _ index: Int, _ sources: (columns: [Int], lines: [Int]),
    _ levels: UnsafeBufferPointer<Float>, to target: UnsafeMutablePointer<Float>
  ) {
    let (width, channels) = (exampleShape[1], exampleShape[2])
    withPixels(index) { pixels in
      var target = target
      for line in sources.lines {
        for column in sources.columns {
          let start = (line * width + column) * channels
          for channel in 0..<channels { target[channel] = levels[Int(pixels[start + channel])] }
          target += channels
        }
      }
    }
  }

  private func targets(_ own: [Int], _ mixtures: [Mixture?]) -> Tensor {
    let width = classes.count
    return Tensor(uninitialized: [own.count, width]) { targets in
      targets.update(repeating: 0, count: own.count * width)
      for (row, label) in own.enumerated() {
        let share = mixtures[row]?.share ?? 1
        targets[row * width + label] += share
        if let mixture = mixtures[row] {
          targets[row * width + labels[mixture.partner]] += 1 - share
        }
      }
    }
  }
}
