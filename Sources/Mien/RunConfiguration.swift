public import Datasets
public import Foundation
public import Imaging
public import NeuralNetwork
public import TensorCore
public import Training

/// All that decides a run, as it stands in `config.json`; a recipe file is the same with only the
/// keys that differ from the defaults.
public struct RunConfiguration: Codable, Hashable, Sendable {
  /// The version of this format.
  public var schemaVersion = 1
  /// Decides everything random.
  public var seed: UInt64 = 1
  /// How often every training example is seen.
  public var epochs = 12
  /// Examples a step.
  public var batchSize = 128
  /// What is learnt from.
  public var data = DataConfiguration()
  /// The network that was chosen; nil where the data are to decide, which they do when a run starts.
  private var chosenModel: ModelConfiguration?
  /// How weights move.
  public var optimiser = OptimiserConfiguration()
  /// How the learning rate goes.
  public var schedule = ScheduleConfiguration()
  /// Whether weights are averaged.
  public var averaging = AveragingConfiguration()
  /// Whether the run may end early.
  public var earlyStopping = EarlyStoppingConfiguration()
  /// What makes an epoch the best one.
  public var selectBy = SelectionMetric.accuracy
  /// How training examples are changed.
  public var augmentation = Augmentation(flip: 0.5, shift: 2)
  /// What is done to grey levels before they are normalised, here and wherever the network is used.
  public var preprocessing = Preprocessing()
  /// What is minimised.
  public var loss = LossConfiguration()
  /// The weights to begin from, wherever their paths and shapes agree with the network's; nil is
  /// random ones.
  public var initial: CheckpointReference?
  /// Other networks to learn from.
  public var distillation = DistillationConfiguration()
  /// Whether a temperature is fitted on the rows that choose `best` when all epochs are done.
  public var calibrate = false
  /// Whether the run folder has a file of events for TensorBoard.
  public var tensorBoard = true
  /// What the logits of `best` are divided by before they become probabilities; filled in by
  /// calibration.
  public var temperature: Double?
  /// The rows that the temperature was fitted on, in words; filled in likewise.
  public var temperatureRows: String?
  /// What an input is; filled in from the data when a run starts.
  public var input: InputConfiguration?
  /// The classes in the order of the network's outputs; filled in likewise.
  public var classes: [String]?

  enum CodingKeys: String, CodingKey {
    case seed, epochs, data, optimiser, schedule, averaging, augmentation, loss, input
    case classes, preprocessing, distillation, calibrate, temperature
    case chosenModel = "model"
    case temperatureRows = "temperature_rows"
    case initial = "init"
    case tensorBoard = "tensorboard"
    case earlyStopping = "early_stopping"
    case selectBy = "select_by"
    case schemaVersion = "schema_version"
    case batchSize = "batch_size"
  }

  /// The defaults.
  public init() {}
}

extension RunConfiguration {
  /// The network; `vgg10` where none was chosen and no data have decided.
  public var model: ModelConfiguration {
    get { chosenModel ?? Self.modelOfPictures }
    set { chosenModel = newValue }
  }

  private static let modelOfPictures = ModelConfiguration.named(VGG10.name)

  /// Where no network was chosen, takes the usual one of such examples (`ModelZoo.usual`).
  mutating func completeModel(for input: Shape) {
    if chosenModel == nil { model = .named(ModelZoo.usual(for: input).name) }
  }

  /// Settings of a model that is not named are those of the one for pictures, as everywhere.
  fileprivate mutating func nameModel(for overlay: JSONValue) {
    guard chosenModel == nil, overlay[["model"]] != nil else { return }
    chosenModel = Self.modelOfPictures
  }
}

/// Which rows are learnt from and chosen on.
public struct DataConfiguration: Codable, Hashable, Sendable {
  /// The folder that `mien prepare` made.
  public var path: String?
  /// SHA-256 of its manifest: a run is resumed on the data it began with, or not at all.
  public var fingerprint: String?
  /// The split to learn from; by default `Training` or `train`, or the only one.
  public var trainOn: String?
  /// The split that chooses `best`; by default `PublicTest`, or a seeded tenth of the training
  /// rows, which is then kept out of training. With folds by default always that tenth, of the
  /// folds that are learnt from.
  public var selectOn: String?
  /// At most so many training rows, drawn by the seed with every class in proportion.
  public var limit: Int?
  /// Into how many folds the training rows are dealt, each of them examined once by a network that
  /// learnt from the others; nil is no cross-validation.
  public var folds: Int?
  /// The fold that a run keeps for its examination, from 1 to `folds`; nil in the settings of a
  /// whole cross-validation.
  public var fold: Int?
  /// Deals rows to folds, to the tenth that chooses and to `limit`; nil is the run's own seed. With one for
  /// several runs they learn from the same rows, each with its own beginning.
  public var seed: UInt64?
  /// Whether rows of one group (a speaker, an artist) are kept on one side where rows are dealt to folds or
  /// drawn to choose on.
  public var groups = GroupRule.apart
  /// Which of the rows an epoch shows.
  public var sampling = Sampling.shuffled

  enum CodingKeys: String, CodingKey {
    case path, fingerprint, limit, folds, fold, seed, groups, sampling
    case trainOn = "train_on"
    case selectOn = "select_on"
  }
}

/// What becomes of rows of one group where rows are dealt out.
public enum GroupRule: String, Choice {
  /// They stay on one side.
  case apart
  /// They may stand on both, which makes figures too good.
  case mixed
}

/// What is minimised: cross-entropy.
public struct LossConfiguration: Codable, Hashable, Sendable {
  /// The share of the truth that is spread over all classes.
  public var labelSmoothing: Float = 0
  /// How much each class counts.
  public var classWeights = ClassWeights.none

  enum CodingKeys: String, CodingKey {
    case labelSmoothing = "label_smoothing"
    case classWeights = "class_weights"
  }
}

// Reading and laying over.
extension RunConfiguration {
  /// The configuration that `overlays` make of the defaults, each laid over the ones before. A
  /// key that does not exist is refused, for a typing error must not pass.
  ///
  /// - Parameter overlays: JSON with where it came from, for messages.
  public init(overlays: [(origin: String, json: JSONValue)]) throws {
    self.init()
    var changes: Set<String> = []
    for overlay in overlays {
      nameModel(for: overlay.json)
      if case .object(let kinds)? = overlay.json[["augmentation"]] { changes.formUnion(kinds.keys) }
      var json = try JSONValue(encoding: self)
      // Another model must not inherit this one's settings.
      if overlay.json[["model", "name"]] != nil || overlay.json[["model", "layers"]] != nil {
        json.set(["model"], to: .object([:]))
      }
      do {
        self = try json.overlaid(with: overlay.json).decoded(as: RunConfiguration.self)
      } catch let error as DecodingError {
        throw RunError.badConfiguration(origin: overlay.origin, problem: error.inWords)
      }
      var complete = self
      complete.model = model  // A key as well where nothing was chosen.
      let known = try JSONValue(encoding: complete)
      if let path = overlay.json.firstPath(notIn: known) {
        throw RunError.badConfiguration(
          origin: overlay.origin,
          problem: "unknown key \(path.joined(separator: ".")), "
            + "the keys beside it are \(known.keys(at: Array(path.dropLast())))")
      }
    }
    augmentation.note(named: changes)
  }

  /// Reads `config.json` or a recipe file.
  public init(contentsOf file: URL) throws {
    try self.init(overlays: [(file.path, Self.json(contentsOf: file))])
  }

  /// Reads a JSON file. Throws `FileError` and `RunError.badConfiguration`.
  public static func json(contentsOf file: URL) throws -> JSONValue {
    let data = try readFile(file, expected: "a configuration in JSON")
    do {
      return try JSONDecoder().decode(JSONValue.self, from: data)
    } catch let error as DecodingError {
      // The decoder does not say where.
      do {
        _ = try JSONSerialization.jsonObject(with: data)
      } catch let problem as NSError {
        let place = problem.userInfo["NSDebugDescription"].map { ": \($0)" } ?? ""
        throw RunError.damagedConfiguration(
          file: file.path,
          problem: "no valid JSON" + (place.hasSuffix(".") ? String(place.dropLast()) : place))
      }
      throw RunError.badConfiguration(origin: file.path, problem: error.inWords)
    }
  }

  /// The bytes of `config.json`: keys sorted, so that equal configurations are equal files.
  public func encoded() throws -> Data { try prettyJSON(self) }

  /// The settings that the trainer needs. Throws `SettingError` where one of the run's is out of its
  /// range.
  public func training() throws -> TrainingConfiguration {
    try augmentation.validate()
    try preprocessing.validate()
    return try TrainingConfiguration(
      epochs: epochs, batchSize: batchSize, seed: seed, labelSmoothing: loss.labelSmoothing,
      optimiser: optimiser, schedule: schedule, averaging: averaging,
      earlyStopping: earlyStopping, selectBy: selectBy, sampling: data.sampling)
  }
}

extension JSONValue {
  /// The JSON of a value.
  init(encoding value: some Encodable) throws {
    self = try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode(value))
  }

  func decoded<T: Decodable>(as type: T.Type) throws -> T {
    try JSONDecoder().decode(type, from: JSONEncoder().encode(self))
  }

  /// The first path, in order, to a value that `other` has nothing for.
  fileprivate func firstPath(notIn other: JSONValue) -> [String]? {
    guard case .object(let members) = self else { return nil }
    for (key, value) in members.sorted(by: { $0.key < $1.key }) where value != .null {
      guard let counterpart = other[[key]] else { return [key] }
      if let path = value.firstPath(notIn: counterpart) { return [key] + path }
    }
    return nil
  }

  fileprivate func keys(at path: [String]) -> String {
    guard case .object(let members)? = self[path] else { return "none" }
    return members.keys.sorted().joined(separator: ", ")
  }
}

extension DecodingError {
  private static func words(_ type: Any.Type) -> String {
    switch type {
    case is Bool.Type: "true or false"
    case is any BinaryInteger.Type: "a whole number"
    case is any BinaryFloatingPoint.Type: "a number"
    case is String.Type: "a text"
    default: "an object or a list"
    }
  }

  /// What is wrong and where, without Foundation's type names.
  var inWords: String {
    func place(_ context: Context) -> String {
      context.codingPath.isEmpty
        ? "" : context.codingPath.map(\.stringValue).joined(separator: ".") + ": "
    }
    switch self {
    case .typeMismatch(let type, let context):
      return "\(place(context))expected \(Self.words(type))"
    case .valueNotFound(let type, let context):
      return "\(place(context))is null, expected \(Self.words(type))"
    case .keyNotFound(let key, let context):
      return "\(place(context))key \"\(key.stringValue)\" is missing"
    case .dataCorrupted(let context): return "\(place(context))\(context.debugDescription)"
    @unknown default: return "\(self)"
    }
  }
}
