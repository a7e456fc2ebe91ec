internal import Foundation
public import Imaging
public import Mien
internal import TensorCore

/// What the network says of one face of a frame.
public struct VideoFaceAnswer: Sendable {
  /// The face, with its number.
  public let tracked: TrackedFace
  /// By class, smoothed over time; they add up to 1.
  public let probabilities: [Float]
  /// The most probable class; of equals the first.
  public var label: Int { probabilities.argmax() }
}

/// What became of one frame.
public struct VideoAnswer: Sendable {
  /// Its place in the video.
  public let position: VideoPosition
  /// The picture; nil where it could not be decoded, or is not asked for.
  public let image: RGBImage?
  /// Its faces by their numbers; none where there is none.
  public internal(set) var faces: [VideoFaceAnswer]
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
    /// What was seen so many seconds before or after counts half; 0 takes each frame as it is. Answers come
    /// three times as much later, at most a second.
    public var smoothing = 0.1
    /// Whether answers bring their pictures.
    public var wantsImages = false
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
  /// Throws what the source throws, a file's `VideoError.breaksOff` among it, after the answers for all frames
  /// up to there, and `FileError` where
  /// no detector can be had.
  public func predict(
    _ source: sending some FrameSource, check: () throws -> Void = {},
    emit: (VideoAnswer) throws -> Void
  ) throws {
    let isLive = source.isLive
    let frames = BoundedQueue<Item>(capacity: isLive ? Self.cameraCapacity : Self.capacity)
    let wanted = BoundedQueue<(GrayImage, Promise<[DetectedFace]>)>(capacity: Self.capacity)
    // Whatever ends this, the threads end, too.
    defer {
      frames.abandon()
      wanted.abandon()
    }
    let settings = settings
    // The source is that thread's from here on.
    nonisolated(unsafe) let given = source
    Thread.detachNewThread {
      Self.decode(given, settings, isLive: isLive, into: frames, detecting: wanted)
    }
    Thread.detachNewThread { Self.detect(wanted, settings.detector) }

    var tracker = tracker
    var smoothing = ProbabilitySmoothing(halfLife: settings.smoothing)
    while true {
      let answered = Result<VideoAnswer?, any Error> {
        try check()
        return try frames.next().map { try answer($0, &tracker) }
      }
      // Whatever ends it, the frames that wait are answered.
      guard case .success(let answer?) = answered else {
        for answer in smoothing.end() { try emit(answer) }
        _ = try answered.get()
        return
      }
      for answer in smoothing.add(answer) { try emit(answer) }
    }
  }

  private static func decode(
    _ source: some FrameSource, _ settings: Settings, isLive: Bool, into frames: BoundedQueue<Item>,
    detecting wanted: BoundedQueue<(GrayImage, Promise<[DetectedFace]>)>
  ) {
    defer { wanted.finish() }
    var lastDetected: Int?
    do {
      if settings.from > 0 { try source.skip(to: settings.from) }
      while let frame = try source.next(isWanted: { position in
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

  /// What the network says of a frame alone.
  private func answer(_ item: Item, _ tracker: inout FaceTracker) throws -> VideoAnswer {
    let position = item.frame.position
    func answer(_ faces: [VideoFaceAnswer]) -> VideoAnswer {
      VideoAnswer(
        position: position, image: settings.wantsImages ? item.frame.image : nil, faces: faces,
        problem: item.frame.problem)
    }
    guard let gray = item.gray else { return answer([]) }
    let seen = try tracker.update(
      gray, seconds: position.seconds, detected: try item.detection?.value())
    let faces = seen.prefix(settings.maxFaces ?? .max)
    if faces.isEmpty { return answer([]) }
    let side = predictor.shape[0]
    let crops = faces.map { FaceCrop.crop(gray, to: $0.face, size: side) }
    let (values, count) = (
      predictor.probabilities(of: crops).elements, predictor.classes.count
    )
    return answer(
      faces.enumerated().map { index, tracked in
        VideoFaceAnswer(
          tracked: tracked,
          probabilities: Array(values[index * count..<(index + 1) * count]))
      })
  }
}
