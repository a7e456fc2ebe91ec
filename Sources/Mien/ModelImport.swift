public import Foundation
public import NeuralNetwork
public import TensorCore
internal import Training

/// A network that comes from PyTorch: the weights of a state dictionary in a safetensors file, and what
/// a checkpoint needs besides, from the file's metadata or from whoever imports it.
public struct ModelImport: Sendable {
  /// What is told of the network; each part takes the place of the file's own.
  public struct Description: Sendable {
    /// The layers, one for each module of the `nn.Sequential`.
    public var model: ModelConfiguration?
    /// The classes in the order of the outputs.
    public var classes: [String]?
    /// One example's shape, [H, W, C]; 48x48x1 where neither says.
    public var input: Shape?
    /// What was subtracted from levels / 255 in training; 0 where neither says.
    public var mean: Double?
    /// What they were divided by then; 1 where neither says.
    public var standardDeviation: Double?

    /// Nothing is told.
    public init() {}
  }

  /// The file of weights.
  public let weights: URL
  /// The network.
  public let model: Sequential
  /// Its description.
  public let configuration: ModelConfiguration
  /// What it takes.
  public let input: InputConfiguration
  /// The classes in the order of its outputs.
  public let classes: [String]
  /// What the logits are divided by, nil where nothing was fitted.
  public let temperature: Double?

  /// Reads a file that `mien export --format pytorch` wrote, which needs no description, or any state
  /// dictionary, which needs a model and classes.
  ///
  /// Nothing the file says is believed: its sizes are checked against the file's before memory is taken
  /// for them, and a layer has to find its weights before the next one is made.
  ///
  /// - Throws: `FileError`; `ModelError.badWeights`, which names the first layer that cannot take its
  ///   weights; `RunError.unsuited` where something is missing; `ModelError` and `RunError` for a
  ///   description that makes no sense.
  public init(weights file: URL, described description: Description = .init()) throws {
    let (tensors, metadata) = try SafeTensors.read(file, skipping: StateDictionary.isIgnored)
    let told = try ToldByFile(metadata, file: file.path)
    guard let configuration = description.model ?? told.model,
      let classes = description.classes ?? told.classes
    else {
      throw RunError.unsuited(
        checkpoint: file.path, problem: "it does not say what network and what classes it is for",
        remedy: "describe them with --model and --classes")
    }
    guard classes.count >= 2, Set(classes).count == classes.count, !classes.contains("") else {
      throw RunError.unsuited(
        checkpoint: file.path, problem: "its classes are \(classes.joined(separator: ", "))",
        remedy: "name two or more, each once")
    }
    var input = told.input ?? Self.usualInput(description.input ?? [48, 48, 1])
    if let shape = description.input { input.shape = shape }
    input.normalisation = Normalisation(
      mean: description.mean.map { ChannelValues($0) } ?? input.normalisation.mean,
      standardDeviation: description.standardDeviation.map { ChannelValues($0) }
        ?? input.normalisation.standardDeviation, unit: input.normalisation.unit)
    try Self.check(input, file: file.path)
    do {
      model = try StateDictionary.network(
        configuration.layers(classes: classes.count), input: input.shape, tensors: tensors,
        file: file.path)
      try ModelConfiguration.expectLogits(of: model, input: input.shape, classes: classes.count)
    } catch let error as ModelError
      where error.kind == .usage && description.model == nil && description.input == nil
    {
      throw ToldByFile.bad(ExchangeMetadata.model, error.description, file: file.path)
    }
    weights = file
    (self.configuration, self.input, self.classes) = (configuration, input, classes)
    temperature = told.temperature
  }

  /// What inputs of a shape are unless the file says it: pictures in shares of white, and series and
  /// tables in their own units.
  private static func usualInput(_ shape: Shape) -> InputConfiguration {
    let kind =
      switch shape.rank {
      case 1: Manifest.tableKind
      case 2: Manifest.seriesKind
      default: Manifest.imageKind
      }
    return InputConfiguration(
      kind: kind, shape: shape,
      normalisation: Normalisation(
        mean: ChannelValues(0), standardDeviation: ChannelValues(1),
        unit: kind == Manifest.imageKind ? Normalisation.greyUnit : 1))
  }

  private static func check(_ input: InputConfiguration, file: String) throws {
    let shape = input.shape.dimensions
    guard (1...3).contains(shape.count), shape.allSatisfy({ (1...4096).contains($0) })
    else {
      throw RunError.unsuited(
        checkpoint: file, problem: "its examples are of shape \(input.shape)",
        remedy:
          "give height, width and channels, frames and numbers, or numbers alone, each from 1 to "
          + "4096")
    }
    let constants = input.normalisation
    let channels = shape[shape.count - 1]
    guard constants.mean.values.allSatisfy(\.isFinite),
      constants.standardDeviation.values.allSatisfy({ $0 >= 0 && $0.isFinite }),
      [constants.mean, constants.standardDeviation].allSatisfy({ $0.suit(channels: channels) })
    else {
      throw RunError.unsuited(
        checkpoint: file,
        problem: "mean \(constants.mean), deviation \(constants.standardDeviation)",
        remedy:
          "give the mean and the deviation, of at least 0, of levels / 255 or of other numbers as they are"
      )
    }
    try input.validate()
  }

  /// Writes a checkpoint: `model.safetensors` and `config.json`.
  ///
  /// Throws `FileError.cannotWrite`, and `RunError.unsuited` for the folder of a run, where other
  /// weights would be found first.
  public func write(to folder: URL) throws {
    try Checkpoint.refuseRunFolder(folder)
    var settings: [String: JSONValue] = [
      "schema_version": .int(RunConfiguration().schemaVersion), "model": configuration.json,
      "input": try JSONValue(encoding: input), "classes": .array(classes.map { .string($0) }),
    ]
    if let temperature { settings["temperature"] = .double(temperature) }
    let json = try prettyJSON(JSONValue.object(settings))
    try SafeTensors.write(
      model.namedTensors(), to: RunFolder(folder).releasedWeights)
    try writeAtomically(json, to: folder.appendingPathComponent("config.json"))
  }
}

/// What a file's metadata say of its network; nil where they say nothing.
private struct ToldByFile {
  let model: ModelConfiguration?
  let classes: [String]?
  let input: InputConfiguration?
  let temperature: Double?

  /// Throws `ModelError.badWeights` where a text is not what its key promises.
  init(_ metadata: [String: String], file: String) throws {
    func value<T: Decodable>(_ key: String, as type: T.Type) throws -> T? {
      guard let text = metadata[key] else { return nil }
      do {
        return try JSONDecoder().decode(T.self, from: Data(text.utf8))
      } catch let error as DecodingError {
        throw Self.bad(key, error.inWords, file: file)
      } catch let error as ModelError {
        throw Self.bad(key, error.description, file: file)
      }
    }
    // Other programs' files may use these words for something else.
    guard metadata[ExchangeMetadata.producer]?.hasPrefix("mien ") == true else {
      (model, classes, input, temperature) = (nil, nil, nil, nil)
      return
    }
    model = try value(ExchangeMetadata.model, as: ModelConfiguration.self)
    classes = try value(ExchangeMetadata.classes, as: [String].self)
    input = try value(ExchangeMetadata.input, as: InputConfiguration.self)
    temperature = try value(ExchangeMetadata.temperature, as: Double.self)
    if let temperature, !(temperature > 0 && temperature.isFinite) {
      throw Self.bad(
        ExchangeMetadata.temperature, "\(temperature), expected a number above 0", file: file)
    }
  }

  static func bad(_ key: String, _ problem: String, file: String) -> ModelError {
    .badWeights(
      file: file, problem: "its metadata \"\(key)\": \(problem)",
      remedy: "export it again with mien export --format pytorch")
  }
}
