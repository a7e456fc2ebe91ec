public import TensorCore

/// LIME for a row of a table (Ribeiro, Singh and Guestrin 2016, DOI 10.1145/2939672.2939778; the form for
/// numbers of their program).
///
/// Rows are drawn with the means and deviations of the training rows, the network judges them, and for each
/// class a linear surrogate of their columns is fitted, the nearest rows counting most. All is in deviations
/// from the training mean: z = (value − mean) / deviation.
///
/// A slope says how much the probability grows a deviation of a column. The weight of a column is its slope
/// times the row's own z: what the column adds because the row is not the mean row. So the weights and the
/// surrogate's answer for the mean row, the intercept, add up to its answer for the row. Derived in
/// `docs/derivations/lime.md`.
public struct TableLIME: Sendable {
  /// About what the rows are drawn.
  public enum Centre: Sendable, Hashable {
    /// The row that is explained: what the network does near it.
    case row
    /// The mean of the training rows, as the paper's program does unless told otherwise.
    case trainingMean
  }

  /// How many rows the network judges, the explained one included; more than columns.
  public var samples = 3000
  /// Whether random rows come in pairs that mirror each other about the centre.
  public var isAntithetic = true
  /// The ridge penalty on the slopes, at least 0.
  public var penalty = 1.0
  /// The width of the kernel exp(−d² / width²) of the distance in deviations; nil for the usual one,
  /// which is 0.75 √columns in the units of the paper's program (see `LocalityKernel`).
  public var kernelWidth: Double?
  /// About what the rows are drawn.
  public var centre = Centre.row
  /// How many rows the network is asked about at once. Never changes which rows these are.
  public var batchSize = 512

  /// The usual settings.
  public init() {}

  /// The settings of LIME that mean something to tables: samples, pairs, penalty and the kernel's width.
  public init(_ lime: LIME) {
    (samples, isAntithetic) = (lime.samples, lime.isAntithetic)
    (penalty, kernelWidth) = (lime.penalty, lime.kernelWidth)
  }

  /// The choices that mean something to it.
  public static let settings: Set<ExplainerSetting> = [.samples, .masks, .penalty, .kernelWidth]

  /// The width of the kernel for so many columns.
  public func width(columns: Int) -> Double {
    kernelWidth ?? MaskDistance.euclidean.usualWidth(parts: columns)
  }

  /// Explains the network's answer for every class. The explanation's parts are the columns.
  ///
  /// - Parameters:
  ///   - row: z of each column.
  ///   - names: the columns'.
  ///   - isFixed: which columns never varied in training; they are not varied here.
  ///   - network: asked about rows of z, [n, columns].
  ///   - random: decides the rows that are drawn.
  ///   - progress: told what share of the work is done; what it throws ends the work.
  ///
  /// Throws `ExplanationError`, and what the network and `progress` throw.
  public func explain(
    _ row: [Float], names: [String], isFixed: [Bool], of network: any ExplainedNetwork,
    random: RandomStream, progress: (_ share: Double) throws -> Void = { _ in }
  ) throws -> Explanation {
    precondition(
      row.count == names.count && row.count == isFixed.count,
      "\(row.count) columns with \(names.count) names, of \(isFixed.count) known whether they vary")
    try check(columns: row.count)
    let rows = drawn(about: row, isFixed, random: random)
    var targets: [[Double]] = []
    try Questions(network: network, batchSize: batchSize).ask(
      0..<samples, pictures: { rows.tensor($0) },
      progress: { try progress(Double($0) / Double(samples)) },
      take: { _, answers, classCount in
        if targets.isEmpty { targets = [[Double]](repeating: [], count: classCount) }
        for (index, answer) in answers.enumerated() {
          targets[index % classCount].append(Double(answer))
        }
      })
    return Explanation(
      method: LIME.name,
      segmentation: Segmentation(
        width: row.count, height: 1, labels: Array(row.indices), names: names),
      samples: samples, probabilities: targets.map { $0[0] },
      classes: try fit(rows, targets, pairs: isAntithetic))
  }

  /// A surrogate for each class, fitted to answers about rows of which the first is explained.
  func fit(
    _ rows: TableRows, _ targets: [[Double]], pairs: Bool
  ) throws(ExplanationError) -> [ClassExplanation] {
    let z = rows.row(0)
    let ridge = try ridge(rows)
    var classes = targets.map(ridge.solve)
    let residuals = zip(classes, targets).map { model, targets in
      ridge.residuals(of: targets, model.weights, model.fit?.intercept ?? 0)
    }
    let errors = ridge.standardErrors(residuals: residuals, pairs: pairs)
    let stabilities = stabilities(rows, targets, pairs: pairs)
    for index in classes.indices {
      let slopes = classes[index].weights
      classes[index].slopes = slopes
      classes[index].weights = zip(slopes, z).map { $0 * $1 }
      if var fit = classes[index].fit {
        fit.localPrediction = classes[index].weights.reduce(fit.intercept, +)
        fit.measureLocalError(from: targets[index][0])
        classes[index].fit = fit
      }
      classes[index].sampling = SamplingErrors(
        standardErrors: zip(errors[index], z).map { $1 == 0 ? 0 : $0 * abs($1) },
        splitHalfStability: stabilities[index])
    }
    return classes
  }

  /// The weights of all rows in the fit: exp(−|z_n − z_0|² / width²).
  func sampleWeights(_ rows: TableRows) -> [Double] {
    let width = width(columns: rows.parts)
    return (0..<rows.samples).map { LocalityKernel.weight(distance: rows.distance(of: $0), width) }
  }

  private func ridge(_ rows: TableRows) throws(ExplanationError) -> WeightedRidge<TableRows> {
    let weights = sampleWeights(rows)
    guard weights.dropFirst().reduce(0, +) > 1e-6 else {
      throw .badSetting(
        name: "kernel width", found: "\(width(columns: rows.parts))",
        expected: "a width at which rows that were drawn count", remedy: usualWidth(rows.parts))
    }
    return try WeightedRidge(rows, sampleWeights: weights, penalty: penalty)
  }

  /// The row itself, then random ones; a row depends on the stream and its number alone.
  private func drawn(about row: [Float], _ isFixed: [Bool], random: RandomStream) -> TableRows {
    var values = row
    values.reserveCapacity(samples * row.count)
    for sample in 1..<samples {
      let isMirrored = isAntithetic && sample.isMultiple(of: 2)
      var stream = random.substream(isMirrored ? sample - 1 : sample)
      for (value, isFixed) in zip(row, isFixed) {
        let step = stream.normal()
        let middle = centre == .row ? value : 0
        values.append(isFixed ? value : middle + (isMirrored ? -step : step))
      }
    }
    return TableRows(
      parts: row.count, values: values, varied: row.indices.filter { !isFixed[$0] })
  }

  /// For each class how alike two halves of the rows, whole pairs in turns, rank the weights.
  private func stabilities(
    _ rows: TableRows, _ targets: [[Double]], pairs: Bool
  ) -> [Double?] {
    let halves = (0...1).map { half in
      [0] + (1..<rows.samples).filter { (pairs ? ($0 - 1) / 2 : $0 - 1) % 2 == half }
    }
    let chosen = halves.map { rows.selecting($0) }
    guard let one = try? ridge(chosen[0]), let other = try? ridge(chosen[1]) else {
      return targets.map { _ in nil }
    }
    let z = rows.row(0)
    return targets.map { target in
      let weights = zip([one, other], halves).map { ridge, half in
        zip(ridge.solve(half.map { target[$0] }).weights, z).map { $0 * $1 }
      }
      return RankAgreement.spearman(weights[0], weights[1])
    }
  }

  private func check(columns: Int) throws(ExplanationError) {
    try SettingChecks.expect(
      "columns", columns >= 1, columns, "at least 1", "explain a row that has columns")
    try SettingChecks.expect(
      samples: samples, atLeast: columns + 2,
      "with no more rows than unknowns any answers fit; ask for more samples")
    try SettingChecks.expect(
      "penalty", penalty >= 0 && penalty.isFinite, penalty, "0 or more", "1 is usual")
    let width = width(columns: columns)
    try SettingChecks.expect(
      "kernel width", width > 0 && width.isFinite, width, "more than 0", usualWidth(columns))
    try SettingChecks.expect(batchSize: batchSize)
  }

  private func usualWidth(_ columns: Int) -> String {
    let usual = MaskDistance.euclidean.usualWidth(parts: columns)
    return "\((100 * usual).rounded() / 100) is usual for \(columns) columns"
  }
}

/// Rows of a table in deviations from the mean; the first is the one that is explained.
struct TableRows: SurrogateDesign {
  /// The number of columns.
  let parts: Int
  /// Row after row.
  let values: [Float]
  /// The columns that vary; the others get no slope.
  let varied: [Int]
  var samples: Int { values.count / parts }

  init(parts: Int, values: [Float], varied: [Int]? = nil) {
    (self.parts, self.values) = (parts, values)
    self.varied = varied ?? Array(0..<parts)
  }

  @inline(__always)
  func forEachEntry(in sample: Int, _ body: (_ part: Int, _ value: Double) -> Void) {
    for part in varied { body(part, Double(values[sample * parts + part])) }
  }

  func row(_ sample: Int) -> [Double] {
    values[sample * parts..<(sample + 1) * parts].map { Double($0) }
  }

  /// The Euclidean distance of a row from the first.
  func distance(of sample: Int) -> Double {
    zip(row(sample), row(0)).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
  }

  func selecting(_ chosen: [Int]) -> TableRows {
    TableRows(
      parts: parts, values: chosen.flatMap { values[$0 * parts..<($0 + 1) * parts] },
      varied: varied)
  }

  /// A range of rows, [n, columns].
  func tensor(_ range: Range<Int>) -> Tensor {
    Tensor(
      [range.count, parts], Array(values[range.lowerBound * parts..<range.upperBound * parts]))
  }
}
