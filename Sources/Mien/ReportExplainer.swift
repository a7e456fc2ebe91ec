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
      let explanations = try explain(images, random: random) { share in
        try progress(Int(share * Double(images.count)), images.count)
      }
      return zip(images, zip(classIndices, explanations)).map { image, found in
        let (classIndex, explanation) = found
        let explained = explanation.classes[classIndex]
        return SampleExplanation(
          image: HeatMapImage.render(image, explanation, ofClass: classIndex),
          caption: predictor.classes[classIndex]
            + (explained.fit.map { ", \($0.r2InWords)" } ?? ""),
          doubts: explained.doubts)
      }
    }
  }
}
