import Datasets
import Explainers
import Foundation
import Imaging
import Kernels
import Mien
import Reporting
import TensorCore

/// Writes what was found about a face: pictures, weights, maps.
struct ExplanationWriter {
  let out: URL
  /// The classes that pictures are drawn of; empty for the predicted one.
  let drawn: [Int]
  /// Pixels of a picture per unit.
  let scale: Double
  let predictor: Predictor
  let segments: SegmentationChoice
  let precision: InferencePrecision
  let seed: UInt64

  /// Writes a face's explanations, one a method, and with several a picture of all side by side.
  func write(
    _ explanations: [Explanation], by methods: [any Explainer], of face: ExplainSubject.Face,
    _ image: GrayImage
  ) throws -> [ExplanationRecord] {
    let panels = try explanations.count > 1 ? writePanels(explanations, of: face, image) : []
    return try zip(explanations, methods).map {
      try write($0, by: $1, of: face, image, panels: panels)
    }
  }

  private func classes(of explanation: Explanation) -> [Int] {
    drawn.isEmpty ? [explanation.mostProbable] : drawn
  }

  private func file(_ stem: String, _ classIndex: Int) -> URL {
    let name = predictor.classes[classIndex].asFileName(keeping: "-_.")
    return out.appendingPathComponent("\(stem)-\(name).png")
  }

  private func write(
    _ explanation: Explanation, by method: any Explainer, of face: ExplainSubject.Face,
    _ image: GrayImage, panels: [URL]
  ) throws -> ExplanationRecord {
    let names = predictor.classes
    let stem = "\(face.name)-\(explanation.method)"
    var files = panels
    for index in classes(of: explanation) {
      let figure = ExplanationFigure(
        image: image, explanation: explanation, classIndex: index, className: names[index])
      let picture = file(stem, index)
      try writeAtomically(figure.png(scale: scale), to: picture)
      files.append(picture)
    }
    let (weights, maps) = (
      out.appendingPathComponent("\(stem).json"), out.appendingPathComponent("\(stem).npy")
    )
    try heatMaps(explanation).writeNPY(to: maps)
    files += [weights, maps]
    let record = ExplanationRecord(
      path: face.path, index: face.index, explanation, classes: names,
      top: explanation.mostProbable, files: files.map(\.relativePath))
    let settings = ExplanationSettings(
      method, explanation.segmentation, cutBy: segments,
      checkpoints: predictor.checkpoints.map { $0.weights.relativePath },
      precision: precision, seed: seed)
    try writeAtomically(record.file(explanation, settings, classNames: names), to: weights)
    return record
  }

  /// The weight of each pixel's part, [class, y, x].
  private func heatMaps(_ explanation: Explanation) -> Tensor {
    let parts = explanation.segmentation
    return Tensor(
      [explanation.classes.count, parts.height, parts.width],
      explanation.classes.indices.flatMap { index in
        explanation.heatMap(ofClass: index).map { Float($0) }
      })
  }

  private func writePanels(
    _ explanations: [Explanation], of face: ExplainSubject.Face, _ image: GrayImage
  ) throws -> [URL] {
    try classes(of: explanations[0]).map { index in
      let name = predictor.classes[index]
      let tiles = explanations.map { explanation in
        let explained = explanation.classes[index]
        return HeatMapTiles.Tile(
          title: explanation.method, image: image, explanation: explanation, classIndex: index,
          notes: [
            explanation.samplesInWords,
            explained.isBlank ? nil : explained.fit?.r2InWords,
          ].compactMap { $0 },
          doubts: explained.doubts.isEmpty
            ? [] : ["\(counted(explained.doubts.count, "doubt")): see its own picture"])
      }
      let figure = HeatMapTiles(
        title: "\(name): " + percent(explanations[0].probabilities[index]),
        lead: "Orange speaks for \(name), blue against it; what speaks most for it is outlined. "
          + "Colours are scaled for each method.",
        tiles: [.init(title: "what the network sees", image: image)] + tiles)
      let picture = file("\(face.name)-all", index)
      try writeAtomically(figure.png(scale: scale), to: picture)
      return picture
    }
  }
}
