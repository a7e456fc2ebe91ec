internal import TensorCore

/// Whose face it is and how it was taken: everything but the expression. Lengths are in halves of
/// the head's height, greys in 0...1.
struct FaceTraits: Sendable {
  enum Hair: CaseIterable { case shaven, short, fringe, parted, long, bun, curly }

  var headWidth, jaw, chin: Double
  var skin, hairTone, iris, lipTone, background, shirt: Double
  var hair: Hair
  var eyeSize, eyeDistance, eyeHeight, browThickness, browArch: Double
  var noseWidth, noseLength, mouthWidth, mouthHeight, lipThickness: Double
  var ears: Double
  /// How far the right half of the face rises above the left one: brow and corner of the mouth.
  var skew: Double
  var glasses, beard, moustache: Bool
  /// Turned in the plane (radians), to the side and up or down (shares).
  var roll, yaw, pitch: Double
  /// Where the light comes from, and how hard it is.
  var lightX, lightY, lightStrength: Double
  /// The picture: place and size of the head, contrast, brightness, noise, blur.
  var shiftX, shiftY, zoom, contrast, brightness, noise, blur: Double

  init(random: inout RandomStream) {
    var stream = random
    func range(_ low: Double, _ high: Double) -> Double {
      low + (high - low) * Double(stream.uniform())
    }
    func chance(_ share: Double) -> Bool { range(0, 1) < share }
    headWidth = range(0.70, 0.82)
    jaw = range(0.78, 1)
    chin = range(0.94, 1.06)
    skin = range(0.52, 0.88)
    hairTone = range(0.06, 0.42)
    if chance(0.12) { hairTone = range(0.6, 0.85) }
    if abs(hairTone - skin) < 0.18 { hairTone = skin - 0.3 }
    iris = range(0.08, 0.4)
    lipTone = range(0.6, 0.8)
    background = range(0.15, 0.9)
    shirt = range(0.1, 0.85)
    hair = Hair.allCases[stream.integer(below: Hair.allCases.count)]
    if hair == .shaven && chance(0.5) { hair = .short }
    eyeSize = range(0.9, 1.12)
    eyeDistance = range(0.34, 0.385)
    eyeHeight = range(-0.16, -0.08)
    browThickness = range(0.03, 0.06)
    browArch = range(0.02, 0.07)
    noseWidth = range(0.12, 0.18)
    noseLength = range(0.24, 0.32)
    mouthWidth = range(0.27, 0.33)
    mouthHeight = range(0.50, 0.57)
    lipThickness = range(0.045, 0.08)
    ears = range(0.8, 1.1)
    skew = range(-1, 1)
    glasses = chance(0.14)
    beard = hair != .long && hair != .bun && hairTone < 0.5 && chance(0.16)
    moustache = beard || (hair != .long && hair != .bun && chance(0.06))
    roll = range(-0.11, 0.11)
    yaw = range(-0.6, 0.6)
    pitch = range(-0.5, 0.5)
    lightX = range(-1, 1)
    lightY = range(-1, 0.2)
    lightStrength = range(0.12, 0.42)
    shiftX = range(-0.05, 0.05)
    shiftY = range(-0.05, 0.05)
    zoom = range(0.92, 1.08)
    contrast = range(0.75, 1.05)
    brightness = range(-0.1, 0.08)
    noise = range(0.005, 0.035)
    blur = range(0, 0.8)
    random = stream
  }

  /// The same person, well lit and seen from the front, for pictures that people look at.
  func posed() -> FaceTraits {
    var traits = self
    traits.roll *= 0.5
    traits.yaw *= 0.5
    (traits.noise, traits.blur, traits.contrast, traits.brightness) = (0, 0, 1, 0)
    traits.lightStrength *= 0.7
    return traits
  }
}
