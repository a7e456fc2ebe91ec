internal import Explainers
internal import Imaging
internal import NeuralNetwork
internal import Reporting
public import TensorCore

extension FaceExplainer {
  /// Explains the faces of a report, [H, W, 1] grey levels each, for the class they were answered with.
  ///
  /// - Parameters:
  ///   - random: decides which parts are hidden.
  ///   - progress: called with the faces explained and those to explain.
  public func ofSamples(
    random: RandomStream,
    progress: @escaping (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
  ) -> ReportSource.Explainer {
    { rows, classIndices in
      let images = rows.map { row in
        GrayImage(width: row.shape[1], height: row.shape[0], levels: row.elements)
      }
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
