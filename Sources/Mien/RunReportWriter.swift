public import Foundation
internal import Training

extension TrainingRun {
  /// Measures the best epoch on the rows that chose it and writes `curves.png`, `confusion.png`,
  /// `samples.png` and `report.html`, and adds the pictures to the TensorBoard file; gives all files of
  /// the run. A run without a whole epoch yet has nothing to draw. Answers are not explained: that takes
  /// its time, and `mien report` does.
  public func writeReport() throws -> [URL] {
    guard state.best != nil else { return [folder.configuration] }
    let report = try ReportSource(self).report(samples: 12)
    let page = folder.file("report.html")
    let pictures = try report.writePictures(
      to: folder.url, trainingExamples: try trainingExamples())
    try report.writePage(to: page)
    let log = try tensorBoardLog()
    try log?.follow(state.history, pictures: TensorBoardLog.pictures(among: pictures))
    return [
      folder.configuration, folder.results, folder.bestWeights, folder.lastWeights, folder.state,
    ] + pictures + [page] + (log.map { [$0.url] } ?? [])
  }
}
