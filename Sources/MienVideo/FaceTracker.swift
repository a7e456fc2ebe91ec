public import Imaging

/// A face in a frame of a video.
public struct TrackedFace: Sendable, Hashable {
  /// Its number, from 0, which it keeps from frame to frame.
  public let number: Int
  /// Where it is.
  public let face: DetectedFace
  /// Whether the detector found it in this frame; else it was followed from an earlier one.
  public let isDetected: Bool
}

/// Follows faces from frame to frame, so that a face keeps its number: between the detector's frames by
/// the likeness of what they show, on them by where it finds faces.
///
/// A face that is not found any more is followed for a while, as heads turn away; then it is
/// remembered for a while, so that one who comes back near by and looks alike has the old number.
/// What it remembers does not grow with the video. Where a choice is to be made the older track comes
/// first, so the same video gives the same numbers.
public struct FaceTracker: Sendable {
  /// How long a face is followed for which the detector was asked in vain, in seconds, and never longer
  /// than it was seen.
  public var patience = 1.0
  /// How long one that cannot be followed is remembered, in seconds.
  public var memory = 3.0
  /// What a detected face and a followed one share at least to be the same.
  public var leastOverlap = 0.25
  /// The correlation with its last detected picture below which a face is not followed.
  public var leastLikeness = 0.5
  /// The correlation with its last detected picture above which one who comes back is the same.
  public var leastResemblance = 0.45
  /// How far a face moves from frame to frame at most, as a share of its side.
  public var reach = 0.35

  fileprivate struct Track {
    let number: Int
    var square: Square
    /// In sides of the square a second.
    var velocity = Point(0, 0)
    /// The eyes, seen from the middle, in sides of the square.
    var eyes: DetectedFace.Eyes?
    var patch: Patch
    let firstDetected: Double
    var lastDetected, lastSeen: Double
    var isDetected = true
    /// Whether it is in the present frame.
    var isPresent = true
  }

  private var tracks: [Track] = []
  private var nextNumber = 0
  private var lastSeconds: Double?

  /// Knows no face yet.
  public init() {}

  /// The faces of the next frame, by their numbers.
  ///
  /// - Parameters:
  ///   - image: the frame.
  ///   - seconds: its time, not before that of the frame before.
  ///   - detected: what a detector finds in it; nil where none was asked.
  ///
  /// Throws `ImagingError.cannotDetect`.
  public mutating func update(
    _ image: GrayImage, seconds: Double, detected: [DetectedFace]?
  ) throws(ImagingError) -> [TrackedFace] {
    tracks.removeAll { seconds - $0.lastSeen > memory }
    try follow(in: image, seconds)
    if let detected { try take(detected, in: image, seconds) }
    dropCovered()
    lastSeconds = seconds
    return tracks.filter(\.isPresent).map { $0.tracked(in: image) }
  }

  private mutating func follow(in image: GrayImage, _ seconds: Double) throws(ImagingError) {
    let elapsed = max(0, seconds - (lastSeconds ?? seconds))
    for index in tracks.indices where tracks[index].isPresent {
      var track = tracks[index]
      var start = track.square
      start.center.x += track.velocity.x * elapsed * start.side
      start.center.y += track.velocity.y * elapsed * start.side
      let (found, correlation) = try track.patch.place(in: image, near: start, reach: reach)
      track.isDetected = false
      if correlation >= leastLikeness {
        track.move(to: found, after: elapsed)
        track.lastSeen = seconds
      } else {
        track.isPresent = false
      }
      tracks[index] = track
    }
  }

  /// Brings the detector's faces and the tracks together.
  private mutating func take(
    _ faces: [DetectedFace], in image: GrayImage, _ seconds: Double
  ) throws(ImagingError) {
    let faces = Self.outer(faces)
    let squares = faces.map { Square(around: $0.box) }
    var open = Set(faces.indices)
    var free = Set(tracks.indices)
    func join(_ track: Int, _ face: Int) throws(ImagingError) {
      open.remove(face)
      free.remove(track)
      tracks[track].detect(
        faces[face], squares[face], try Patch(image, squares[face]), seconds)
    }
    // Those that overlap most first; of equals the older track, then the larger face.
    let pairs = tracks.indices.filter { tracks[$0].isPresent }.flatMap { track in
      faces.indices.map { face in
        (track: track, face: face, overlap: tracks[track].square.overlap(squares[face]))
      }
    }.filter { $0.overlap >= leastOverlap }.sorted {
      ($1.overlap, $0.track, $0.face) < ($0.overlap, $1.track, $1.face)
    }
    for pair in pairs where open.contains(pair.face) && free.contains(pair.track) {
      try join(pair.track, pair.face)
    }
    // Whom the detector was asked for and did not find: one that it has seen for long may have turned away,
    // one that it has hardly seen was none.
    for index in free where tracks[index].isPresent {
      let track = tracks[index]
      let away = seconds - track.lastDetected
      if away > min(patience, track.lastDetected - track.firstDetected) {
        tracks[index].isPresent = false
      }
    }
    // Those who come back: the most alike first.
    var returns: [(track: Int, face: Int, likeness: Double)] = []
    for face in open.sorted() {
      let patch = try Patch(image, squares[face])
      for track in free.sorted() where tracks[track].mayReturn(at: squares[face], seconds) {
        let likeness = tracks[track].patch.correlation(with: patch)
        let isThere =
          seconds - tracks[track].lastSeen <= patience
          && tracks[track].square.overlap(squares[face]) >= leastOverlap
        if likeness >= leastResemblance || isThere { returns.append((track, face, likeness)) }
      }
    }
    for pair in returns.sorted(by: {
      ($1.likeness, $0.track, $0.face) < ($0.likeness, $1.track, $1.face)
    }) where open.contains(pair.face) && free.contains(pair.track) {
      try join(pair.track, pair.face)
    }
    for face in open.sorted() {
      var track = Track(
        number: nextNumber, square: squares[face], patch: try Patch(image, squares[face]),
        firstDetected: seconds, lastDetected: seconds, lastSeen: seconds)
      track.look(at: faces[face], squares[face])
      tracks.append(track)
      nextNumber += 1
    }
  }

  /// Faces that do not lie inside of another: cascades take a nose or a mouth for one at times.
  private static func outer(_ faces: [DetectedFace]) -> [DetectedFace] {
    faces.filter { face in
      !faces.contains { other in
        let (inner, box) = (face.box, other.box)
        return 2 * inner.area < box.area && inner.x >= box.x && inner.y >= box.y
          && inner.x + inner.width <= box.x + box.width
          && inner.y + inner.height <= box.y + box.height
      }
    }
  }

  /// Of two tracks on one face the one goes that was not detected for longer.
  private mutating func dropCovered() {
    for index in tracks.indices where tracks[index].isPresent && !tracks[index].isDetected {
      let square = tracks[index].square
      let isCovered = tracks.indices.contains { other in
        other != index && tracks[other].isPresent && tracks[other].square.overlap(square) > 0.4
          && (tracks[other].lastDetected, -tracks[other].number)
            > (tracks[index].lastDetected, -tracks[index].number)
      }
      if isCovered { tracks[index].isPresent = false }
    }
  }
}

extension FaceTracker.Track {
  fileprivate mutating func move(to found: Square, after elapsed: Double) {
    if elapsed > 0 {
      // Half of what is new: steps of single frames are noisy.
      let (x, y) = (
        (found.center.x - square.center.x) / (elapsed * square.side),
        (found.center.y - square.center.y) / (elapsed * square.side)
      )
      velocity = Point((velocity.x + x) / 2, (velocity.y + y) / 2)
    }
    square = found
  }

  fileprivate mutating func detect(
    _ face: DetectedFace, _ place: Square, _ patch: Patch, _ seconds: Double
  ) {
    if !isPresent { velocity = Point(0, 0) }
    (square, self.patch) = (place, patch)
    (lastDetected, lastSeen, isDetected, isPresent) = (seconds, seconds, true, true)
    look(at: face, place)
  }

  /// Keeps the eyes; where the detector sees none those of before stay, for a head turns slower than
  /// detectors change their mind.
  fileprivate mutating func look(at face: DetectedFace, _ place: Square) {
    guard let eyes = face.eyes else { return }
    func seen(_ point: Point) -> Point {
      Point((point.x - place.center.x) / place.side, (point.y - place.center.y) / place.side)
    }
    self.eyes = DetectedFace.Eyes(left: seen(eyes.left), right: seen(eyes.right))
  }

  /// Whether it may have come back there: near where it was, and about as large.
  fileprivate func mayReturn(at place: Square, _ seconds: Double) -> Bool {
    let (x, y) = (place.center.x - square.center.x, place.center.y - square.center.y)
    let away = max(0, seconds - lastSeen)
    let ratio = place.side / square.side
    return (x * x + y * y).squareRoot() <= square.side * (1 + away) && (0.5...2).contains(ratio)
  }

  fileprivate func tracked(in image: GrayImage) -> TrackedFace {
    func place(_ point: Point) -> Point {
      Point(
        square.center.x + point.x * square.side, square.center.y + point.y * square.side)
    }
    return TrackedFace(
      number: number,
      face: DetectedFace(
        box: square.box(width: image.width, height: image.height),
        eyes: eyes.map { .init(left: place($0.left), right: place($0.right)) }),
      isDetected: isDetected)
  }
}
