internal import Foundation

/// What is known after an epoch: one row of `results.csv`, and as JSON the same under the same names.
public struct EpochRecord: Hashable, Encodable, Sendable {
  /// 1-based.
  public var epoch: Int
  /// That of the epoch's last step.
  public var learningRate: Double
  /// The mean loss over the training examples as they were seen, augmented.
  public var trainLoss: Double
  /// The share of them that was right when it was seen.
  public var trainAccuracy: Double
  /// The mean cross-entropy on the examples that choose `best`.
  public var selectLoss: Double
  /// The share of them that is right.
  public var selectAccuracy: Double
  /// Their macro-averaged F1.
  public var selectMacroF1: Double
  /// Wall-clock seconds of the epoch, the evaluation included.
  public var seconds: Double
  /// Training examples a second, the evaluation excluded.
  public var imagesPerSecond: Double
  /// The mean recall of the classes on the examples that choose `best`; nil in runs that began
  /// before it was kept.
  public var selectBalancedAccuracy: Double?

  // Readers go by name; what is new comes last.
  static let columns = [
    "epoch", "learning_rate", "train_loss", "train_accuracy", "select_loss", "select_accuracy",
    "select_macro_f1", "seconds", "images_per_second", "select_balanced_accuracy",
  ]
  /// The columns that every run has.
  private static let firstColumns = columns.dropLast()

  enum CodingKeys: String, CodingKey {
    case epoch, seconds
    case learningRate = "learning_rate"
    case trainLoss = "train_loss"
    case trainAccuracy = "train_accuracy"
    case selectLoss = "select_loss"
    case selectAccuracy = "select_accuracy"
    case selectMacroF1 = "select_macro_f1"
    case imagesPerSecond = "images_per_second"
    case selectBalancedAccuracy = "select_balanced_accuracy"
  }

  var row: String {
    let numbers = [
      learningRate, trainLoss, trainAccuracy, selectLoss, selectAccuracy, selectMacroF1,
    ]
    return
      ([String(epoch)] + numbers.map { "\($0)" }
      + [
        String(format: "%.2f", seconds), String(format: "%.1f", imagesPerSecond),
        selectBalancedAccuracy.map { "\($0)" } ?? "",
      ])
      .joined(separator: ",")
  }

  /// The text of `results.csv`.
  static func csv(_ records: [EpochRecord]) -> String {
    ([columns.joined(separator: ",")] + records.map(\.row)).map { $0 + "\n" }.joined()
  }

  /// Reads what `csv` wrote. Throws `TrainingError.badState`.
  static func parse(csv text: String, file: String) throws -> [EpochRecord] {
    let lines = text.split(separator: "\n").map(String.init)
    let header = lines.first.map { $0.split(separator: ",").map(String.init) } ?? []
    guard header == columns || header == Array(firstColumns) else {
      throw TrainingError.badState(
        file: file, problem: "its first line is not the list of columns that mien writes",
        remedy: "restore the file, or start a new run")
    }
    return try lines.dropFirst().enumerated().map { index, line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      let numbers = fields.prefix(firstColumns.count).dropFirst().compactMap(Double.init)
      let last = fields.dropFirst(firstColumns.count).first ?? ""
      guard fields.count == header.count, let epoch = fields.first.flatMap({ Int($0) }),
        numbers.count == firstColumns.count - 1, last.isEmpty || Double(last) != nil
      else {
        throw TrainingError.badState(
          file: file,
          problem: "line \(index + 2) is \"\(line)\", expected \(header.count) numbers",
          remedy: "restore the file, or start a new run")
      }
      return EpochRecord(
        epoch: epoch, learningRate: numbers[0], trainLoss: numbers[1], trainAccuracy: numbers[2],
        selectLoss: numbers[3], selectAccuracy: numbers[4], selectMacroF1: numbers[5],
        seconds: numbers[6], imagesPerSecond: numbers[7], selectBalancedAccuracy: Double(last))
    }
  }
}
