public import AudioFeatures
public import Datasets
public import Foundation
internal import Kernels
internal import Synchronization
internal import TensorCore

/// Says what sounds are: of each file one answer, or one for each of many windows over it. Asking changes
/// nothing, so one predictor serves several threads at once, and what it says of a sound does not depend
/// on those beside it.
public struct SoundPredictor: Sendable {
  /// Windows that are laid over a sound.
  public struct Windows: Sendable, Hashable {
    /// How long each is, in seconds.
    public var length: Double
    /// How much later than the one before each begins, in seconds.
    public var hop: Double

    /// Windows of a length, in seconds, each so much later than the one before; by default without a gap.
    public init(length: Double, hop: Double? = nil) {
      precondition(
        length > 0 && (hop ?? length) > 0, "windows of \(length) s every \(hop ?? length) s")
      (self.length, self.hop) = (length, hop ?? length)
    }

    /// The windows over so many samples: from the beginning as far as they fit, and a last one that ends
    /// with the sound where else half a hop or half a window of it would go unheard. A shorter sound is
    /// one window.
    func ranges(samples count: Int, rate: Int) -> [Range<Int>] {
      let length = max(1, Int((self.length * Double(rate)).rounded()))
      guard count > length else { return [0..<count] }
      var starts: [Int] = []
      while true {
        let start = Int((hop * Double(starts.count) * Double(rate)).rounded())
        guard start + length <= count else { break }
        starts.append(start)
      }
      let unheard = count - length - (starts.last ?? 0)
      let step = min(length, Int((hop * Double(rate)).rounded()))
      if unheard > 0, 2 * unheard >= step { starts.append(count - length) }
      return starts.map { $0..<$0 + length }
    }
  }

  /// The networks that are asked.
  public let ensemble: Ensemble
  /// How a sound becomes their input.
  public let reader: SoundReader
  /// Nil asks once about each sound, which becomes an input as those did that the networks learnt from.
  public let windows: Windows?

  /// The classes in the order of the probabilities.
  public var classes: [String] { ensemble.classes }

  /// Windows that go through the network together.
  private static let batchSize = 64

  /// Checks that the networks go together and are asked about sounds.
  ///
  /// Throws `RunError.unsuited`, and `ModelError` as `Ensemble`.
  public init(_ checkpoints: [Checkpoint], windows: Windows? = nil) throws {
    ensemble = try Ensemble(checkpoints)
    let readers = try checkpoints.map { try $0.soundReader() }
    for (checkpoint, reader) in zip(checkpoints, readers) where reader.input != readers[0].input {
      throw RunError.unsuited(
        checkpoint: checkpoint.weights.path,
        problem: "it takes \(reader.input.words), \(checkpoints[0].weights.path) "
          + readers[0].input.words,
        remedy: "an ensemble hears the same sound, name networks of one way")
    }
    (reader, self.windows) = (readers[0], windows)
  }

  /// The answer for one sound file. Throws `FileError` and `AudioError`.
  public func stretches(of file: URL) throws -> [HeardStretch] {
    try stretches(of: AudioFile.read(file))
  }

  /// The answers for a sound, one or one a window. Each window is made an input as if it were a file of
  /// its own.
  ///
  /// Throws `AudioError` where the sound is not fit for the features, and what `progress`, which is told
  /// what share is done, throws.
  public func stretches(
    of clip: AudioClip, progress: (_ share: Double) throws -> Void = { _ in }
  ) throws -> [HeardStretch] {
    // Resampling may round to a sample more.
    let duration = clip.duration
    let clip = try reader.resampled(clip)
    guard let windows else {
      let part = try reader.part(of: clip)
      // Silence that was put around a sound is none of its seconds.
      let heard = max(0, part.lowerBound)...min(duration, part.upperBound)
      return try answers(for: [clip], at: [heard])
    }
    let ranges = windows.ranges(samples: clip.samples.count, rate: clip.sampleRate)
    let rate = Double(clip.sampleRate)
    var stretches: [HeardStretch] = []
    for start in stride(from: 0, to: ranges.count, by: Self.batchSize) {
      let some = ranges[start..<min(start + Self.batchSize, ranges.count)]
      stretches += try answers(
        for: some.map { AudioClip(samples: Array(clip.samples[$0]), sampleRate: clip.sampleRate) },
        at: some.map { Double($0.lowerBound) / rate...min(duration, Double($0.upperBound) / rate) })
      try progress(Double(stretches.count) / Double(ranges.count))
    }
    return stretches
  }

  private func answers(
    for clips: [AudioClip], at seconds: [ClosedRange<Double>]
  ) throws -> [HeardStretch] {
    let rows = [Result<[Float], any Error>](unsafeUninitializedCapacity: clips.count) {
      rows, count in
      parallelFor(clips.count) { index in
        rows.initializeElement(at: index, to: Result { try reader.numbers(of: clips[index]) })
      }
      count = clips.count
    }
    let levels = try Tensor(reader.shape.prepending(clips.count), rows.flatMap { try $0.get() })
    let (answers, count) = (ensemble.probabilities(ofLevels: levels).elements, classes.count)
    return seconds.enumerated().map { index, seconds in
      HeardStretch(
        seconds: seconds, probabilities: Array(answers[index * count..<(index + 1) * count]),
        isSilent: clips[index].isSilent)
    }
  }

  /// Answers for each file in order. A file that cannot be read has an answer too, with its error.
  ///
  /// `progress` is told what share of all is done, on any thread but by one at a time; what it throws ends
  /// the work, as does what `emit` throws.
  public func predict(
    _ files: [FoundFile], progress: (_ share: Double) throws -> Void = { _ in },
    emit: (SoundAnswer) throws -> Void
  ) throws {
    let lock = Mutex(())
    var done = 0.0
    try forEachInOrder(files.count) { index in
      var shown = 0.0
      func advance(to share: Double) throws {
        try lock.withLock { _ in
          done += share - shown
          shown = share
          try progress(min(1, done / Double(files.count)))
        }
      }
      try advance(to: 0)
      let answer = try answer(for: files[index], progress: advance)
      try advance(to: 1)
      return answer
    } deliver: {
      try emit($1)
    }
  }

  private func answer(
    for file: FoundFile, progress: (_ share: Double) throws -> Void
  ) throws -> SoundAnswer {
    // What ends all work is told from what is wrong with the file.
    var ending: (any Error)?
    do {
      if let problem = file.problem { throw problem }
      let clip = try AudioFile.read(file.url)
      let stretches = try stretches(of: clip) { share in
        do { try progress(share) } catch {
          ending = error
          throw error
        }
      }
      return SoundAnswer(file: file, duration: clip.duration, stretches: stretches)
    } catch {
      if let ending { throw ending }
      return SoundAnswer(file: file, error: error)
    }
  }
}

extension Checkpoint {
  /// Whether it is asked about sounds, or about rows that may be made of them.
  public var takesSounds: Bool { input.kind != Manifest.imageKind }

  /// How a sound becomes this network's input.
  ///
  /// Throws `RunError.unsuited` for a network of pictures, for a table whose columns no set of features
  /// has, and where input and features do not fit.
  public func soundReader() throws -> SoundReader {
    func unsuited(_ problem: String, _ remedy: String) -> RunError {
      .unsuited(checkpoint: weights.path, problem: problem, remedy: remedy)
    }
    guard takesSounds else {
      throw unsuited(
        "it takes pictures of shape \(input.shape), expected a network of sounds",
        "give it pictures, or choose a checkpoint that was trained on sounds")
    }
    let reader: SoundReader
    if let sound = input.sound {
      reader = try SoundReader(sound, for: weights.path)
    } else if let columns = input.columns {
      guard let found = SoundReader(columns: columns) else {
        throw unsuited(
          "it takes a table's rows of \(columns.count) columns (\(someNames(columns))), which no set of "
            + "features has, so sounds cannot become such rows",
          "ask it about rows: mien predict TABLE.csv")
      }
      reader = found
    } else {
      throw unsuited(
        "its config.json does not say how a sound becomes an input of kind \(input.kind)",
        "train it again on data that mien prepare made of sounds")
    }
    guard reader.kind == input.kind, reader.shape == input.shape else {
      throw unsuited(
        "it takes inputs of kind \(input.kind) and shape \(input.shape), \(reader.input.features) makes "
          + "\(reader.kind) of shape \(reader.shape)",
        "the config.json beside it is of another network; restore it")
    }
    return reader
  }
}
