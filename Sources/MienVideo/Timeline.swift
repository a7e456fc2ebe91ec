internal import Foundation

/// What faces showed over a video, in short: of each face how long it was seen and how often it was
/// answered with each class, and its mean probabilities in a few hundred equal stretches of time. Its
/// memory does not grow with the video: stretches become longer, and of very many faces those seen
/// least are added up.
public struct Timeline: Sendable {
  /// One face.
  public struct Face: Sendable {
    /// Its number.
    public let number: Int
    /// When it was first and last seen, in seconds.
    public internal(set) var first, last: Double
    /// How many frames it was in.
    public internal(set) var frameCount = 0
    /// How many of them were answered with each class.
    public internal(set) var labelCounts: [Int]
    /// By the index of a stretch: sums of probabilities, and of how many frames.
    fileprivate var stretches: [Int: (sums: [Double], count: Int)] = [:]
  }

  /// The classes.
  public let classes: [String]
  /// The length of a stretch, in seconds.
  public private(set) var stretch = 0.1
  /// The faces by their numbers.
  public var faces: [Face] { byNumber.values.sorted { $0.number < $1.number } }
  /// How many faces were left out, for there were very many.
  public private(set) var forgotten = 0
  private var byNumber: [Int: Face] = [:]

  private static let mostStretches = 480
  private static let mostFaces = 64

  /// Nothing seen yet.
  public init(classes: [String]) { self.classes = classes }

  /// Adds a frame.
  public mutating func add(_ answer: VideoAnswer) {
    let seconds = answer.position.seconds
    while Int(seconds / stretch) >= Self.mostStretches { lengthen() }
    let place = Int(seconds / stretch)
    for answered in answer.faces {
      let number = answered.tracked.number
      var face =
        byNumber.removeValue(forKey: number)
        ?? Face(
          number: number, first: seconds, last: seconds, labelCounts: classes.map { _ in 0 })
      face.last = seconds
      face.frameCount += 1
      face.labelCounts[answered.label] += 1
      var (sums, count) = face.stretches[place] ?? (classes.map { _ in 0 }, 0)
      for (index, value) in answered.probabilities.enumerated() { sums[index] += Double(value) }
      count += 1
      face.stretches[place] = (sums, count)
      byNumber[number] = face
    }
    if byNumber.count > Self.mostFaces,
      let least = byNumber.values.filter({ $0.last < seconds }).min(by: {
        ($0.frameCount, $0.number) < ($1.frameCount, $1.number)
      })
    {
      byNumber[least.number] = nil
      forgotten += 1
    }
  }

  /// The mean probabilities of a face, stretch by stretch: the stretch's middle in seconds and a
  /// value a class; stretches in which it was not seen are left out.
  public func means(of face: Face) -> [(seconds: Double, probabilities: [Double])] {
    face.stretches.sorted { $0.key < $1.key }.map { place, found in
      (
        (Double(place) + 0.5) * stretch,
        found.sums.map { $0 / Double(found.count) }
      )
    }
  }

  private mutating func lengthen() {
    stretch *= 2
    for (number, face) in byNumber {
      var face = face
      var merged: [Int: (sums: [Double], count: Int)] = [:]
      for (place, found) in face.stretches {
        var (sums, count) = merged[place / 2] ?? (classes.map { _ in 0 }, 0)
        for index in sums.indices { sums[index] += found.sums[index] }
        count += found.count
        merged[place / 2] = (sums, count)
      }
      face.stretches = merged
      byNumber[number] = face
    }
  }
}
