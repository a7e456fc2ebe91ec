internal import Foundation
public import Imaging
internal import TensorCore

/// A drawn video of faces that move, blink, speak and change their expression, of which it is known where
/// each is and what it shows. Frame `i` depends on the settings, the seed and `i` alone.
public struct SyntheticVideo: Sendable {
  /// Where a face is in a frame, and what it shows.
  public struct Truth: Sendable, Hashable {
    /// Which face, from 0.
    public let number: Int
    /// From the brows to the chin or thereabouts, as far as it lies in the picture.
    public let box: Box
    /// What it shows; on the way from one expression to the next, the nearer one.
    public let emotion: FaceEmotion
  }

  /// The size of the pictures.
  public var (width, height) = (640, 480)
  /// Frames a second.
  public var framesPerSecond = 30.0
  /// How many faces there are, side by side.
  public var faceCount = 1
  /// The head's half height as a share of the picture's height, or less where faces need the room.
  public var radius = 0.2
  /// Every so many seconds a face is out of sight for three quarters of a second; 0 for never.
  public var absence = 0.0
  /// The deviation of the camera's noise in grey levels.
  public var noise = 6.0

  private let stream: RandomStream

  /// Video of a seed, with one face.
  public init(seed: UInt64) { stream = RandomStream(seed: seed).substream("drawn video") }

  /// The sizes that can be drawn, in pixels.
  public static let sizes = 64...1920

  /// A frame. Throws `ImagingError`.
  public func frame(_ index: Int) throws(ImagingError) -> GrayImage {
    let canvas = try Canvas(width: Double(width), height: Double(height), scale: 1)
    let people = people
    let scene = FacePainter(
      canvas: canvas, traits: people[0].traits,
      expression: FaceExpression(of: .neutral, variant: false))
    scene.paintBackground()
    let seconds = Double(index) / framesPerSecond
    for person in people where isVisible(person, seconds) {
      let pose = pose(of: person, seconds)
      FacePainter(
        canvas: canvas, traits: pose.traits, expression: expression(of: person, seconds)
      ).paintFace(at: pose.center, radius: pose.radius)
    }
    var image = try canvas.grayImage()
    var random = stream.substream("noise").substream(index)
    let deviation = Float(noise)
    for i in image.pixels.indices {
      let level = Float(image.pixels[i]) + deviation * random.normal()
      image.pixels[i] = UInt8(max(0, min(255, level.rounded())))
    }
    return image
  }

  /// The faces of a frame that can be seen, by their numbers.
  public func truth(_ index: Int) -> [Truth] {
    let seconds = Double(index) / framesPerSecond
    return people.filter { isVisible($0, seconds) }.map { person in
      let pose = pose(of: person, seconds)
      let middle = Point(pose.center.x, pose.center.y + 0.15 * pose.radius)
      return Truth(
        number: person.number,
        box: Square(center: middle, side: 1.5 * pose.radius).box(width: width, height: height),
        emotion: shown(by: person, seconds).now)
    }
  }

  // What stays the same from frame to frame.

  private struct Person {
    let number: Int
    let traits: FaceTraits
    let random: RandomStream
  }

  private var people: [Person] {
    (0..<faceCount).map { number in
      let stream = stream.substream("person").substream(number)
      var random = stream.substream("traits")
      return Person(number: number, traits: FaceTraits(random: &random), random: stream)
    }
  }

  private func isVisible(_ person: Person, _ seconds: Double) -> Bool {
    if absence <= 0 { return true }
    // Not all at once.
    let place = seconds / absence + 0.37 * Double(person.number)
    return place.truncatingRemainder(dividingBy: 1) * absence < absence - 0.75 || place < 0.5
  }

  /// Where the face is, and how it is turned: sums of slow waves, so that it never jumps.
  private func pose(
    of person: Person, _ seconds: Double
  ) -> (traits: FaceTraits, center: Point, radius: Double) {
    var random = person.random.substream("way")
    func wave(_ period: ClosedRange<Float>) -> Double {
      let (length, start) = (
        Double(random.uniform(period.lowerBound, period.upperBound)), Double(random.uniform())
      )
      return sin(2 * .pi * (seconds / length + start))
    }
    let lane = Double(width) / Double(faceCount)
    // Hair and shoulders overlap where faces are many; the faces themselves do not.
    let size = min(radius * Double(height), 0.42 * lane) * (1 + 0.12 * wave(6...11))
    let room = Point(max(0, lane / 2 - 0.9 * size), max(0, Double(height) / 2 - 1.15 * size))
    let center = Point(
      lane * (Double(person.number) + 0.5) + room.x * 0.9 * wave(5...9),
      Double(height) / 2 + room.y * 0.8 * wave(4...8))
    var traits = person.traits
    traits.roll = 0.1 * wave(3...7)
    traits.yaw = 0.5 * wave(4...9)
    traits.pitch = 0.4 * wave(4...9)
    return (traits, center, size)
  }

  // What changes: an expression every one and a half to three seconds.

  private static let transition = 0.3

  private func expression(of person: Person, _ seconds: Double) -> FaceExpression {
    var expression = feeling(of: person, seconds)
    expression.lids += blink(of: person, seconds) * (-1 - expression.lids)
    expression.opening = min(1, expression.opening + speech(of: person, seconds))
    return expression
  }

  private func feeling(of person: Person, _ seconds: Double) -> FaceExpression {
    let place = segment(of: person, seconds)
    func drawn(_ index: Int) -> FaceExpression {
      var random = person.random.substream("expression").substream(index)
      return FaceExpression.random(
        emotion(of: person, index), intensity: 0.7...1.1, looseness: 0.08, random: &random)
    }
    let share = (place.elapsed + Self.transition / 2) / Self.transition
    if place.elapsed < Self.transition / 2, place.index > 0 {
      return .between(drawn(place.index - 1), drawn(place.index), share)
    }
    if place.left < Self.transition / 2 {
      return .between(
        drawn(place.index), drawn(place.index + 1), 0.5 - place.left / Self.transition)
    }
    return drawn(place.index)
  }

  // What passes over a face and says nothing of what it shows.

  /// How far the eyes are shut, 0 to 1: once in three and a half seconds, for a quarter of a second.
  private func blink(of person: Person, _ seconds: Double) -> Double {
    let period = 3.5
    let place = Int(seconds / period)
    var random = person.random.substream("blinks").substream(place)
    let middle = Double(random.uniform(0.2, 3.3))
    return max(0, min(1, (0.12 - abs(seconds - period * Double(place) - middle)) / 0.05))
  }

  /// How far speech opens the mouth: four times a second, while every third expression lasts.
  private func speech(of person: Person, _ seconds: Double) -> Double {
    let place = segment(of: person, seconds)
    var random = person.random.substream("speech").substream(place.index)
    guard random.uniform() < 1 / 3.0 else { return 0 }
    let beginning = min(1, min(place.elapsed, place.left) / 0.3)
    return 0.15 * beginning * (1 - cos(2 * .pi * 4 * place.elapsed))
  }

  private func shown(by person: Person, _ seconds: Double) -> (now: FaceEmotion, index: Int) {
    let index = segment(of: person, seconds).index
    return (emotion(of: person, index), index)
  }

  /// Every seven in a row hold each class once, in random order.
  private func emotion(of person: Person, _ index: Int) -> FaceEmotion {
    let (block, place) = index.quotientAndRemainder(dividingBy: FaceEmotion.allCases.count)
    var order = person.random.substream("emotions").substream(block)
    return FaceEmotion.allCases[order.permutation(FaceEmotion.allCases.count)[place]]
  }

  /// Segments come in pairs of four and a half seconds, divided at random, so that the one at a time
  /// is found without those before it.
  private func segment(
    of person: Person, _ seconds: Double
  ) -> (index: Int, elapsed: Double, left: Double) {
    let pair = Int(seconds / 4.5)
    var random = person.random.substream("lengths").substream(pair)
    let first = Double(random.uniform(1.5, 3))
    let within = seconds - 4.5 * Double(pair)
    return within < first
      ? (2 * pair, within, first - within) : (2 * pair + 1, within - first, 4.5 - within)
  }
}
