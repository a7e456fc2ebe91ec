internal import Datasets
internal import Explainers
internal import Foundation
internal import Imaging
internal import NeuralNetwork
internal import Reporting
public import TensorCore

extension Checkpoint {
  /// LIME over superpixels for a report, for networks of grey pictures: what spoke for each answer
  /// and against it. See `LIME`.
  ///
  /// - Parameters:
  ///   - samples: pictures that the network judges to explain one.
  ///   - random: decides which parts are hidden.
  ///   - progress: called with the faces explained and those to explain.
  public func sampleExplainer(
    samples: Int = 500, random: RandomStream,
    progress: @escaping (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
  ) -> ReportSource.Explainer {
    let levels = input.normalisation.table
    var lime = LIME()
    lime.samples = samples
    return { images, classIndices in
      try zip(images, classIndices).enumerated().map { index, face in
        let (image, classIndex) = face
        let explanation = try lime.explain(
          Tensor([image.height, image.width, 1], image.pixels.map { levels[Int($0)] }),
          // Fewer parts where a picture is small: a part has sixteen pixels or more.
          try .slic(of: image, count: max(2, min(50, image.pixels.count / 16))),
          random: random.substream(index), progress: { _ in try progress(index, images.count) },
          predict: { model.predict($0).softmax() })
        try progress(index + 1, images.count)
        return SampleExplanation(
          image: HeatMapImage.render(image, explanation, ofClass: classIndex),
          caption: classes[classIndex] + Self.fitInWords(explanation.classes[classIndex].fit))
      }
    }
  }

  private static func fitInWords(_ fit: SurrogateFit?) -> String {
    guard let fit else { return "" }
    // Rounded down, so that the number shown is on the same side of the bound as the warning.
    let r2 = String(format: "%.2f", (100 * fit.r2).rounded(.down) / 100)
    return ", R² \(r2)" + (fit.r2 >= 0.5 ? "" : " (low: do not rely on it)")
  }
}
