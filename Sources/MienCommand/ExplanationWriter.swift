import Datasets
import Explainers
import Foundation
import Imaging
import Kernels
import Mien
import Reporting
import TensorCore

/// Writes what was found about an input: pictures, weights, maps.
struct ExplanationWriter {
  let out: URL
  /// The classes that pictures are drawn of; empty for the predicted one.
  let drawn: [Int]
  /// Pixels of a picture per unit.
  let scale: Double
  let ensemble: Ensemble
  /// What the networks take.
  let input: InputConfiguration
  let segments: SegmentationChoice
  let precision: InferencePrecision
  let seed: UInt64

  /// Writes an input's explanations, one a method, and with several a picture of all side by side.
  func write(
    _ explanations: [Explanation], by methods: [any Explainer],
    of subject: ExplainSubject.Input, _ values: Tensor
  ) throws -> [ExplanationRecord] {
    let panels =
      explanations.count > 1 ? try writePanels(explanations, of: subject, values) : []
    return try zip(explanations, methods).map {
      try write($0, by: $1, of: subject, values, panels: panels)
    }
  }

  private func classes(of explanation: Explanation) -> [Int] {
    drawn.isEmpty ? [explanation.mostProbable] : drawn
  }

  private func file(_ stem: String, _ classIndex: Int) -> URL {
    let name = ensemble.classes[classIndex].asFileName(keeping: "-_.")
    return out.appendingPathComponent("\(stem)-\(name).png")
  }

  private func write(
    _ explanation: Explanation, by method: any Explainer, of subject: ExplainSubject.Input,
    _ values: Tensor, panels: [URL]
  ) throws -> ExplanationRecord {
    let names = ensemble.classes
    let stem = "\(subject.name)-\(explanation.method)"
    var files = panels
    for index in classes(of: explanation) {
      let figure = input.figure(
        explanation, of: values, classIndex: index, className: names[index],
        at: subject.place)
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
      path: subject.path, index: subject.index, explanation, classes: names,
      top: explanation.mostProbable,
      parts: input.partRanges(of: explanation.segmentation, startingAt: subject.place.start),
      columns: columns(values), heard: subject.place.heard, files: files.map(\.relativePath))
    let settings = ExplanationSettings(
      method, explanation.segmentation, cutBy: segments, of: input,
      checkpoints: ensemble.checkpoints.map { $0.weights.relativePath },
      precision: precision, seed: seed)
    try writeAtomically(record.file(explanation, settings, classNames: names), to: weights)
    return record
  }

  /// The columns of a row of a table; nil of other inputs.
  private func columns(_ values: Tensor) -> [ExplanationRecord.Column]? {
    guard input.explainedKind == .table else { return nil }
    let deviations = input.normalisation.normalise(values.reshaped([1, values.count]))
    return zip(input.columnNames, zip(values.elements, deviations.elements)).map {
      ExplanationRecord.Column(name: $0, value: Double($1.0), deviations: Double($1.1))
    }
  }

  /// The weight of each place's part, [class, y, x], as the input lies in memory.
  private func heatMaps(_ explanation: Explanation) -> Tensor {
    let parts = explanation.segmentation
    return Tensor(
      [explanation.classes.count, parts.height, parts.width],
      explanation.classes.indices.flatMap { index in
        explanation.heatMap(ofClass: index).map { Float($0) }
      })
  }

  private func writePanels(
    _ explanations: [Explanation], of subject: ExplainSubject.Input, _ values: Tensor
  ) throws -> [URL] {
    try classes(of: explanations[0]).map { index in
      let figure = input.comparison(
        of: explanations, of: values, classIndex: index, className: ensemble.classes[index],
        at: subject.place)
      let picture = file("\(subject.name)-all", index)
      try writeAtomically(figure.png(scale: scale), to: picture)
      return picture
    }
  }
}
