public import Datasets
public import Imaging
public import TensorCore

/// What a network takes, with all that is needed to make it from a file.
public struct InputConfiguration: Codable, Hashable, Sendable {
  /// `image`, `spectrogram`, `series` or `table`.
  public var kind: String
  /// One example's shape, such as [48, 48, 1].
  public var shape: Shape
  /// The training rows' mean and deviation, by which every input is normalised.
  public var normalisation: Normalisation
  /// What is done to grey levels before; nil for nothing.
  public var preprocessing: Preprocessing?
  /// How a sound becomes an input; nil where inputs are not made of sounds.
  public var sound: SoundInput?
  /// The names of a table's columns; nil of anything else.
  public var columns: [String]?

  /// What a network takes that was trained on such inputs.
  public init(
    kind: String, shape: Shape, normalisation: Normalisation, preprocessing: Preprocessing? = nil,
    sound: SoundInput? = nil, columns: [String]? = nil
  ) {
    self.kind = kind
    self.shape = shape
    self.normalisation = normalisation
    self.preprocessing = preprocessing
    (self.sound, self.columns) = (sound, columns)
  }

  /// What a network takes that is trained on prepared data, as they are.
  init(of manifest: Manifest) {
    self.init(
      kind: manifest.kind, shape: manifest.shape, normalisation: manifest.normalisation,
      sound: manifest.preparation.sound?.input, columns: manifest.columns)
  }

  /// What the numbers of an input are before they are normalised, for people who make them elsewhere.
  var valuesInWords: String {
    switch kind {
    case Manifest.imageKind: "grey levels from 0 (black) to 255 (white)"
    case Manifest.spectrogramKind:
      "decibels below the loudest place (0 to -80), the lowest band first, as mien prepare stores them"
    case Manifest.seriesKind: "the numbers of each frame, as mien prepare stores them"
    default: "the columns in their order, in their own units"
    }
  }

  /// Throws where `preprocessing` cannot be done: `SettingError` for a setting out of its range,
  /// `RunError.badConfiguration` for examples that are no grey pictures.
  func validate() throws {
    guard let preprocessing else { return }
    try preprocessing.validate()
    guard kind == Manifest.imageKind, shape.rank == 3, shape[2] == 1 else {
      throw RunError.badConfiguration(
        origin: "preprocessing",
        problem:
          "\(preprocessing.words) is for grey pictures, the data are \(kind) of shape \(shape); set "
          + "both preprocessing.equalisation and preprocessing.denoising to none")
    }
  }

  /// Stored numbers as the network takes them: grey levels 0...255 of faces, [N, H, W, C], decibels or
  /// figures of sounds, [N, …].
  public func inputs(ofLevels levels: Tensor) -> Tensor {
    normalisation.normalise(preprocessing?.apply(toLevels: levels) ?? levels)
  }
}
