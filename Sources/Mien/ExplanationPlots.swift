public import Explainers
internal import Imaging
public import Reporting
public import TensorCore

/// Explanations as small drawings, to stand among others.
extension InputConfiguration {
  /// An explanation of one class: of a sound its map with axes, of a row of a table the columns that weigh most. Nil
  /// of pictures, which need no axes.
  func plot(
    _ explanation: Explanation, of values: Tensor, classIndex: Int,
    at place: SoundPlace = SoundPlace()
  ) -> (any SmallPlot)? {
    switch explainedKind {
    case .picture: return nil
    case .table: return ExplanationBars(explanation, classIndex: classIndex)
    case .spectrogram, .series:
      let (image, shown) = shown(values, explanation)
      return SoundMapPlot(
        image: image, explanation: shown, classIndex: classIndex, axes: axes(at: place))
    }
  }

  /// One input explained by several methods, side by side: what the network is given, and what each says of a class.
  ///
  /// - Parameter place: where a sound lies in its recording.
  public func comparison(
    of explanations: [Explanation], of values: Tensor, classIndex: Int, className: String,
    at place: SoundPlace = SoundPlace()
  ) -> ExplanationTiles {
    precondition(!explanations.isEmpty, "nothing to compare")
    let tiles = explanations.map { explanation in
      let explained = explanation.classes[classIndex]
      let count = explained.doubts.count
      return ExplanationTiles.Tile(
        title: explanation.method,
        picture: tilePicture(explanation, of: values, classIndex: classIndex, at: place),
        notes: [
          explanation.samplesInWords,
          explained.isBlank ? nil : explained.fit?.r2InWords,
        ].compactMap { $0 },
        doubts: count == 0 ? [] : ["\(counted(count, "doubt")): see its own picture"])
    }
    let (seen, how) = givenInWords
    return ExplanationTiles(
      title: "\(className): " + percent(explanations[0].probabilities[classIndex]),
      lead: "Orange speaks for \(className), blue against it\(how).",
      tiles: [
        .init(
          title: seen, picture: given(values, at: place),
          notes: place.isPadded ? [SoundAxes.addedInWords] : [])
      ] + tiles)
  }

  /// What an input is for its network, and what more there is to be said of maps of it.
  private var givenInWords: (seen: String, how: String) {
    let map = "; what speaks most for it is outlined. Colours are scaled for each method"
    switch explainedKind {
    case .picture: return ("what the network sees", map)
    case .spectrogram, .series: return ("what the network hears", map)
    case .table:
      return ("the row", ": the \(ExplanationBars.count) columns that weigh most by each method")
    }
  }

  private func tilePicture(
    _ explanation: Explanation, of values: Tensor, classIndex: Int, at place: SoundPlace
  ) -> ExplanationTiles.Picture {
    if let plot = plot(explanation, of: values, classIndex: classIndex, at: place) {
      return .plot(plot)
    }
    let (image, shown) = shown(values, explanation)
    return .map(image, shown, classIndex: classIndex)
  }

  /// An input alone.
  private func given(_ values: Tensor, at place: SoundPlace) -> ExplanationTiles.Picture {
    switch ExamplePictures(self).picture(of: values.elements) {
    case .grid(var grid):
      grid.axes = axes(at: place)
      return .plot(grid)
    case .bars(let bars): return .plot(bars)
    case .image, nil: return .image(picture(of: values))
    }
  }
}
