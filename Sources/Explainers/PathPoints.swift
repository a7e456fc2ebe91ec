/// Points t in (0, 1) of the way from a baseline to a picture and how much each counts, 1 together.
struct PathPoints {
  /// Ascending.
  let points: [Double]
  let weights: [Double]

  /// One Gauss-Legendre rule for the whole way.
  init(even count: Int) {
    let rule = GaussLegendre(count)
    (points, weights) = (rule.points, rule.weights)
  }

  /// More points where the answers change more.
  ///
  /// On the way from a blurred face to the face the network often changes its mind all at once, and
  /// an even rule spends most points where nothing happens. To ask for an answer costs a tenth of asking
  /// for its gradients, so the answers are looked at first. The way is cut into intervals in each of
  /// which they change about as much (by the largest change of any class's probability; a share of
  /// the points is spread evenly, for what the answers at a few places do not show), and each interval
  /// has a Gauss-Legendre rule of four points.
  ///
  /// - Parameters:
  ///   - count: how many points.
  ///   - answers: what the network says at equal steps from 0 to 1, a row of K each, at least two rows.
  ///   - evenShare: the share of the points that is spread evenly, in 0...1 without 0.
  init(_ count: Int, following answers: [[Double]], evenShare: Double = 0.25) {
    precondition(answers.count >= 2, "the way is known at \(answers.count) places")
    let changes = zip(answers, answers.dropFirst()).map { before, after in
      zip(before, after).reduce(0) { max($0, abs($1.1 - $1.0)) }
    }
    let (total, cells) = (changes.reduce(0, +), Double(changes.count))
    // Where no answer changes, no place is better than another.
    let density = changes.map { change in
      total > 0 ? evenShare / cells + (1 - evenShare) * change / total : 1 / cells
    }
    let intervals = max(1, count / 4)
    let ends = Self.quantiles(of: density, intervals)
    var (points, weights) = ([Double](), [Double]())
    for index in 0..<intervals {
      // What does not divide evenly goes to the first intervals.
      let rule = GaussLegendre(count / intervals + (index < count % intervals ? 1 : 0))
      let width = ends[index + 1] - ends[index]
      points += rule.points.map { ends[index] + width * $0 }
      weights += rule.weights.map { width * $0 }
    }
    (self.points, self.weights) = (points, weights)
  }

  /// Where the sum of a density over equal cells of [0, 1], which is positive and 1 in all, reaches
  /// 0, 1/n, … 1.
  private static func quantiles(of density: [Double], _ n: Int) -> [Double] {
    var (cell, before) = (0, 0.0)
    var ends = [0.0]
    for index in 1..<max(1, n) {
      let mass = Double(index) / Double(n)
      while cell < density.count - 1, before + density[cell] < mass {
        before += density[cell]
        cell += 1
      }
      let share = min(1, (mass - before) / density[cell])
      ends.append((Double(cell) + share) / Double(density.count))
    }
    return ends + [1]
  }
}
