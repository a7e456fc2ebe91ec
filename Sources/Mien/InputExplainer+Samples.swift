internal import Explainers
public import Reporting
public import TensorCore

extension InputExplainer {
  /// Explains the examples of a report, inputs of the network's shape in stored values, each for the class of
  /// that index.
  ///
  /// - Parameters:
  ///   - random: decides what is hidden or drawn.
  ///   - progress: called with the examples explained and those to explain.
  public func samples(
    random: RandomStream,
    progress: @escaping (_ done: Int, _ total: Int) throws -> Void = { _, _ in }
  ) -> (_ inputs: [Tensor], _ classIndices: [Int]) throws -> [SampleExplanation] {
    { inputs, classIndices in
      let explanations = try explain(inputs, random: random) { share in
        try progress(Int(share * Double(inputs.count)), inputs.count)
      }
      return zip(inputs, zip(classIndices, explanations)).map { values, found in
        let (classIndex, explanation) = found
        let explained = explanation.classes[classIndex]
        return SampleExplanation(
          picture: picture(explanation, of: values, classIndex: classIndex),
          caption: classes[classIndex] + (explained.fit.map { ", \($0.r2InWords)" } ?? ""),
          doubts: explained.doubts)
      }
    }
  }

  /// The map over what people look at: of sounds with its axes, of a row of a table, which has none, the bars.
  private func picture(
    _ explanation: Explanation, of values: Tensor, classIndex: Int
  ) -> SampleExplanation.Picture {
    if let plot = input.plot(explanation, of: values, classIndex: classIndex) { return .plot(plot) }
    let (image, shown) = input.shown(values, explanation)
    return .image(HeatMapImage.render(image, shown, ofClass: classIndex))
  }
}
