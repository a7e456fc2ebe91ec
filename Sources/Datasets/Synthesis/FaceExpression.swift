internal import TensorCore

/// What a face shows, as a few muscles' work: 0 is rest, ±1 a full movement.
struct FaceExpression: Sendable {
  /// The inner and outer ends of the brows: up is positive.
  var browInner = 0.0
  var browOuter = 0.0
  /// How far the brows are drawn together.
  var knit = 0.0
  /// The upper lids: 0 at rest, 1 wide open, -1 shut.
  var lids = 0.0
  /// The lower lids and cheeks, pushed up.
  var cheeks = 0.0
  /// The mouth's corners: up is positive.
  var corners = 0.0
  /// How far the mouth is open.
  var opening = 0.0
  /// The mouth's width: positive is stretched, negative rounded.
  var stretch = 0.0
  /// How much of the teeth shows in an open mouth.
  var teeth = 0.5
  /// The upper lip, pulled up, with the wrinkled nose that belongs to it.
  var sneer = 0.0
  /// Lips pressed together.
  var press = 0.0
  /// Where the eyes look: right and down are positive.
  var gazeX = 0.0
  var gazeY = 0.0
  /// How much of the tongue shows.
  var tongue = 0.3

  /// The full expression of a class; some have two forms, `variant` chooses one.
  init(of emotion: FaceEmotion, variant: Bool) {
    switch emotion {
    case .angry:
      (browInner, browOuter, knit, lids, cheeks) = (-1, 0.45, 1, 0.05, 0.25)
      (corners, sneer) = (-0.5, 0.15)
      if variant {
        (opening, teeth, stretch) = (0.45, 1, 0.1)
      } else {
        (press, stretch) = (0.9, -0.05)
      }
    case .disgust:
      (browInner, browOuter, knit, lids, cheeks) = (-0.35, -0.2, 0.35, -0.6, 0.9)
      (corners, sneer, stretch) = (-0.6, 1, -0.1)
      if variant {
        (opening, tongue, teeth) = (0.4, 1, 0.25)
      } else {
        (opening, teeth) = (0.16, 0.8)
      }
    case .fear:
      (browInner, browOuter, knit, lids) = (0.95, -0.1, 0.75, 0.9)
      (corners, stretch, teeth) = (-0.55, 0.45, 0.9)
      opening = variant ? 0.5 : 0.25
    case .happy:
      (browInner, browOuter, lids, cheeks) = (0.1, 0.15, -0.2, 0.85)
      (corners, stretch, teeth) = (1, 0.45, 0.85)
      opening = variant ? 0.55 : 0.12
    case .sad:
      (browInner, browOuter, knit, lids) = (0.85, -0.65, 0.35, -0.5)
      (corners, stretch, press) = (-0.95, -0.15, 0.2)
      gazeY = variant ? 0.5 : 0.1
    case .surprise:
      (browInner, browOuter, lids) = (0.85, 0.85, 0.85)
      (opening, stretch, teeth) = (variant ? 0.85 : 0.6, -0.5, 0.2)
    case .neutral:
      break
    }
  }

  /// An expression as people make it: more or less of it, and never quite the same.
  static func random(
    _ emotion: FaceEmotion, intensity: ClosedRange<Float>, looseness: Double,
    random: inout RandomStream
  ) -> FaceExpression {
    let share = Double(random.uniform(intensity.lowerBound, intensity.upperBound))
    var expression = FaceExpression(of: emotion, variant: random.uniform() < 0.5)
    for muscle in Self.muscles {
      let noise = looseness * Double(random.normal())
      expression[keyPath: muscle] = expression[keyPath: muscle] * share + noise
    }
    expression.opening = min(1, max(0, expression.opening - 0.04))
    expression.press = max(0, expression.press)
    expression.sneer = max(0, expression.sneer)
    expression.knit = max(0, expression.knit)
    expression.cheeks = max(0, expression.cheeks)
    expression.lids = min(1.15, max(-0.85, expression.lids))
    return expression
  }

  /// An expression on its way from one to another: 0 is the first, 1 the second.
  static func between(
    _ first: FaceExpression, _ second: FaceExpression, _ share: Double
  ) -> FaceExpression {
    var expression = first
    for part in muscles + [\.teeth, \.tongue] {
      expression[keyPath: part] += share * (second[keyPath: part] - first[keyPath: part])
    }
    return expression
  }

  private static var muscles: [WritableKeyPath<FaceExpression, Double>] {
    [
      \.browInner, \.browOuter, \.knit, \.lids, \.cheeks, \.corners, \.opening, \.stretch, \.sneer,
      \.press, \.gazeX, \.gazeY,
    ]
  }
}

/// The seven classes of FER-2013, in its order.
public enum FaceEmotion: Int, CaseIterable, Sendable {
  /// Their numbers are those of FER-2013's `emotion` column.
  case angry, disgust, fear, happy, sad, surprise, neutral

  /// The class's name as FER-2013's users write it: `Angry`.
  public var name: String { ClassNames.fer2013[rawValue] }
}
