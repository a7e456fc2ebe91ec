internal import Foundation
public import Imaging
public import Mien

/// What the network says of one face of a frame.
public struct VideoFaceAnswer: Sendable {
  /// The face, with its number.
  public let tracked: TrackedFace
  /// The most probable class of the smoothed probabilities; of equals the first.
  public let label: Int
  /// By class, smoothed over time; they add up to 1.
  public let probabilities: [Float]
}

/// What became of one frame.
public struct VideoAnswer: Sendable {
  /// Its place in the video.
  public let position: VideoPosition
  /// The picture; nil where it could not be decoded.
  public let image: RGBImage?
  /// Its faces by their numbers; none where there is none.
  public let faces: [VideoFaceAnswer]
  /// Why the picture could not be decoded.
  public let problem: String?
}

/// Says what the faces of a video show, frame by frame. Three things happen at once: the next frames
/// are decoded, faces are looked for in one of them, and the network answers for the one before. At most
/// a few frames are in memory, however long the video is, and the answers do not depend on which thread was
/// faster.
public struct VideoPredictor: Sendable {
  /// What is asked of a video.
  public struct Settings: Sendable, Hashable {
    /// Every how many frames one is answered.
    public var every = 1
    /// From this time on, in seconds.
    public var from = 0.0
    /// Up to this time, in seconds; nil for the end.
    public var to: Double?
    /// At most so many faces a frame, those that were seen first; nil for all.
    public var maxFaces: Int?
    /// What was seen so many seconds ago counts half; 0 takes each frame as it is.
    public var smoothing = 0.3
    /// Faces are looked for every so many frames, and followed between.
    public var detectEvery = 5
    /// What looks for faces.
    public var detector = DetectorModel.cascades

    /// Every frame, all faces.
    public init() {}
  }

  /// What is asked.
  public let predictor: Predictor
  /// How.
  public let settings: Settings
  /// How faces are followed.
  public var tracker = FaceTracker()

  /// Frames that wait between two threads.
  private static let capacity = 8
  /// A camera's pictures should not wait.
  private static let cameraCapacity = 2

  /// Throws `RunError.unsuited` where the network does not take squares.
  public init(_ predictor: Predictor, settings: Settings = Settings()) throws {
    precondition(
      settings.every > 0 && settings.detectEvery > 0, "every \(settings.every) frames")
    _ = try PhotoPredictor(predictor)
    (self.predictor, self.settings) = (predictor, settings)
  }

  /// A frame on its way, with the faces that a detector will have found.
  private struct Item: Sendable {
    let frame: VideoFrame
    let gray: GrayImage?
    let detection: Promise<[DetectedFace]>?
  }

  /// Answers each frame in order.
  ///
  /// `check` is called before each frame; what it throws ends the work, as does what `emit` throws.
  /// Throws `VideoError.breaksOff` after the answers for all frames up to there, and `FileError` where
  /// no detector can be had.
  public func predict(
    _ reader: sending VideoReader, check: () throws -> Void = {},
    emit: (VideoAnswer) throws -> Void
  ) throws {
    let isLive = reader.source.isCamera
    let frames = BoundedQueue<Item>(capacity: isLive ? Self.cameraCapacity : Self.capacity)
    let wanted = BoundedQueue<(GrayImage, Promise<[DetectedFace]>)>(capacity: Self.capacity)
    // Whatever ends this, the threads end, too.
    defer {
      frames.abandon()
      wanted.abandon()
    }
    let settings = settings
    // The reader is this thread's from here on.
    nonisolated(unsafe) let source = reader
    Thread.detachNewThread {
      Self.decode(source, settings, isLive: isLive, into: frames, detecting: wanted)
    }
    Thread.detachNewThread { Self.detect(wanted, settings.detector) }

    var tracker = tracker
    var smoothing = ProbabilitySmoothing(halfLife: settings.smoothing)
    while let item = try frames.next() {
      try check()
      try emit(answer(item, &tracker, &smoothing))
    }
  }

  private static func decode(
    _ reader: VideoReader, _ settings: Settings, isLive: Bool, into frames: BoundedQueue<Item>,
    detecting wanted: BoundedQueue<(GrayImage, Promise<[DetectedFace]>)>
  ) {
    defer { wanted.finish() }
    var lastDetected: Int?
    do {
      while let frame = try reader.next(isWanted: { position in
        position.frame % settings.every == 0 && position.seconds >= settings.from
          && position.seconds <= settings.to ?? .infinity
      }) {
        if let end = settings.to, frame.position.seconds > end { break }
        if frame.image == nil && frame.problem == nil { continue }
        let gray = frame.image?.grayscale()
        var detection: Promise<[DetectedFace]>?
        let number = frame.position.frame
        if let gray, number - (lastDetected ?? -settings.detectEvery) >= settings.detectEvery {
          let promise = Promise<[DetectedFace]>()
          guard wanted.add((gray, promise)) else { break }
          (detection, lastDetected) = (promise, number)
        }
        let item = Item(frame: frame, gray: gray, detection: detection)
        // A camera goes on whether we are ready or not; a frame with faces is waited for.
        let isTaken = isLive && detection == nil ? frames.offer(item) : frames.add(item)
        guard isTaken else { break }
      }
      frames.finish()
    } catch {
      frames.finish(throwing: error)
    }
  }

  private static func detect(
    _ wanted: BoundedQueue<(GrayImage, Promise<[DetectedFace]>)>, _ model: DetectorModel
  ) {
    let detector = Result { try FaceDetector(model) }
    while let (image, promise) = try? wanted.next() {
      promise.keep(Result { try detector.get().faces(in: image) })
    }
  }

  private func answer(
    _ item: Item, _ tracker: inout FaceTracker, _ smoothing: inout ProbabilitySmoothing
  ) throws -> VideoAnswer {
    let position = item.frame.position
    guard let gray = item.gray else {
      return VideoAnswer(
        position: position, image: nil, faces: [], problem: item.frame.problem)
    }
    let seen = try tracker.update(
      gray, seconds: position.seconds, detected: try item.detection?.value())
    let faces = seen.prefix(settings.maxFaces ?? .max)
    smoothing.forget(before: position.seconds - tracker.memory - 1)
    if faces.isEmpty {
      return VideoAnswer(
        position: position, image: item.frame.image, faces: [], problem: nil)
    }
    let side = predictor.shape[0]
    let crops = faces.map { FaceCrop.crop(gray, to: $0.face, size: side) }
    let (values, count) = (
      predictor.probabilities(of: crops).elements, predictor.classes.count
    )
    let answers = faces.enumerated().map { index, tracked in
      let probabilities = smoothing.smooth(
        Array(values[index * count..<(index + 1) * count]), of: tracked.number,
        at: position.seconds)
      let label = probabilities.indices.reduce(0) {
        probabilities[$1] > probabilities[$0] ? $1 : $0
      }
      return VideoFaceAnswer(tracked: tracked, label: label, probabilities: probabilities)
    }
    return VideoAnswer(
      position: position, image: item.frame.image, faces: answers, problem: nil)
  }
}
