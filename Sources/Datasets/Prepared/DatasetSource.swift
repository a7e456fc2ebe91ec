internal import Kernels
public import TensorCore

/// Some rows of prepared data as batches: normalised, and changed at random where it is asked for.
/// The work is shared among the workers, one image at a time.
public struct DatasetSource: BatchSource {
  /// Rows of the data set.
  public let rows: [Int]
  /// The class of every example.
  public let labels: [Int]

  private let dataset: PreparedDataset
  private let levels: [Float]
  private let augmentation: Augmentation?

  init(
    _ dataset: PreparedDataset, rows: [Int], normalisation: Normalisation,
    augmentation: Augmentation?
  ) {
    self.dataset = dataset
    self.rows = rows
    self.augmentation = augmentation
    labels = rows.map { dataset.label($0) }
    levels = normalisation.table
  }

  /// The number of examples.
  public var count: Int { rows.count }
  /// [H, W, C].
  public var exampleShape: Shape { dataset.manifest.shape }
  /// The names of the classes in the order of their indices.
  public var classes: [String] { dataset.manifest.classes }

  /// The examples at `indices`, normalised.
  public func batch(_ indices: [Int]) -> Batch {
    batch(indices) { _ in nil }
  }

  /// The examples at `indices`, each changed as `random.substream(index)` says.
  public func augmentedBatch(_ indices: [Int], random: RandomStream) -> Batch {
    batch(indices) { index in augmentation?.draw(random.substream(index)) }
  }

  private func batch(_ indices: [Int], change: (Int) -> ImageChange?) -> Batch {
    let width = exampleShape.count
    let inputs = Tensor(uninitialized: exampleShape.prepending(indices.count)) { out in
      levels.withUnsafeBufferPointer { levels in
        parallelFor(indices.count) { place in
          let pixels = dataset.pixels(of: rows[indices[place]])
          let target = out + place * width
          if let change = change(indices[place]) {
            write(pixels, changed: change, levels, to: target)
          } else {
            for i in 0..<width { target[i] = levels[Int(pixels[i])] }
          }
        }
      }
    }
    return Batch(inputs: inputs, labels: indices.map { labels[$0] })
  }

  private func write(
    _ pixels: UnsafeRawBufferPointer, changed change: ImageChange,
    _ levels: UnsafeBufferPointer<Float>, to target: UnsafeMutablePointer<Float>
  ) {
    let (height, width, channels) = (exampleShape[0], exampleShape[1], exampleShape[2])
    let columns = ImageChange.sources(
      count: width, shift: change.right, isMirrored: change.isMirrored)
    let lines = ImageChange.sources(count: height, shift: change.down, isMirrored: false)
    var target = target
    for line in lines {
      for column in columns {
        let start = (line * width + column) * channels
        for channel in 0..<channels { target[channel] = levels[Int(pixels[start + channel])] }
        target += channels
      }
    }
  }
}
