import AudioFeatures
import Explainers
import Foundation
import NeuralNetwork
import TensorCore
import TestSupport
import Testing
import Training

@testable import Datasets
@testable import Mien

/// Drawn sounds of two classes that differ in where one burst lies, in frequency or in time, so that what a
/// network that tells them apart must listen to is known. All else, noise and other tones, is alike in both.
struct PlantedSounds {
  /// What tells the classes apart.
  enum Plant: String, CaseIterable {
    /// The burst is low or high, at any moment.
    case band
    /// The burst is early or late, always of the same frequencies.
    case moment
  }

  /// A burst: narrow noise or a tone that swells and fades.
  struct Burst {
    /// In seconds.
    var time: ClosedRange<Double>
    /// In Hz.
    var frequencies: ClosedRange<Double>
  }

  let plant: Plant
  let seed: UInt64
  static let rate = 22050
  static let reader = try? SoundReader(SoundInput(features: "logmel"), for: "planted sounds")

  func isFirst(_ index: Int) -> Bool { index % 2 == 0 }

  /// The burst of a sound.
  func burst(_ index: Int) -> Burst {
    var random = RandomStream(seed: seed).substream(index).substream("burst")
    func between(_ low: Double, _ high: Double) -> Double {
      Double(random.uniform(Float(low), Float(high)))
    }
    let length = between(0.35, 0.7)
    switch plant {
    case .band:
      let start = between(0.1, 2.8 - length)
      let low = isFirst(index) ? between(450, 600) : between(2000, 2400)
      return Burst(time: start...start + length, frequencies: low...low * 1.25)
    case .moment:
      let start = isFirst(index) ? between(0.1, 1.25 - length) : between(1.65, 2.85 - length)
      return Burst(time: start...start + length, frequencies: 1000...1300)
    }
  }

  /// The sound: noise, two tones that mean nothing, and the burst.
  func clip(_ index: Int) -> AudioClip {
    var random = RandomStream(seed: seed).substream(index).substream("sound")
    let count = Self.rate * 295 / 100
    func level(_ low: Float, _ high: Float) -> Float { pow(10, random.uniform(low, high) / 20) }
    let noise = level(-50, -30)
    // A share of brown noise, which is louder below.
    let brown = random.uniform()
    var (slow, samples) = (Float(0), [Float]())
    samples.reserveCapacity(count)
    for _ in 0..<count {
      let white = random.normal()
      slow = 0.98 * slow + 0.2 * white
      samples.append(noise * (brown * slow + (1 - brown) * white))
    }
    for range in [(120.0, 300.0), (4000.0, 7000.0)] {
      let low = Double(random.uniform(Float(range.0), Float(range.1)))
      let start = Double(random.uniform(0, 2.2))
      add(
        Burst(
          time: start...start + Double(random.uniform(0.3, 0.7)), frequencies: low...low * 1.25),
        level: level(-26, -14), to: &samples, &random)
    }
    add(burst(index), level: level(-24, -14), to: &samples, &random)
    return AudioClip(samples: samples, sampleRate: Self.rate)
  }

  private func add(
    _ burst: Burst, level: Float, to samples: inout [Float], _ random: inout RandomStream
  ) {
    let tones = (0..<6).map { _ in
      (
        frequency: Double(
          random.uniform(
            Float(burst.frequencies.lowerBound), Float(burst.frequencies.upperBound))),
        phase: Double(random.uniform(0, 6.28))
      )
    }
    let length = burst.time.upperBound - burst.time.lowerBound
    let first = Int(burst.time.lowerBound * Double(Self.rate))
    for i in 0..<Int(length * Double(Self.rate)) where first + i < samples.count {
      let t = Double(i) / Double(Self.rate)
      let swell = min(1, 20 * t, 20 * (length - t))
      let sum = tones.reduce(0) { $0 + sin(2 * .pi * $1.frequency * t + $1.phase) }
      samples[first + i] += level * Float(swell * sum / 2)
    }
  }

  /// The network's input, as it is stored.
  func values(_ index: Int) throws -> Tensor {
    let reader = try #require(Self.reader)
    return Tensor(reader.shape, try reader.numbers(of: clip(index)))
  }

  /// Which places of the input, [bands, frames], the burst fills.
  func truth(_ index: Int) throws -> [Bool] {
    let scale = try #require(Self.reader?.features.spectrogramScale)
    let burst = burst(index)
    let bands =
      scale.band(
        atHertz: burst.frequencies.lowerBound)...scale.band(atHertz: burst.frequencies.upperBound)
    return (0..<scale.bands * scale.frames).map { place in
      let (band, frame) = place.quotientAndRemainder(dividingBy: scale.frames)
      let seconds = scale.seconds(atFrame: Double(frame) + 0.5)
      return burst.time.contains(seconds)
        && Double(band) < bands.upperBound && Double(band + 1) > bands.lowerBound
    }
  }

  /// A network that tells the two apart, trained by the real trainer.
  func network(sounds count: Int = 480) throws -> Ensemble {
    let rows = try (0..<count).map { try values($0) }
    let numbers = rows.flatMap { $0.elements }
    let mean = numbers.reduce(0.0) { $0 + Double($1) } / Double(numbers.count)
    let square = numbers.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    let normalisation = Normalisation(
      mean: ChannelValues(mean),
      standardDeviation: ChannelValues((square / Double(numbers.count)).squareRoot()), unit: 1)
    let shape = rows[0].shape
    let all = try TensorSource(
      normalisation.normalise(Tensor(shape.prepending(count), numbers)),
      labels: (0..<count).map { isFirst($0) ? 0 : 1 }, classes: ["first", "second"])
    let network = ModelConfiguration.layers(
      [8, 16, 16].flatMap { filters in
        [
          LayerSpecification("conv2d", ["filters": .int(filters), "kernel": 3, "padding": 1]),
          LayerSpecification("batch_norm"), LayerSpecification("relu"),
          LayerSpecification("max_pool2d", ["size": 2]),
        ]
      } + [LayerSpecification("flatten"), LayerSpecification("dense", ["units": "classes"])])
    return try Self.trained(
      network, on: all, seed: seed,
      input: InputConfiguration(
        kind: "spectrogram", shape: shape, normalisation: normalisation,
        sound: SoundInput(features: "logmel")))
  }

  /// A network that tells nearly all of the rows kept from training apart.
  static func trained(
    _ network: ModelConfiguration, on all: TensorSource, seed: UInt64, input: InputConfiguration,
    epochs: Int = 10
  ) throws -> Ensemble {
    let (examples, selection) = all.holdingOut(oneIn: 5, seed: 1)
    let model = try network.build(
      input: all.exampleShape, classes: all.classes.count, random: RandomStream(seed: seed))
    var optimiser = OptimiserConfiguration()
    optimiser.learningRate = 0.02
    let settings = try TrainingConfiguration(
      epochs: epochs, batchSize: 32, seed: seed, optimiser: optimiser)
    var state = try settings.initialState(for: model)
    _ = try Trainer(settings, examples: examples, selection: selection).run(&state)
    let accuracy = try #require(state.history.last).selectAccuracy
    try #require(accuracy >= 0.93, "the network tells \(accuracy) of the rows apart")
    return try withTemporaryFolder { folder in
      try Ensemble([
        Checkpoint.write(state.judgedModel, input: input, classes: all.classes, to: folder)
      ])
    }
  }
}

/// How often an explanation finds what was planted.
struct PlantedHits {
  var (sounds, found, byChance) = (0, 0, 0.0)
  /// The intersection over the union of the strongest patches with the burst, as many as touch it, and the most
  /// that patches can have.
  var (overlap, possible) = (0.0, 0.0)
  var (r2, doubtful) = (0.0, 0)
  /// Of those that touch so many patches: how many they are, and the sum of R².
  var byTouched: [Int: (count: Int, r2: Double)] = [:]

  /// Adds what was found of one sound.
  mutating func add(_ explanation: Explanation, truth: [Bool]) {
    let (labels, explained) = (
      explanation.segmentation.labels, explanation.classes[explanation.mostProbable]
    )
    let touched = Set(zip(labels, truth).filter { $0.1 }.map { $0.0 })
    let order = explained.weights.indices.sorted { explained.weights[$0] > explained.weights[$1] }
    func agreement(_ parts: Set<Int>) -> Double {
      var (both, either) = (0, 0)
      for (part, isTrue) in zip(labels, truth) {
        if isTrue && parts.contains(part) { both += 1 }
        if isTrue || parts.contains(part) { either += 1 }
      }
      return Double(both) / Double(max(1, either))
    }
    sounds += 1
    if touched.contains(order[0]) { found += 1 }
    byChance += Double(touched.count) / Double(order.count)
    overlap += agreement(Set(order.prefix(touched.count)))
    possible += agreement(touched)
    r2 += explained.fit?.r2 ?? 0
    byTouched[touched.count, default: (0, 0)].count += 1
    byTouched[touched.count, default: (0, 0)].r2 += explained.fit?.r2 ?? 0
    if !explained.doubts.isEmpty { doubtful += 1 }
  }

  /// For a table: `found 98 of 100 [93.0, 99.4] …`.
  var words: String {
    let (n, p, z) = (Double(sounds), Double(found) / Double(sounds), 1.96)
    let middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (p * (1 - p) / n + z * z / (4 * n * n)).squareRoot()
    let fits = byTouched.sorted { $0.key < $1.key }.map { touched, of in
      String(format: "%.2f (%d of %d patches)", of.r2 / Double(of.count), of.count, touched)
    }
    return String(
      format:
        "found %d of %d = %.1f %% [%.1f, %.1f], by chance %.1f %%; IoU %.2f of %.2f possible; R² %.2f, "
        + "doubtful %.0f %%", found, sounds, 100 * p, 100 * (middle - half), 100 * (middle + half),
      100 * byChance / n, overlap / n, possible / n, r2 / n, 100 * Double(doubtful) / n)
      + "; R² " + fits.joined(separator: ", ")
  }
}
