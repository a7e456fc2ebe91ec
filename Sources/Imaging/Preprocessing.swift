internal import CVision
internal import Kernels
public import TensorCore

/// What is done to a picture's grey levels before they are normalised: noise taken away first, then
/// levels spread. It belongs to a network's input as its shape does, so training, evaluation,
/// prediction and explanation all go through `apply`. The arithmetic is OpenCV's.
public struct Preprocessing: Codable, Hashable, Sendable {
  /// How levels are spread over the range.
  public enum Equalisation: String, Codable, CaseIterable, Sendable {
    /// Not at all.
    case none
    /// Each level becomes the share of the picture that is not brighter.
    case histogram
    /// The same tile by tile, with bounded contrast (CLAHE: Zuiderveld, Graphics Gems IV, 1994, DOI
    /// 10.1016/B978-0-12-336156-1.50061-6).
    case clahe
  }

  /// How noise is taken away.
  public enum Denoising: String, Codable, CaseIterable, Sendable {
    /// Not at all.
    case none
    /// The median of a square window.
    case median
    /// A Gaussian blur.
    case gaussian
    /// A blur over pixels of like level, which keeps edges (Tomasi and Manduchi, ICCV 1998, DOI
    /// 10.1109/ICCV.1998.710815).
    case bilateral
  }

  /// How levels are spread.
  public var equalisation = Equalisation.none
  /// `clahe`: the contrast at most, 1 being none at all.
  public var clipLimit = 2.0
  /// `clahe`: tiles along each side.
  public var tiles = 4
  /// How noise is taken away.
  public var denoising = Denoising.none
  /// `median`, `bilateral`: the window's side in pixels, an odd number.
  public var size = 3
  /// `gaussian`, `bilateral`: the standard deviation in pixels.
  public var sigma = 1.0
  /// `bilateral`: the standard deviation in grey levels.
  public var levelSigma = 25.0

  enum CodingKeys: String, CodingKey {
    case equalisation, tiles, denoising, size, sigma
    case clipLimit = "clip_limit"
    case levelSigma = "level_sigma"
  }

  /// Nothing is done.
  public init() {}

  /// Whether levels stay as they are.
  public var isOff: Bool { equalisation == .none && denoising == .none }

  /// What is done, for people.
  public var words: String {
    let spread: String? =
      switch equalisation {
      case .none: nil
      case .histogram: "histogram equalised"
      case .clahe: "CLAHE (clip limit \(clipLimit), \(tiles)x\(tiles) tiles)"
      }
    let cleaned: String? =
      switch denoising {
      case .none: nil
      case .median: "median of \(size)x\(size)"
      case .gaussian: "Gaussian blur of \(sigma) pixels"
      case .bilateral:
        "bilateral filter of \(size)x\(size) (\(sigma) pixels, \(levelSigma) grey levels)"
      }
    let all = [cleaned, spread].compactMap { $0 }
    return all.isEmpty ? "none" : all.joined(separator: ", ")
  }

  /// Throws `SettingError` for the first setting that is out of its range.
  public func validate() throws(SettingError) {
    func expect(
      _ isGood: Bool, _ key: String, _ found: Any, _ expected: String
    ) throws(SettingError) {
      try SettingError.expect(
        isGood, key: "preprocessing.\(key)", found: found, expected: expected)
    }
    try expect((1...100).contains(clipLimit), "clip_limit", clipLimit, "a number from 1 to 100")
    try expect((1...16).contains(tiles), "tiles", tiles, "a whole number from 1 to 16")
    try expect(
      (3...15).contains(size) && size % 2 == 1, "size", size, "an odd number of pixels from 3 to 15"
    )
    try expect((0.1...16).contains(sigma), "sigma", sigma, "pixels from 0.1 to 16")
    try expect(
      (0.1...255).contains(levelSigma), "level_sigma", levelSigma, "grey levels from 0.1 to 255")
  }

  /// Changes pictures that lie one after another in memory, [N, H, W]; `result` is other memory.
  /// The settings must be valid. The calling thread does all the work.
  public func apply(
    _ pixels: UnsafePointer<UInt8>, to result: UnsafeMutablePointer<UInt8>, width: Int,
    height: Int, count: Int = 1
  ) {
    var settings = mien_preprocessing(
      denoising: Int32(Denoising.allCases.firstIndex(of: denoising) ?? 0), size: Int32(size),
      sigma: sigma, level_sigma: levelSigma,
      equalisation: Int32(Equalisation.allCases.firstIndex(of: equalisation) ?? 0),
      clip_limit: clipLimit, tiles: Int32(tiles))
    let (status, message) = withMessage(MIEN_VISION_MESSAGE_SIZE) {
      mien_vision_preprocess(
        &settings, pixels, result, Int32(width), Int32(height), count, $0)
    }
    precondition(
      status == MIEN_VISION_OK, "\(count) pictures of \(width)x\(height), \(self): \(message)")
  }

  /// Changes grey levels [N, H, W, 1], which are rounded to whole ones and brought into 0...255
  /// before, as they would be in a file.
  public func apply(toLevels levels: Tensor) -> Tensor {
    let shape = levels.shape
    precondition(shape.rank == 4 && shape[3] == 1, "levels \(shape), expected [N, H, W, 1]")
    let (height, width, size) = (shape[1], shape[2], shape[1] * shape[2])
    return Tensor(uninitialized: shape) { out in
      levels.read { levels in
        parallelFor(shape[0]) { picture in
          withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 2 * size) { bytes in
            guard let before = bytes.baseAddress else { return }
            let after = before + size
            let (levels, out) = (levels + picture * size, out + picture * size)
            for i in 0..<size { before[i] = UInt8(min(max(levels[i].rounded(), 0), 255)) }
            apply(before, to: after, width: width, height: height)
            for i in 0..<size { out[i] = Float(after[i]) }
          }
        }
      }
    }
  }
}
