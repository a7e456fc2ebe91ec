internal import Explainers
internal import NeuralNetwork
internal import Reporting
public import TensorCore

extension FaceExplainer {
  /// Explains the faces of a report, each for the class it was answered with.
  ///
  /// - Parameters:
  ///   - random: decides which parts are hidden.
  ///   - progress: called with the faces explained and those to explain.
  public func ofSamples(
    random: RandomStream,
    progress: @escaping (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
  ) -> ReportSource.Explainer {
    { images, classIndices in
      try zip(images, classIndices).enumerated().map { index, face in
        let (image, classIndex) = face
        let explanation = try explain(
          image, random: random.substream(index),
          progress: { _ in try progress(index, images.count) })
        try progress(index + 1, images.count)
        return SampleExplanation(
          image: HeatMapImage.render(image, explanation, ofClass: classIndex),
          caption: predictor.classes[classIndex]
            + Self.fitInWords(explanation.classes[classIndex]))
      }
    }
  }

  private static func fitInWords(_ explained: ClassExplanation) -> String {
    guard let fit = explained.fit else { return "" }
    return ", \(fit.r2InWords)"
      + (explained.doubts.isEmpty ? "" : " (doubtful: do not rely on it)")
  }
}
